// Versions as Python's `packaging` reads them (PEP 440), because the library compares and prints with it.
import { MOST_DIGITS } from './pythonInteger';

export interface PythonVersion {
  readonly epoch: bigint;
  /** At least one number. */
  readonly release: readonly bigint[];
  readonly pre: { readonly stage: 'a' | 'b' | 'rc'; readonly number: bigint } | null;
  readonly post: bigint | null;
  readonly dev: bigint | null;
  /** Parts of what follows `+`. */
  readonly local: readonly string[] | null;
}

const SPACE = '[\\s\\x1c-\\x1f\\x85]*';
const PATTERN = new RegExp(
  `^${SPACE}v?(?:(?<epoch>[0-9]+)!)?(?<release>[0-9]+(?:\\.[0-9]+)*)` +
    '(?:[._-]?(?<stage>alpha|a|beta|b|preview|pre|c|rc)[._-]?(?<pre>[0-9]+)?)?' +
    '(?<post>-(?<post1>[0-9]+)|[._-]?(?:post|rev|r)[._-]?(?<post2>[0-9]+)?)?' +
    '(?<dev>[._-]?dev[._-]?(?<dev1>[0-9]+)?)?' +
    `(?:\\+(?<local>[a-z0-9]+(?:[._-][a-z0-9]+)*))?${SPACE}$`,
  'i',
);

function stageOf(written: string): 'a' | 'b' | 'rc' {
  const letter = written.charAt(0).toLowerCase();
  return letter === 'a' || letter === 'b' ? letter : 'rc';
}

/** A version of PEP 440; null where Python raises, for numbers of more than 4300 digits too. */
export function parsePythonVersion(text: string): PythonVersion | null {
  const groups = PATTERN.exec(text)?.groups;
  if (groups === undefined) return null;
  const { epoch, release = '', stage, pre, post, post1, post2, dev, dev1, local } = groups;
  const written = [epoch, ...release.split('.'), pre, post1, post2, dev1];
  if (written.some((digits) => (digits ?? '').length > MOST_DIGITS)) return null;
  return {
    epoch: BigInt(epoch ?? 0),
    release: release.split('.').map(BigInt),
    pre: stage === undefined ? null : { stage: stageOf(stage), number: BigInt(pre ?? 0) },
    post: post === undefined ? null : BigInt(post1 ?? post2 ?? 0),
    dev: dev === undefined ? null : BigInt(dev1 ?? 0),
    local:
      local === undefined
        ? null
        : local.split(/[._-]/).map((part) => (/^[0-9]+$/.test(part) ? String(BigInt(part)) : part.toLowerCase())),
  };
}

/** A release of these numbers. */
export function releaseVersion(...release: readonly bigint[]): PythonVersion {
  return { epoch: 0n, release, pre: null, post: null, dev: null, local: null };
}

/** The second number, 0 where there is none. */
export function minorOf(version: PythonVersion): bigint {
  return version.release[1] ?? 0n;
}

export function majorOf(version: PythonVersion): bigint {
  return version.release[0] ?? 0n;
}

/** The version as Python prints it: normalised. */
export function printPythonVersion({ epoch, release, pre, post, dev, local }: PythonVersion): string {
  return [
    epoch === 0n ? '' : `${String(epoch)}!`,
    release.join('.'),
    pre === null ? '' : `${pre.stage}${String(pre.number)}`,
    post === null ? '' : `.post${String(post)}`,
    dev === null ? '' : `.dev${String(dev)}`,
    local === null ? '' : `+${local.join('.')}`,
  ].join('');
}

/** Below 0: `a` comes first. Numbers that are missing count as 0. */
export function compareReleases(a: readonly bigint[], b: readonly bigint[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const [left, right] = [a[i] ?? 0n, b[i] ?? 0n];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

/** Whether a version comes before a release without suffixes: its own pre-releases do, its post-releases do not. */
export function isBefore(version: PythonVersion, release: readonly bigint[]): boolean {
  if (version.epoch > 0n) return false;
  const order = compareReleases(version.release, release);
  if (order !== 0) return order < 0;
  return version.pre !== null || (version.dev !== null && version.post === null);
}
