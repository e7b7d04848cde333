// The contents of files. Small ones come from the Hub's own origin, after a redirect within it; large ones from another.
import { createHash } from 'node:crypto';
import { failure } from './answer';
import type { Answer, HubRequest } from './answer';
import type { Commit, Repository, StoredFile } from './repository';

/** `GET /kernels/{id}/resolve/{revision}/{path}`. @param origins where the redirects lead */
export function resolveAnswer(
  repository: Repository,
  commit: Commit,
  path: string,
  origins: { readonly endpoint: string; readonly files: string },
): Answer {
  const file = commit.files.get(path);
  const repoCommit = { 'x-repo-commit': commit.id };
  if (!file) {
    const missing = failure(404, 'Entry not found', 'EntryNotFound');
    return { ...missing, headers: { ...missing.headers, ...repoCommit } };
  }
  const linked = {
    ...repoCommit,
    'x-linked-size': String(file.bytes.length),
    'x-linked-etag': `"${file.large?.sha256 ?? file.blob}"`,
  };
  if (file.large) {
    const target = new URL(`${origins.files}/repos/${file.large.sha256}`);
    target.searchParams.set('filename', path.split('/').at(-1) ?? '');
    target.searchParams.set('signature', signatureOf(file.large.sha256));
    return redirect(302, target.href, linked);
  }
  const { pathname } = new URL(origins.endpoint);
  const prefix = pathname === '/' ? '' : pathname;
  const place = ['kernels', repository.facts.id, commit.id, path]
    .join('/')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return redirect(307, `${prefix}/api/resolve-cache/${place}`, linked);
}

/** `GET /api/resolve-cache/…`: where a small file's redirect leads. */
export function smallFileAnswer(request: HubRequest, commit: Commit, path: string): Answer {
  const file = commit.files.get(path);
  if (!file || file.large) return failure(404, 'Entry not found', 'EntryNotFound');
  return contents(request, file, file.blob, {
    'x-repo-commit': commit.id,
    'content-type': 'text/plain; charset=utf-8',
  });
}

/** Of the second origin. The signed address alone opens a file: whoever sends a token as well is turned away. */
export function largeFileAnswer(request: HubRequest, repositories: Iterable<Repository>): Answer {
  const sha256 = request.segments[1] ?? '';
  if (request.headers['authorization'] !== undefined) {
    return failure(400, 'Only one way of authentication is allowed: the signature or the Authorization header.');
  }
  if (request.query.get('signature') !== signatureOf(sha256)) return failure(403, 'The signature does not fit.');
  for (const { branches } of repositories) {
    for (const { files } of [...branches.values()].flat()) {
      const file = [...files.values()].find(({ large }) => large?.sha256 === sha256);
      if (file) return contents(request, file, sha256, { 'content-type': 'application/octet-stream' });
    }
  }
  return failure(404, 'There is no such file.');
}

function redirect(status: number, location: string, headers: Readonly<Record<string, string>>): Answer {
  const body = Buffer.from(`Redirecting to ${location}`);
  return { status, headers: { location, 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

function contents(
  { headers: asked }: HubRequest,
  { bytes }: StoredFile,
  tag: string,
  headers: Readonly<Record<string, string>>,
): Answer {
  const common = { etag: `"${tag}"`, 'accept-ranges': 'bytes', ...headers };
  const range = /^bytes=(\d+)-(\d*)$/.exec(asked['range'] ?? '');
  if (!range) return { status: 200, headers: common, body: bytes };
  const from = Number(range[1]);
  const to = Math.min(range[2] ? Number(range[2]) : bytes.length - 1, bytes.length - 1);
  if (from > to) {
    const wrong = failure(416, 'The range lies outside the file.');
    return { ...wrong, headers: { ...wrong.headers, 'content-range': `bytes */${bytes.length}` } };
  }
  const stated = { 'content-range': `bytes ${from}-${to}/${bytes.length}` };
  return { status: 206, headers: { ...common, ...stated }, body: bytes.subarray(from, to + 1) };
}

function signatureOf(sha256: string): string {
  return createHash('sha256').update(`signed ${sha256}`).digest('hex');
}
