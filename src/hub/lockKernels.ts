// What `kernels lock` does, over the Hub: pins to commits, with the kernels that they stand on.
import * as v from 'valibot';
import { dependencyKey, type KernelDependency, type KernelLock } from '../kernels/lockFile';
import { shownText } from '../kernels/shownText';
import { parseVariantName, printVariantName } from '../kernels/variantName';
import type { Hub } from './hubTypes';
import { publisherTrusted } from './publisherTrust';

/** Kernels that cannot be locked; the words are the library's own where it has any. */
export class LockError extends Error {
  override readonly name: string = 'LockError';
  constructor(message: string, options?: ErrorOptions) {
    // Names in it were chosen by strangers.
    super(shownText(message, 600), options);
  }
}

/** The library locks nothing of a publisher whom the Hub does not trust. */
export class UntrustedPublisher extends LockError {
  override readonly name = 'UntrustedPublisher';
  constructor(
    readonly id: string,
    /** Null: the Hub could not be asked. */
    readonly trusted: false | null,
  ) {
    const found = trusted === null ? 'could not verify publisher trust status' : 'is not from a trusted publisher';
    super(
      `Kernel repository '${id}' ${found}. Set trust_remote_code=True or add the repository ID to the ` +
        'trust_remote_code allowlist to allow loading kernels from untrusted sources.',
    );
  }
}

export interface LockTools {
  readonly hub: Hub;
  /** Whether a kernel may be locked although its publisher is not trusted. Asked once for each kernel. */
  readonly allow: (untrusted: UntrustedPublisher) => Promise<boolean>;
}

const LARGEST_METADATA = 4 * 1024 * 1024;
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;

const DependsSchema = v.object({
  'kernel-depends': v.optional(
    v.array(
      v.pipe(
        v.strictObject({
          'repo-id': v.string(),
          version: v.nullish(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), null),
          revision: v.nullish(v.string(), null),
        }),
        v.check(({ version, revision }) => (version === null) !== (revision === null)),
        v.transform((read): KernelDependency => {
          return { id: read['repo-id'], version: read.version, revision: read.revision };
        }),
      ),
    ),
    [],
  ),
});

/**
 * Locks kernels and all that their builds stand on, those of other machines too.
 * @param kept locks that stay as they are where they are still needed; empty: everything is as `kernels lock` writes it.
 * @throws LockError, UntrustedPublisher, HubError
 */
export async function lockKernels(
  { hub, allow }: LockTools,
  kernels: readonly KernelDependency[],
  kept: readonly KernelLock[],
  signal: AbortSignal,
): Promise<readonly KernelLock[]> {
  const held = new Map(kept.map((lock) => [dependencyKey(lock.dependency), lock.commit]));
  const locks = new Map<string, KernelLock>();
  const allowed = new Set<string>();

  const lockTree = async (dependency: KernelDependency, above: readonly string[]): Promise<void> => {
    const key = dependencyKey(dependency);
    if (locks.has(key)) return;
    if (above.includes(key)) throw new LockError(`Cyclic kernel dependency detected: ${dependency.id}`);
    let commit = held.get(key);
    if (commit === undefined) {
      if (!allowed.has(dependency.id)) await requireTrust({ hub, allow }, dependency.id, signal);
      allowed.add(dependency.id);
      commit = await commitOf(hub, dependency, signal);
    }
    for (const one of await dependenciesOf(hub, dependency.id, commit, signal)) await lockTree(one, [...above, key]);
    if (!COMMIT.test(commit)) {
      throw new LockError(`Invalid git object id, expected 40 or 64 hexadecimal digits: ${commit}`);
    }
    locks.set(key, { dependency, commit: commit.toLowerCase() });
  };
  for (const kernel of kernels) await lockTree(kernel, []);
  return [...locks.values()];
}

/** @throws UntrustedPublisher where the publisher is not trusted and nobody allows the kernel */
export async function requireTrust({ hub, allow }: LockTools, id: string, signal: AbortSignal): Promise<void> {
  const trusted = await publisherTrusted(hub, id, signal);
  if (trusted === true) return;
  const problem = new UntrustedPublisher(id, trusted);
  if (!(await allow(problem))) throw problem;
}

/**
 * What the branch of a version points at; of a revision, the revision itself, as the library takes it.
 * @throws LockError, HubError
 */
export async function commitOf(
  hub: Hub,
  { id, version, revision }: KernelDependency,
  signal: AbortSignal,
): Promise<string> {
  if (revision !== null) return revision;
  const versions = await hub.versions(id, signal);
  const found = versions.find((one) => one.version === version);
  if (found !== undefined) return found.commit;
  const available = versions.map((one) => one.version).join(', ');
  throw new LockError(`${id}: Version ${String(version)} not found, available versions: ${available}`);
}

/** What any of the builds stands on, each once. */
async function dependenciesOf(
  hub: Hub,
  id: string,
  revision: string,
  signal: AbortSignal,
): Promise<readonly KernelDependency[]> {
  const entries = await hub.tree(id, revision, 'build', { recursive: false }, signal);
  if (entries.length === 0) throw new LockError(`${id} has no builds at ${revision}.`);
  const folders = entries.filter(({ type }) => type === 'directory').map(({ path }) => path.split('/').at(-1) ?? '');
  const variants = folders.flatMap((folder) => parseVariantName(folder) ?? []).map(printVariantName);
  const found = await Promise.all(
    [...new Set(variants)].toSorted().map(async (variant) => {
      const path = `build/${variant}/metadata.json`;
      const bytes = await hub.file(id, revision, path, LARGEST_METADATA, signal);
      if (bytes === null) throw new LockError(`${id} has no ${path} at ${revision}, which locking needs.`);
      return readDepends(bytes, `${path} of ${id}`);
    }),
  );
  return [...new Map(found.flat().map((one) => [dependencyKey(one), one])).values()];
}

function readDepends(bytes: Uint8Array, what: string): readonly KernelDependency[] {
  try {
    return v.parse(DependsSchema, JSON.parse(new TextDecoder().decode(bytes)))['kernel-depends'];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LockError(`Cannot parse metadata from ${what}: ${reason}`, { cause: error });
  }
}
