// A kernel that somebody types where a list asks which one. No vscode in here.
import { KernelReferenceError, parseKernelReference } from '../kernels/kernelId';

/** `org/name` or `org/name@vN`, which no list may know: a private kernel, say. Null: the text is neither. */
export function typedKernel(text: string): { readonly id: string; readonly version: number | null } | null {
  try {
    const { id, version, revision } = parseKernelReference(text.trim());
    return revision === null ? { id, version } : null;
  } catch (error) {
    if (error instanceof KernelReferenceError) return null;
    throw error;
  }
}
