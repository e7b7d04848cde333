// Which commit a person means by a kernel's name.
import { kernelVersions } from '../kernels/kernelVersions';
import { shownText } from '../kernels/shownText';
import { cachedRefs } from './cachedRefs';
import { HubError } from './hubError';
import { HubKernelError } from './hubKernelError';
import type { HubSettings } from './hubSettings';
import type { Hub } from './hubTypes';
import { isCommit } from './repositoryNames';

/** A kernel as a person names it. Both null: the newest version. */
export interface KernelRequest {
  /** `org/name`. */
  readonly id: string;
  readonly version: number | null;
  /** A branch, tag or commit. */
  readonly revision: string | null;
}

export interface FoundCommit {
  /** N of `vN`; null: asked for by something else. */
  readonly version: number | null;
  /** The branch, tag or commit. */
  readonly revision: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** The Hub was asked and gave no answer: this is what the cache had noted. */
  readonly fromCache: boolean;
}

/** The Hub cannot be asked just now; what it said before may do. */
const NO_ANSWER: ReadonlySet<HubError['kind']> = new Set(['offline', 'unreachable', 'rate-limited', 'server']);

export function isNoAnswer(error: unknown): error is HubError {
  return error instanceof HubError && NO_ANSWER.has(error.kind);
}

/**
 * Asks the Hub; where it gives no answer, what the cache noted of its branches decides. Throws HubError, and
 * HubKernelError for a version that is not there.
 */
export async function findCommit(
  hub: Hub,
  { cacheFolder }: Pick<HubSettings, 'cacheFolder'>,
  { id, version, revision }: KernelRequest,
  signal: AbortSignal,
): Promise<FoundCommit> {
  if (revision !== null && isCommit(revision)) return { version: null, revision, commit: revision, fromCache: false };
  const { branches, fromCache } = await hub.branches(id, signal).then(
    (answered) => ({ branches: answered, fromCache: false }),
    async (error: unknown) => {
      if (!isNoAnswer(error)) throw error;
      const cached = await cachedRefs(cacheFolder, id);
      if (cached.length === 0) throw error;
      return { branches: cached, fromCache: true };
    },
  );
  if (revision !== null) {
    const branch = branches.find(({ name }) => name === revision);
    if (branch !== undefined) return { version: null, revision, commit: branch.commit, fromCache };
    const names = shownText(branches.map(({ name }) => name).join(', '), 300);
    throw new HubKernelError('no-such-version', `${id} has no branch ${revision}. There are: ${names}.`);
  }
  const versions = kernelVersions(branches);
  const found = version === null ? versions.at(-1) : versions.find((one) => one.version === version);
  if (found !== undefined) return { version: found.version, revision: found.branch, commit: found.commit, fromCache };
  if (versions.length === 0) {
    throw new HubKernelError(
      'no-such-version',
      `${id} has no versions: none of its branches is called vN. Name a branch, such as ${id}@main.`,
    );
  }
  const available = versions.map((one) => one.version).join(', ');
  throw new HubKernelError('no-such-version', `Version ${String(version)} not found, available versions: ${available}`);
}
