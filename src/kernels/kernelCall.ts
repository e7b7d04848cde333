// The call that loads a kernel, as a person would write it.

/** A kernel and what of it: a version, or where it has none a revision, which the libraries want one of. */
export interface LoadedKernel {
  /** `org/name`. */
  readonly id: string;
  readonly language: 'python' | 'javascript';
  /** N of the branch `vN`; null: the repository has none, and `main` is loaded. */
  readonly version: number | null;
}

/** `get_kernel("org/name", version=3)`: the one call that every supported release of the library takes; `getKernel(…)` in JavaScript. */
export function kernelCall({ id, language, version }: LoadedKernel): string {
  const name = JSON.stringify(id);
  if (language === 'python') {
    return `get_kernel(${name}, ${version === null ? 'revision="main"' : `version=${version}`})`;
  }
  return `getKernel(${name}, ${version === null ? '{ revision: "main" }' : `{ version: ${version} }`})`;
}

/** What is dragged out of the Kernels view: JSON, a list of `LoadedKernel`, whose version may be null where it is not known. */
export const KERNEL_MIME = 'application/vnd.kernel-lens.kernels+json';
