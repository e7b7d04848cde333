// A repository that has moved is not run under its old name: the `kernels` library does not follow, and a report would not say what ran.
import { HubKernelError } from './hubKernelError';
import type { Hub } from './hubTypes';
import { readKernelStatus } from './kernelStatus';

/** Bytes; the file names a repository and a revision. */
const LARGEST_STATUS = 64 * 1024;

/** Throws HubKernelError where a commit says that its repository has moved, and HubError. */
export async function requireStayed(hub: Hub, id: string, commit: string, signal: AbortSignal): Promise<void> {
  const bytes = await hub.file(id, commit, 'kernel-status.toml', LARGEST_STATUS, signal);
  const status = bytes === null ? null : readKernelStatus(bytes);
  if (status === null) return;
  const { destination, revision } = status;
  throw new HubKernelError('moved', `${id} has moved to ${destination}. Profile ${destination}@${revision} instead.`);
}
