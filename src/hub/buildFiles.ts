// The builds of one commit, wherever they can be looked at: on the Hub, or in the cache that the `kernels` library shares.
import { open, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { HubSettings } from './hubSettings';
import type { Hub } from './hubTypes';
import { isInsidePath } from './repositoryNames';
import { SnapshotFolder } from './snapshotFolder';

/** Bytes; the file lists the files of a build. */
const LARGEST_METADATA = 1024 * 1024;

export interface BuildFiles {
  /** Names of the folders below `build/`; empty: there are none. */
  variants(signal: AbortSignal): Promise<readonly string[]>;
  /** metadata.json of a build; null: there is none, or none of a sensible size. */
  metadata(variant: string, signal: AbortSignal): Promise<Uint8Array | null>;
}

/** Of a commit on the Hub. Both methods throw HubError. */
export function hubBuilds(hub: Hub, id: string, commit: string): BuildFiles {
  return {
    variants: async (signal) => {
      const entries = await hub.tree(id, commit, 'build', { recursive: false }, signal);
      return entries.filter(({ type }) => type === 'directory').map((entry) => entry.path.slice('build/'.length));
    },
    metadata: (variant, signal) => hub.file(id, commit, metadataOf(variant), LARGEST_METADATA, signal),
  };
}

/** Of a commit as far as it was fetched. Asks nobody and never throws. @param id `org/name`, checked */
export function cachedBuilds(
  { cacheFolder }: Pick<HubSettings, 'cacheFolder'>,
  id: string,
  commit: string,
): BuildFiles {
  const { folder } = new SnapshotFolder(cacheFolder, id, commit);
  return {
    variants: () => readdir(path.join(folder, 'build')).catch(() => []),
    metadata: (variant) =>
      isInsidePath(metadataOf(variant))
        ? readSmallFile(path.join(folder, metadataOf(variant)), LARGEST_METADATA)
        : Promise.resolve(null),
  };
}

function metadataOf(variant: string): string {
  return `build/${variant}/metadata.json`;
}

/** Null: there is no such file, or it is larger. */
export async function readSmallFile(file: string, maxBytes: number): Promise<Uint8Array | null> {
  try {
    const handle = await open(file);
    try {
      return (await handle.stat()).size > maxBytes ? null : await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}
