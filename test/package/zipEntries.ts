/** One file in a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** Size when unpacked, bytes. */
  readonly size: number;
}

const END_OF_DIRECTORY = 0x06054b50;
const END_SIZE = 22;
const ENTRY_SIZE = 46;

/** The directory at the end of a zip archive without a comment. Throws when there is none. */
export function zipEntries(archive: Buffer): readonly ZipEntry[] {
  const end = archive.length - END_SIZE;
  if (archive.readUInt32LE(end) !== END_OF_DIRECTORY) throw new Error('not a zip archive, or one with a comment');
  const entries: ZipEntry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [name, extra, comment] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    entries.push({
      name: archive.toString('utf8', at + ENTRY_SIZE, at + ENTRY_SIZE + name),
      size: archive.readUInt32LE(at + 24),
    });
    at += ENTRY_SIZE + name + extra + comment;
  }
  return entries;
}
