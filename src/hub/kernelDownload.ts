// Files of a kernel, brought into the official clients' cache and checked.
import { createHash } from 'node:crypto';
import path from 'node:path';
import * as v from 'valibot';
import { createHub } from './hubClient';
import { HubError } from './hubError';
import { HubGate } from './hubGate';
import { hubName, refusal } from './hubProblem';
import { HubRequests, type HubConnection } from './hubRequests';
import type { HubSettings } from './hubSettings';
import type { HubEntry } from './hubTypes';
import { checkKernelId, isCommit, isInsidePath, isRevision } from './repositoryNames';
import { SnapshotFolder } from './snapshotFolder';

export interface KernelDownload extends HubConnection {
  readonly settings: HubSettings;
  /** `org/name`. */
  readonly id: string;
  /** The branch or tag that was asked for, `v1`; it is noted in the cache as the official clients do. */
  readonly revision: string;
  /** What `revision` points at, 40 hexadecimal digits. */
  readonly commit: string;
  /** Files of the repository, such as `build/webgpu/manifest.json`. */
  readonly paths: readonly string[];
  /** Called as bytes arrive. */
  readonly onProgress?: ((done: { readonly bytes: number; readonly ofBytes: number }) => void) | undefined;
}

/** No file of a build comes near this. */
const LARGEST_FILE = 2 * 1024 ** 3;

/**
 * Brings files of one commit into the official clients' cache and answers the folder of its snapshot, in which they lie
 * under their own paths. Files that are there are checked and not asked for again, so this works offline too.
 * Throws HubError; a file that is not what the repository or its metadata.json says is removed.
 */
export async function downloadKernel(
  download: KernelDownload,
  signal: AbortSignal,
): Promise<{ readonly folder: string }> {
  const { settings, id, revision, commit } = download;
  checkKernelId(id);
  if (!isCommit(commit) || !isRevision(revision) || !download.paths.every(isInsidePath)) {
    throw new HubError('not-found', `${id} cannot have such a revision or path. Check them.`);
  }
  const paths = [...new Set(download.paths)];
  const snapshot = new SnapshotFolder(settings.cacheFolder, id, commit);
  try {
    // A second round only where what was here before turns out to be damaged.
    for (;;) {
      const missing = await absent(snapshot, paths);
      if (missing.length > 0) await fetchAll(download, snapshot, missing, signal);
      const damaged = await damagedFiles(snapshot, paths);
      if (damaged.length === 0) break;
      for (const file of damaged) await snapshot.remove(file);
      const fresh = damaged.find((file) => missing.includes(file));
      if (fresh !== undefined) {
        const reason = `${fresh} of ${id} is not what its metadata.json says it is, so it was not kept.`;
        throw new HubError('bad-answer', `${reason} Ask its publisher for a sound build.`);
      }
    }
    await snapshot.note(revision);
  } catch (error) {
    if (signal.aborted) throw new HubError('cancelled', 'The download was called off.');
    throw onDisk(error, settings.cacheFolder);
  }
  return { folder: snapshot.folder };
}

async function absent(snapshot: SnapshotFolder, paths: readonly string[]): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const file of paths) if (!(await snapshot.holds(file))) missing.push(file);
  return missing;
}

async function fetchAll(
  download: KernelDownload,
  snapshot: SnapshotFolder,
  missing: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const gate = download.gate ?? new HubGate(download.clock, download.onWait);
  const connection = { ...download, gate };
  const entries = await entriesOf(download, connection, missing, signal);
  const requests = new HubRequests(download.settings, connection);
  const ofBytes = entries.reduce((sum, { size }) => sum + size, 0);
  let bytes = 0;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const fetches = entries.map(async (entry) => {
    const progress = (more: number): void => {
      bytes += more;
      download.onProgress?.({ bytes, ofBytes });
    };
    if (await snapshot.reuse(entry)) progress(entry.size);
    else await fetchOne(download, requests, snapshot, entry, either, progress);
  });
  try {
    await Promise.all(fetches);
  } finally {
    stop.abort();
    // Nothing may be written once the caller has heard.
    await Promise.allSettled(fetches);
  }
}

/** What the repository says of the files. Throws HubError for one that it does not have. */
async function entriesOf(
  { settings, id, commit, revision }: KernelDownload,
  connection: HubConnection,
  files: readonly string[],
  signal: AbortSignal,
): Promise<readonly HubEntry[]> {
  const hub = createHub(settings, connection);
  const folders = [...new Set(files.map((file) => path.posix.dirname(file)))];
  const lists = await Promise.all(
    folders.map((folder) => hub.tree(id, commit, folder === '.' ? '' : folder, { recursive: false }, signal)),
  );
  const entries = new Map(lists.flat().map((entry) => [entry.path, entry]));
  return files.map((file) => {
    const entry = entries.get(file);
    if (entry?.type !== 'file') throw new HubError('not-found', `${id} has no file ${file} in ${revision}.`);
    if (entry.size > LARGEST_FILE) throw new HubError('bad-answer', `${file} of ${id} is too large to be fetched.`);
    return entry;
  });
}

async function fetchOne(
  { settings, id, commit }: KernelDownload,
  requests: HubRequests,
  snapshot: SnapshotFolder,
  entry: HubEntry,
  signal: AbortSignal,
  onBytes: (more: number) => void,
): Promise<void> {
  const file = entry.path.split('/').map(encodeURIComponent).join('/');
  const url = `${settings.endpoint}/kernels/${id}/resolve/${commit}/${file}`;
  // As it is, so that its length can be held against what was announced.
  const headers = { 'accept-encoding': 'identity' };
  const whole = await requests.get(
    url,
    headers,
    async (reply) => {
      if (reply.status !== 200) throw refusal(reply.response, id, settings);
      let received = 0;
      const counted = async function* (): AsyncGenerator<Uint8Array> {
        for await (const chunk of reply.chunks(entry.size)) {
          received += chunk.length;
          onBytes(chunk.length);
          yield chunk;
        }
      };
      try {
        return await snapshot.receive(entry, counted());
      } catch (error) {
        onBytes(-received);
        throw error;
      }
    },
    signal,
  );
  if (whole) return;
  const reason = `${entry.path} of ${id} arrived damaged from ${hubName(settings)}, so it was not kept.`;
  throw new HubError('bad-answer', `${reason} Try again.`);
}

const DigestSchema = v.object({
  digest: v.object({ algorithm: v.literal('sha256'), files: v.record(v.string(), v.string()) }),
});

/** Files for which the metadata.json of their build gives another digest. */
async function damagedFiles(snapshot: SnapshotFolder, paths: readonly string[]): Promise<readonly string[]> {
  const damaged: string[] = [];
  const digests = new Map<string, Readonly<Record<string, string>>>();
  for (const file of paths) {
    const build = /^build\/[^/]+\//.exec(file)?.[0];
    if (build === undefined) continue;
    const files = digests.get(build) ?? readDigests(await snapshot.read(`${build}metadata.json`));
    digests.set(build, files);
    const name = file.slice(build.length);
    if (!Object.hasOwn(files, name)) continue;
    const bytes = await snapshot.read(file);
    const found = bytes === null ? null : createHash('sha256').update(bytes).digest('base64');
    if (found !== files[name]) damaged.push(file);
  }
  return damaged;
}

function readDigests(metadata: Uint8Array | null): Readonly<Record<string, string>> {
  if (metadata === null) return {};
  try {
    const parsed = v.safeParse(DigestSchema, JSON.parse(new TextDecoder().decode(metadata)));
    return parsed.success ? parsed.output.digest.files : {};
  } catch {
    return {};
  }
}

/** What the file system says, in words for people; other errors as they are. */
function onDisk(error: unknown, cacheFolder: string): unknown {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return error;
  const why = error.code === 'ENOSPC' ? 'is full' : `cannot be used (${String(error.code)})`;
  return new HubError('disk', `The cache folder ${cacheFolder} ${why}. Name another one in HF_HUB_CACHE.`);
}
