// What a kernel is called from, which decides what measures it.
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { cachedBuilds, hubBuilds } from './buildFiles';
import { HubError } from './hubError';
import type { HubSettings } from './hubSettings';
import type { Hub } from './hubTypes';
import { findCommit, isNoAnswer, type KernelRequest } from './kernelCommit';
import { requireStayed } from './movedKernel';
import { WEBGPU_BUILD } from './webGpuBuild';

export type KernelLanguage = 'python' | 'javascript';

export interface LanguageParts {
  readonly hub: Hub;
  readonly settings: HubSettings;
}

/**
 * Which language calls a kernel of the Hub: `javascript` where its only builds are for WebGPU. Where the Hub gives no
 * answer, what was fetched of it decides. Throws HubError, and HubKernelError for a version that is not there and for what
 * has moved.
 */
export async function kernelLanguage(
  { hub, settings }: LanguageParts,
  request: KernelRequest,
  signal: AbortSignal,
): Promise<KernelLanguage> {
  const { id } = request;
  const { commit, fromCache } = await findCommit(hub, settings, request, signal);
  const asked = fromCache
    ? null
    : await hubBuilds(hub, id, commit)
        .variants(signal)
        .catch((error: unknown) => {
          if (isNoAnswer(error)) return error;
          throw error;
        });
  if (asked !== null && !(asked instanceof HubError)) {
    // Nothing is left of what has moved, whatever called it.
    if (asked.length === 0) await requireStayed(hub, id, commit, signal);
    return languageOf(asked);
  }
  const cached = await cachedBuilds(settings, id, commit).variants(signal);
  // The question failed, and nothing here answers it.
  if (cached.length === 0 && asked !== null) throw asked;
  return languageOf(cached);
}

/** Which language calls the kernel in a folder of this machine; null: there is none in it. */
export async function folderLanguage(folder: string): Promise<KernelLanguage | null> {
  if (existsSync(path.join(folder, 'manifest.json'))) return 'javascript';
  const variants = await readdir(path.join(folder, 'build'), { withFileTypes: true }).catch(() => []);
  const names = variants.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return names.length === 0 ? null : languageOf(names);
}

function languageOf(variants: readonly string[]): KernelLanguage {
  const webGpu = path.posix.basename(WEBGPU_BUILD);
  return variants.length > 0 && variants.every((name) => name === webGpu) ? 'javascript' : 'python';
}
