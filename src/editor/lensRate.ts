// How often a lens says that a kernel can take over an operation. No vscode in here.

export const LENS_RATES = ['every', 'once per function', 'once per file'] as const;
export type LensRate = (typeof LENS_RATES)[number];
