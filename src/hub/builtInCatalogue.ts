import type { KernelSummary } from '../kernels/kernelSummary';
import { keptRows } from './keptKernels';

export interface BuiltInCatalogue {
  readonly kernels: readonly KernelSummary[];
  /** ISO 8601. */
  readonly at: string;
}

/** Reads the text of media/catalogue.json, which scripts/catalogue.mjs makes. Throws where the installation is damaged. */
export function readBuiltInCatalogue(text: string): BuiltInCatalogue {
  const value: unknown = JSON.parse(text);
  const rows = typeof value === 'object' && value !== null ? keptRows({ dropped: 0, ...value }) : null;
  if (rows === null || !hasDate(value)) {
    throw new Error('The catalogue that comes with Kernel Lens cannot be read. Install Kernel Lens again.');
  }
  return { kernels: rows.kernels, at: value.at };
}

function hasDate(value: unknown): value is { readonly at: string } {
  return typeof value === 'object' && value !== null && 'at' in value && typeof value.at === 'string';
}
