// metadata.json of a kernel and the digests in it: every file is checked before it is used.
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { kernelPathProblem, type KernelFiles } from './kernelFolder';
import { parseKernelJson, parseWith } from './kernelJson';
import { KernelError } from './program';

export const METADATA_FILE = 'metadata.json';

/** What is read of metadata.json; other keys are other programs' business. */
const MetadataSchema = v.object({
  name: v.optional(v.string()),
  id: v.optional(v.string()),
  version: v.optional(v.nullable(v.union([v.number(), v.string()]))),
  license: v.optional(v.nullable(v.string())),
  backend: v.optional(v.object({ type: v.string() })),
  digest: v.optional(v.object({ algorithm: v.string(), files: v.record(v.string(), v.string()) })),
  webgpu: v.optional(v.object({ manifestSpec: v.optional(v.union([v.string(), v.number()])) })),
});
export type KernelMetadata = v.InferOutput<typeof MetadataSchema>;

const NO_DIGEST = `${METADATA_FILE} gives no digest for it, so it cannot be trusted`;

function sha256(bytes: Uint8Array | string, encoding: 'hex' | 'base64'): string {
  return createHash('sha256').update(bytes).digest(encoding);
}

/** A kernel's files, each one compared with its digest as it is read. */
export class VerifiedFiles {
  private readonly used = new Map<string, string>();

  private constructor(
    private readonly files: KernelFiles,
    readonly metadata: KernelMetadata | null,
  ) {}

  /** Reads metadata.json, if there is one. Throws KernelError when it is wrong. */
  static async open(files: KernelFiles): Promise<VerifiedFiles> {
    const bytes = await files.read(METADATA_FILE);
    if (bytes === null) return new VerifiedFiles(files, null);
    const metadata = parseWith(MetadataSchema, parseKernelJson(bytes, METADATA_FILE), METADATA_FILE, '');
    if (metadata.backend !== undefined && metadata.backend.type !== 'webgpu') {
      throw new KernelError(METADATA_FILE, 'backend.type', `expected webgpu, got ${metadata.backend.type}`);
    }
    const algorithm = metadata.digest?.algorithm ?? 'sha256';
    if (algorithm !== 'sha256') {
      throw new KernelError(METADATA_FILE, 'digest.algorithm', `expected sha256, got ${algorithm}`);
    }
    return new VerifiedFiles(files, metadata);
  }

  /** Whether metadata.json gives digests. Without, a kernel is a work in progress and nothing can be compared. */
  get verified(): boolean {
    return this.metadata?.digest !== undefined;
  }

  /** A file's bytes; null when there is none. Throws KernelError when its digest is missing or another one. */
  async read(file: string): Promise<Uint8Array | null> {
    const problem = kernelPathProblem(file);
    if (problem !== undefined) throw new KernelError(file, '', problem);
    const bytes = await this.files.read(file);
    if (bytes === null) return null;
    const digests = this.metadata?.digest?.files;
    if (digests !== undefined) {
      const wanted = Object.hasOwn(digests, file) ? digests[file] : undefined;
      if (wanted === undefined) {
        throw new KernelError(file, '', NO_DIGEST);
      }
      const found = sha256(bytes, 'base64');
      if (found !== wanted) {
        const reason = `its sha256 is ${found}, ${METADATA_FILE} says ${wanted}: fetch the kernel again, or renew the digests if you changed it`;
        throw new KernelError(file, '', reason);
      }
    }
    this.used.set(file, sha256(bytes, 'hex'));
    return bytes;
  }

  /**
   * Like `read`, for a file that the kernel runs without: one that metadata.json gives no digest for is not read, and
   * `problem` says so.
   */
  async readIfListed(file: string): Promise<{ readonly bytes: Uint8Array | null; readonly problem: string | null }> {
    const digests = this.metadata?.digest?.files;
    if (digests !== undefined && !Object.hasOwn(digests, file) && (await this.files.read(file)) !== null) {
      return { bytes: null, problem: `${file}: ${NO_DIGEST}` };
    }
    return { bytes: await this.read(file), problem: null };
  }

  /** Like `read`, for a file that must be there. */
  async need(file: string): Promise<Uint8Array> {
    const bytes = await this.read(file);
    if (bytes === null) throw new KernelError(file, '', 'there is no such file');
    return bytes;
  }

  /** sha256, hex, over the names and contents of all files read so far. */
  digest(): string {
    const lines = [...this.used].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, hash]) => `${hash}  ${file}\n`);
    return sha256(lines.join(''), 'hex');
  }
}
