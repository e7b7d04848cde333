// Where things lie. Node's own modules only: this runs before anything is installed.
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const modulesFolder = path.join(root, 'node_modules');

/** What this project's scripts download or unpack: outside the repository, shared by every clone of it. */
export const cacheFolder = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'kernel-lens');
