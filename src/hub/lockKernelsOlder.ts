// What `kernels lock` of the library up to 0.16 does: the builds of each kernel with a hash of their files.
import { createHash } from 'node:crypto';
import type { OlderKernelLock } from '../kernels/lockFile';
import type { HubEntry } from './hubTypes';
import { readKernelStatus } from './kernelStatus';
import { commitOf, LockError, requireTrust, type LockTools } from './lockKernels';

const LARGEST_STATUS = 64 * 1024;
/** A commit that stays; `variants` null: its hashes have to be read. */
export type HeldCommit = Pick<OlderKernelLock, 'id' | 'commit'> & {
  readonly variants: OlderKernelLock['variants'] | null;
};

/**
 * Locks each kernel, in their order. Unlike that library this one asks before it locks what an untrusted publisher made.
 * @param held commits that stay as they are; empty: everything is as `kernels lock` writes it.
 * @throws LockError, UntrustedPublisher, HubError
 */
export async function lockKernelsOlder(
  tools: LockTools,
  kernels: readonly { readonly id: string; readonly version: number }[],
  held: readonly HeldCommit[],
  signal: AbortSignal,
): Promise<readonly OlderKernelLock[]> {
  const locks: OlderKernelLock[] = [];
  for (const { id, version } of kernels) {
    const stays = held.find((one) => one.id === id);
    if (stays?.variants) {
      locks.push({ id, commit: stays.commit, variants: stays.variants });
      continue;
    }
    if (stays === undefined) await requireTrust(tools, id, signal);
    const final = stays === undefined ? await destinationOf(tools, id, signal) : id;
    if (final !== id) await requireTrust(tools, final, signal);
    const commit = stays?.commit ?? (await commitOf(tools.hub, { id: final, version, revision: null }, signal));
    const files = await tools.hub.tree(final, commit, '', { recursive: true }, signal);
    locks.push({ id: final, commit, variants: hashVariants(files) });
  }
  return locks;
}

/** Where the repository has moved to; itself where it has not. */
async function destinationOf({ hub }: LockTools, id: string, signal: AbortSignal): Promise<string> {
  const bytes = await hub.file(id, 'main', 'kernel-status.toml', LARGEST_STATUS, signal);
  if (bytes === null) return id;
  const moved = readKernelStatus(bytes);
  if (moved !== null) return moved.destination;
  throw new LockError(`kernel-status.toml of ${id} cannot be read, so it is not known whether the kernel has moved.`);
}

/** For each build, SHA-256 over its files in the order of their names: the name, then the digest of the contents. */
export function hashVariants(entries: readonly HubEntry[]): OlderKernelLock['variants'] {
  const files = new Map<string, { readonly name: Buffer; readonly digest: string }[]>();
  for (const { path, type, oid, lfsSha256 } of entries) {
    const [, variant, ...rest] = path.split('/');
    if (type !== 'file' || variant === undefined || !path.startsWith('build/torch')) continue;
    // Left behind by an interpreter: no build has it.
    if (path.endsWith('.pyc') || path.split('/').includes('__pycache__')) continue;
    // Python names the folder of a file that lies beside the folders `.`.
    const name = rest.length === 0 ? '.' : rest.join('/');
    files.set(variant, [...(files.get(variant) ?? []), { name: Buffer.from(name), digest: lfsSha256 ?? oid }]);
  }
  return Object.fromEntries(
    [...files].map(([variant, list]) => {
      const hash = createHash('sha256');
      for (const { name, digest } of list.sort((a, b) => Buffer.compare(a.name, b.name))) {
        hash.update(name).update(Buffer.from(digest, 'hex'));
      }
      return [variant, { hash: `sha256-${hash.digest('hex')}`, hashType: 'git_lfs_concat' }];
    }),
  );
}
