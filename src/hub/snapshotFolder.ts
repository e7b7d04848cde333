// One commit of a kernel in the official clients' cache: `blobs/<hash>`, and links to them under the files' own names in
// `snapshots/<commit>`.
import { createHash, randomUUID, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, lstat, mkdir, open, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomically } from '../profile/writeFile';
import type { HubEntry } from './hubTypes';

export class SnapshotFolder {
  /** In which the files lie under their own paths. */
  readonly folder: string;
  private readonly storage: string;
  private readonly blobs: string;

  /** @param id `org/name`, checked. @param commit 40 hexadecimal digits, checked. */
  constructor(
    cacheFolder: string,
    id: string,
    private readonly commit: string,
  ) {
    this.storage = path.join(cacheFolder, `kernels--${id.replace('/', '--')}`);
    this.blobs = path.join(this.storage, 'blobs');
    this.folder = path.join(this.storage, 'snapshots', commit);
  }

  /**
   * Whether a file is there and holds what its name in `blobs` says; a damaged one is removed. Where the system has no
   * links there is no such name, and only metadata.json can tell. @param file checked to stay inside
   */
  async holds(file: string): Promise<boolean> {
    const place = this.place(file);
    const found = await lstat(place).catch(() => null);
    if (found === null) return false;
    if (found.isFile()) return true;
    if (!found.isSymbolicLink()) return false;
    const blob = path.resolve(path.dirname(place), await readlink(place));
    const hash = await hashOf(blob).catch(() => null);
    if (hash === path.basename(blob)) return true;
    await this.remove(file);
    return false;
  }

  /** Puts the bytes of `entry` in place as they come. Answers false, and keeps nothing, where they are not what it says. */
  async receive(entry: HubEntry, chunks: AsyncIterable<Uint8Array>): Promise<boolean> {
    await mkdir(this.blobs, { recursive: true });
    const blob = this.blobOf(entry);
    const coming = `${blob}.${randomUUID()}.incomplete`;
    try {
      const hash = hashFor(path.basename(blob), entry.size);
      const file = await open(coming, 'wx');
      try {
        for await (const chunk of chunks) {
          hash.update(chunk);
          await file.writeFile(chunk);
        }
      } finally {
        await file.close();
      }
      if (hash.digest('hex') !== path.basename(blob)) return false;
      await rename(coming, blob);
    } finally {
      await rm(coming, { force: true });
    }
    await this.link(entry);
    return true;
  }

  /** Puts a file in place whose bytes are here already, from another commit. False where they are not. */
  async reuse(entry: HubEntry): Promise<boolean> {
    const blob = this.blobOf(entry);
    if ((await hashOf(blob).catch(() => null)) !== path.basename(blob)) return false;
    await this.link(entry);
    return true;
  }

  async read(file: string): Promise<Uint8Array | null> {
    return readFile(this.place(file)).catch(() => null);
  }

  /** With its blob: what is damaged must not be found again under another name. */
  async remove(file: string): Promise<void> {
    const place = this.place(file);
    const target = await readlink(place).catch(() => null);
    await rm(place, { force: true });
    const blob = target === null ? null : path.resolve(path.dirname(place), target);
    if (blob !== null && path.dirname(blob) === this.blobs) await rm(blob, { force: true });
  }

  /** Notes what a branch points at, for whoever asks for the branch offline. */
  async note(revision: string): Promise<void> {
    if (revision === this.commit) return;
    const file = path.join(this.storage, 'refs', ...revision.split('/'));
    if ((await readFile(file, 'utf8').catch(() => '')) === this.commit) return;
    await mkdir(path.dirname(file), { recursive: true });
    await writeFileAtomically(file, this.commit);
  }

  private place(file: string): string {
    return path.join(this.folder, ...file.split('/'));
  }

  private blobOf({ lfsSha256, oid }: HubEntry): string {
    return path.join(this.blobs, lfsSha256 ?? oid);
  }

  private async link(entry: HubEntry): Promise<void> {
    const place = this.place(entry.path);
    const blob = this.blobOf(entry);
    await mkdir(path.dirname(place), { recursive: true });
    const beside = `${place}.${randomUUID()}.tmp`;
    try {
      // Windows lets not everybody make links.
      await symlink(path.relative(path.dirname(place), blob), beside).catch(() => copyFile(blob, beside));
      await rename(beside, place);
    } finally {
      await rm(beside, { force: true });
    }
  }
}

/** SHA-256 for large-file storage, 64 digits; else git's own. */
function hashFor(name: string, size: number): Hash {
  return name.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}

/** The hash of the kind that the blob is named by. */
async function hashOf(blob: string): Promise<string> {
  const file = await open(blob);
  try {
    const hash = hashFor(path.basename(blob), (await file.stat()).size);
    for await (const chunk of createReadStream('', { fd: file.fd, autoClose: false })) hash.update(chunk as Uint8Array);
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}
