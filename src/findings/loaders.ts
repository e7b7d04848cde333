// What the functions and classes of `kernels` take, and what they do with it. Held to the installed library by a test.
import type { Loader, PythonLoader } from '../code/kernelUse';
import { compareReleases, parsePythonVersion } from '../kernels/pythonVersion';

export interface LoaderFacts {
  /** As the newest known release has it, without annotations. */
  readonly signature: string;
  /** It wants one of `version` and `revision`, and not both. */
  readonly versioned: boolean;
  /** How it treats a version: `whole`: anything but a whole number is refused at once; `looked up`: 1.0 is 1. */
  readonly versionIs: 'whole' | 'looked up';
  /** It raises where no build fits; others answer that there is none, or load for another device. */
  readonly needsBuild: boolean;
  /** It asks the Hub whether the publisher is trusted. */
  readonly checksTrust: boolean;
  /** It takes the commit from kernels.lock. */
  readonly locked: boolean;
  /** What `layer_name=` or `func_name=` names within the kernel. */
  readonly member: 'layer' | 'function' | null;
  /** The class or function that takes its place; null: it is not deprecated. */
  readonly replacedBy: PythonLoader | null;
}

const PLAIN = {
  versioned: false,
  versionIs: 'whole',
  needsBuild: false,
  checksTrust: false,
  locked: false,
  member: null,
  replacedBy: null,
} as const;
const VERSIONED = { ...PLAIN, versioned: true, checksTrust: true } as const;
const VERSION = 'revision=None, version=None';
const TRUST = 'trust_remote_code=False';

export const PYTHON_LOADERS: Readonly<Record<PythonLoader, LoaderFacts>> = {
  get_kernel: {
    ...VERSIONED,
    signature: `(repo_id, *, ${VERSION}, backend=None, user_agent=None, ${TRUST}, check_arch=True)`,
    needsBuild: true,
  },
  has_kernel: { ...VERSIONED, signature: `(repo_id, *, ${VERSION}, backend=None, ${TRUST}, check_arch=True)` },
  get_kernel_variants: {
    ...VERSIONED,
    signature: `(repo_id, *, ${VERSION}, backend=None)`,
    versionIs: 'looked up',
    checksTrust: false,
  },
  install_kernel: {
    ...VERSIONED,
    signature: `(repo_id, *, ${VERSION}, backend=None, local_files_only=False, user_agent=None, ${TRUST})`,
    needsBuild: true,
  },
  load_kernel: { ...PLAIN, signature: '(repo_id, *, lockfile, backend=None)', locked: true },
  get_locked_kernel: {
    ...PLAIN,
    signature: `(repo_id, *, lockfile, ${TRUST}, user_agent=None)`,
    checksTrust: true,
    locked: true,
  },
  LayerRepository: {
    ...VERSIONED,
    signature: `(repo_id, *, layer_name, ${VERSION}, ${TRUST}, user_agent=None)`,
    versionIs: 'looked up',
    member: 'layer',
  },
  LockedLayerRepository: {
    ...PLAIN,
    signature: `(repo_id, *, lockfile=None, layer_name, ${TRUST})`,
    checksTrust: true,
    locked: true,
    member: 'layer',
  },
  FuncRepository: {
    ...VERSIONED,
    signature: `(repo_id, *, func_name, ${VERSION}, ${TRUST})`,
    versionIs: 'looked up',
    member: 'function',
    replacedBy: 'LayerRepository',
  },
  LockedFuncRepository: {
    ...PLAIN,
    signature: `(repo_id, *, lockfile=None, func_name, ${TRUST})`,
    checksTrust: true,
    locked: true,
    member: 'function',
    replacedBy: 'LockedLayerRepository',
  },
  use_kernel_forward_from_hub: { ...PLAIN, signature: '(layer_name, condition=None)' },
  use_kernel_func_from_hub: { ...PLAIN, signature: '(func_name)', replacedBy: 'use_kernel_forward_from_hub' },
  replace_kernel_forward_from_hub: { ...PLAIN, signature: '(cls, layer_name, condition=None)' },
};

/** Of `@huggingface/kernels`. Its documentation wants a version; that it refuses a call without one is not known. */
const SCRIPT_LOADER: LoaderFacts = { ...PLAIN, signature: '', versioned: true, needsBuild: true };

export function factsOf(loader: Loader): LoaderFacts {
  return loader === 'getKernel' ? SCRIPT_LOADER : PYTHON_LOADERS[loader];
}

/** The release whose signatures stand above. */
const KNOWN_RELEASE = [0n, 17n];
const VERSION_WANTED_SINCE = [0n, 15n];

export interface LibraryRules {
  /** A call without version and revision raises. */
  readonly wantsVersion: boolean;
  /** The signatures above are the library's own. */
  readonly signaturesKnown: boolean;
}

/** @param kernelsVersion null: not known; then the newest known release is meant. */
export function libraryRules(kernelsVersion: string | null): LibraryRules {
  const version = kernelsVersion === null ? null : parsePythonVersion(kernelsVersion);
  if (version === null) return { wantsVersion: true, signaturesKnown: true };
  return {
    wantsVersion: compareReleases(version.release, VERSION_WANTED_SINCE) >= 0,
    signaturesKnown: compareReleases(version.release.slice(0, 2), KNOWN_RELEASE) === 0,
  };
}
