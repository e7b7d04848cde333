import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** sha256 of a file, hex, which tells it from what it was before a change; empty where it cannot be read. */
export async function fileDigest(file: string): Promise<string> {
  try {
    return createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
  } catch {
    // Whether there is such a file is for the harness to say, in its own words.
    return '';
  }
}
