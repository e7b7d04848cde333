// kernels.lock, read and written as the `kernels` library does. https://github.com/huggingface/kernels
import * as v from 'valibot';
import { parsePinJson, parsePinValue, PinProblem } from './pinProblem';
import { LOCK_FILE } from './pinTexts';

/** What a lock is for: a kernel in a version or at a revision; exactly one of the two is not null. */
export interface KernelDependency {
  readonly id: string;
  readonly version: number | null;
  readonly revision: string | null;
}

/** As the library from 0.17 on locks. */
export interface KernelLock {
  readonly dependency: KernelDependency;
  /** 40 or 64 hexadecimal digits. */
  readonly commit: string;
}

/** As the library up to 0.16 locks: without the version, and with a hash for each build. */
export interface OlderKernelLock {
  readonly id: string;
  readonly commit: string;
  readonly variants: Readonly<Record<string, { readonly hash: string; readonly hashType: string }>>;
}

export type LockFile =
  | { readonly form: 'current'; readonly locks: readonly KernelLock[] }
  | { readonly form: 'older'; readonly locks: readonly OlderKernelLock[] };

const REMEDY = 'Restore the file, or delete it and lock the kernels again.';
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;

const CommitSchema = v.pipe(
  v.string(),
  v.regex(
    COMMIT,
    (issue) => `the commit ${JSON.stringify(issue.input.slice(0, 80))} is not 40 or 64 hexadecimal digits`,
  ),
  v.toLowerCase(),
);
const DependencySchema = v.pipe(
  v.strictObject({
    'repo-id': v.string(),
    version: v.nullish(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), null),
    revision: v.nullish(v.string(), null),
  }),
  v.check(
    ({ version, revision }) => (version === null) !== (revision === null),
    'an entry needs a version or a revision, and not both',
  ),
  v.transform((read): KernelDependency => ({ id: read['repo-id'], version: read.version, revision: read.revision })),
);
const CurrentSchema = v.array(
  v.strictObject({
    dependency: DependencySchema,
    lock: v.strictObject({ commit: CommitSchema }),
  }),
);
const OlderSchema = v.array(
  v.strictObject({
    repo_id: v.string(),
    sha: v.string(),
    variants: v.record(
      v.string(),
      v.strictObject({ hash: v.string(), hash_type: v.optional(v.string(), 'git_lfs_concat') }),
    ),
  }),
);

/**
 * Reads either form. A field that neither has, as a later form might, is refused rather than lost at the next writing.
 * @throws PinProblem
 */
export function parseLockFile(text: string): LockFile {
  const value = parsePinJson(text, LOCK_FILE, REMEDY);
  if (
    Array.isArray(value) &&
    value.some((entry) => typeof entry === 'object' && entry !== null && 'repo_id' in entry)
  ) {
    const read = parsePinValue(OlderSchema, value, LOCK_FILE, REMEDY);
    const locks = read.map(({ repo_id, sha, variants }) => ({
      id: repo_id,
      commit: sha,
      variants: Object.fromEntries(
        Object.entries(variants).map(([name, { hash, hash_type }]) => [name, { hash, hashType: hash_type }]),
      ),
    }));
    return { form: 'older', locks };
  }
  const read = parsePinValue(CurrentSchema, value, LOCK_FILE, REMEDY);
  const locks = read.map(({ dependency, lock }) => ({ dependency, commit: lock.commit }));
  const seen = new Set<string>();
  for (const { dependency } of locks) {
    const key = dependencyKey(dependency);
    if (seen.has(key)) {
      throw new PinProblem(
        LOCK_FILE,
        `${LOCK_FILE} locks ${dependency.id} twice for the same version, so nothing in it was changed. ${REMEDY}`,
      );
    }
    seen.add(key);
  }
  return { form: 'current', locks };
}

/** The bytes that `kernels lock` writes on Linux and macOS, without a line end at the end. */
export function serialiseLockFile(file: LockFile): string {
  if (file.form === 'current') {
    const entries = [...file.locks].sort((a, b) => compareDependencies(a.dependency, b.dependency));
    return JSON.stringify(
      entries.map(({ dependency: { id, version, revision }, commit }) => ({
        dependency: { 'repo-id': id, ...(version === null ? { revision } : { version }) },
        lock: { commit: commit.toLowerCase() },
      })),
      null,
      2,
    );
  }
  const entries = file.locks.map(({ id, commit, variants }) => ({
    repo_id: id,
    sha: commit,
    variants: Object.fromEntries(
      Object.entries(variants).map(([name, { hash, hashType }]) => [name, { hash, hash_type: hashType }]),
    ),
  }));
  // Python's json escapes everything that is not printable ASCII.
  return JSON.stringify(entries, null, 2).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * The form that a library writes.
 * @param library its version, `0.16.0`; null: none is installed.
 * @param present the form of the file that is there; null: there is none.
 */
export function lockFormOf(library: string | null, present: LockFile['form'] | null): LockFile['form'] {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(library ?? '') ?? [];
  if (major === undefined || minor === undefined) return present ?? 'current';
  return Number(major) === 0 && Number(minor) <= 16 ? 'older' : 'current';
}

/** Equal for equal dependencies. */
export function dependencyKey({ id, version, revision }: KernelDependency): string {
  return JSON.stringify([id, version, revision]);
}

/** By name, then versions before revisions, each in order. */
function compareDependencies(a: KernelDependency, b: KernelDependency): number {
  if (a.id !== b.id) return compareCodePoints(a.id, b.id);
  if (a.version !== null && b.version !== null) return a.version - b.version;
  if (a.version !== null || b.version !== null) return a.version !== null ? -1 : 1;
  return compareCodePoints(a.revision ?? '', b.revision ?? '');
}

/** Rust compares bytes of UTF-8, whose order is that of code points; JavaScript's own is that of UTF-16. */
function compareCodePoints(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  // A pair that differs in its second half is compared as a whole.
  if (at > 0 && /[\ud800-\udbff]/.test(a.charAt(at - 1))) at -= 1;
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1);
}
