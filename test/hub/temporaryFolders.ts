// Folders for one test file, gone when it ends.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface TemporaryFolders {
  make(): Promise<string>;
  remove(): Promise<void>;
}

export function temporaryFolders(): TemporaryFolders {
  const made: string[] = [];
  return {
    make: async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'kernel-lens-hub-'));
      made.push(folder);
      return folder;
    },
    remove: async () => {
      await Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true, maxRetries: 5 })));
    },
  };
}
