// The call that loads a kernel, as the installed `kernels` takes it.
// Read in the releases themselves: a whole number as `version` from 0.12 (0.8 to 0.11 take a text that means tags),
// `trust_remote_code` from 0.14, and `lockfile` of get_locked_kernel from 0.17, which cannot go without it.
import { isBefore, parsePythonVersion } from '../kernels/pythonVersion';
import type { LibraryStyle, Offer } from './insertTypes';
import { pythonString, type PythonStyle } from './pythonStyle';

const NUMBERED_VERSIONS = [0n, 12n];
const TRUST = [0n, 14n];
const LOCK_FILE = [0n, 17n];

function isOlder({ kernelsVersion }: LibraryStyle, release: readonly bigint[]): boolean {
  const version = kernelsVersion === null ? null : parsePythonVersion(kernelsVersion);
  return version !== null && isBefore(version, release);
}

/**
 * `get_kernel("org/name", version=1)`.
 * @param word what the file calls `get_kernel`
 */
export function loadCall(
  word: string,
  { id, version }: Pick<Offer, 'id' | 'version'>,
  library: LibraryStyle,
  style: PythonStyle,
): string {
  const which =
    version === null
      ? `revision=${pythonString('main', style)}`
      : isOlder(library, NUMBERED_VERSIONS)
        ? `revision=${pythonString(`v${version}`, style)}`
        : `version=${version}`;
  const trust = library.trustRemoteCode && !isOlder(library, TRUST) ? ', trust_remote_code=True' : '';
  return `${word}(${pythonString(id, style)}, ${which}${trust})`;
}

/** Which function of `kernels` loads a locked kernel from a lock file that the code names. */
export function lockedLoader(library: LibraryStyle): 'get_locked_kernel' | 'load_kernel' {
  return library.kernelsVersion === null || isOlder(library, LOCK_FILE) ? 'load_kernel' : 'get_locked_kernel';
}

/**
 * `get_locked_kernel("org/name", lockfile=…)`. Without `lockfile` 0.17 refuses, and older releases read only the metadata of an
 * installed package. `load_kernel` takes it in every release; it downloads nothing.
 */
export function lockedCall(
  word: string,
  id: string,
  lockFile: string,
  library: LibraryStyle,
  style: PythonStyle,
): string {
  const trusts = library.trustRemoteCode && lockedLoader(library) === 'get_locked_kernel';
  return `${word}(${pythonString(id, style)}, lockfile=${lockFile}${trusts ? ', trust_remote_code=True' : ''})`;
}
