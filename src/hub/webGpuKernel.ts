// A WebGPU kernel of the Hub, brought here to be run: found, agreed to, fetched as far as the adapter can use it.
import type { HubKernelRef } from '../profile/profileOptions';
import type { Abilities } from '../profile/webgpu/requirements';
import type { HubConnection } from './hubRequests';
import { HubKernelError } from './hubKernelError';
import type { HubSettings } from './hubSettings';
import type { Hub } from './hubTypes';
import { findCommit, isNoAnswer, type FoundCommit, type KernelRequest } from './kernelCommit';
import { downloadKernel } from './kernelDownload';
import { requireStayed } from './movedKernel';
import { mayRun, type ConsentParts } from './publisherConsent';
import { publisherTrusted } from './publisherTrust';
import { fetchBuild, WEBGPU_BUILD } from './webGpuBuild';

export interface WebGpuKernelParts {
  readonly hub: Hub;
  readonly settings: HubSettings;
  readonly connection: HubConnection;
  readonly consent: ConsentParts;
  /** What the adapter has on which the kernel is going to run. Asked once there is consent. */
  readonly abilities: (signal: AbortSignal) => Promise<Abilities>;
  /** What is being done, for a progress line: `asking the Hub`, `fetching 12 of 40 kB`. */
  readonly onPhase: (text: string) => void;
}

/**
 * Brings a kernel into the official clients' cache, ready to be profiled. Only templates of variants whose features and
 * limits the adapter has are fetched, and every file is held against its digest in metadata.json. What is in the cache is
 * not fetched again, and is enough where the Hub gives no answer.
 * Throws HubError, HubKernelError, and KernelError for a file that is wrong, with its name.
 */
export async function fetchWebGpuKernel(
  parts: WebGpuKernelParts,
  request: KernelRequest,
  signal: AbortSignal,
): Promise<HubKernelRef> {
  const { id } = request;
  parts.onPhase(`asking the Hub about ${id}`);
  const found = await findCommit(parts.hub, parts.settings, request, signal);
  const { version, commit } = found;
  // Who gave no answer a moment ago is not asked again.
  const silent = found.fromCache;
  if (!silent) {
    await requireStayed(parts.hub, id, commit, signal).catch((error: unknown) => {
      if (!isNoAnswer(error)) throw error;
    });
  }
  const [listed, trusted] = silent
    ? [null, null]
    : await Promise.all([listBuild(parts.hub, id, found, signal), publisherTrusted(parts.hub, id, signal)]);
  if (!(await mayRun({ id, commit, trusted }, parts.consent, signal))) {
    throw new HubKernelError('refused', `${id} was not run: nobody agreed to run what its publisher wrote.`);
  }
  const abilities = await parts.abilities(signal);
  const download = async (paths: readonly string[]): Promise<string> => {
    const { folder } = await downloadKernel(
      {
        ...parts.connection,
        settings: parts.settings,
        id,
        revision: found.revision,
        commit,
        paths,
        onProgress: ({ bytes, ofBytes }) => {
          parts.onPhase(`fetching ${id}: ${Math.ceil(bytes / 1000)} of ${Math.ceil(ofBytes / 1000)} kB`);
        },
      },
      signal,
    );
    return folder;
  };
  const { folder, templates, rejected } = await fetchBuild({ listed, download }, abilities);
  if (templates.length === 0 && rejected.length > 0) {
    const reasons = rejected.map(({ variant, reason }) => `${variant}: ${reason}`).join('; ');
    throw new HubKernelError('unfit', `No variant of ${id} runs on this adapter. Each was rejected: ${reasons}.`);
  }
  return { kind: 'hub', id, version, commit, folder };
}

/** Names of the files of the WebGPU build; null where the Hub gives no answer. Throws HubKernelError where there is none. */
async function listBuild(
  hub: Hub,
  id: string,
  { commit, revision }: FoundCommit,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | null> {
  try {
    const entries = await hub.tree(id, commit, WEBGPU_BUILD, { recursive: true }, signal);
    const files = entries.filter(({ type }) => type === 'file').map(({ path }) => path.slice(WEBGPU_BUILD.length + 1));
    if (files.length > 0) return new Set(files);
    const builds = await hub.tree(id, commit, 'build', { recursive: false }, signal);
    throw new HubKernelError(
      'not-webgpu',
      builds.length === 0
        ? `${id} has no builds in ${revision}, so there is nothing to run.`
        : `${id} is called from Python: ${revision} of it has no build for WebGPU.`,
    );
  } catch (error) {
    if (isNoAnswer(error)) return null;
    throw error;
  }
}
