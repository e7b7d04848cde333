// What the official clients noted of branches when they fetched a kernel: all that is known of them without the Hub.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { isCommit, isKernelId } from './repositoryNames';

/**
 * Branches and tags of a kernel in the cache, with the commits that they pointed at when something was fetched by them.
 * Empty where nothing was, or nothing can be read. @param cacheFolder `HubSettings.cacheFolder`
 */
export async function cachedRefs(
  cacheFolder: string,
  id: string,
): Promise<readonly { readonly name: string; readonly commit: string }[]> {
  if (!isKernelId(id)) return [];
  const folder = path.join(cacheFolder, `kernels--${id.replace('/', '--')}`, 'refs');
  const names = await readdir(folder).catch(() => []);
  const refs = await Promise.all(
    names.map(async (name) => ({
      name,
      commit: (await readFile(path.join(folder, name), 'utf8').catch(() => '')).trim(),
    })),
  );
  return refs.filter(({ commit }) => isCommit(commit));
}
