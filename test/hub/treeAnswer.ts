// What lies in a repository: listings, single paths, branches, commits.
import * as v from 'valibot';
import { failure, json, nextPage, pageOf } from './answer';
import type { Answer, HubRequest } from './answer';
import { folderId } from './repository';
import type { Commit, Repository, StoredFile } from './repository';

const PathsQuery = v.object({ paths: v.array(v.string()), expand: v.optional(v.nullable(v.boolean()), false) });

interface Entry {
  readonly type: 'file' | 'directory';
  readonly oid: string;
  readonly size: number;
  readonly path: string;
  readonly lfs?: { readonly oid: string; readonly size: number; readonly pointerSize: number };
}

/** `GET …/tree/{revision}/{folder}`, folders first where there is no order to keep. @param url of the request */
export function treeAnswer(
  { query }: HubRequest,
  { files, id, title, date }: Commit,
  folder: string,
  pageSize: number,
  url: URL,
): Answer {
  const below = folder === '' ? '' : `${folder}/`;
  const inside = [...files].filter(([path]) => path.startsWith(below));
  if (inside.length === 0 && folder !== '') {
    return failure(404, `${folder} does not exist on "${id}"`, 'EntryNotFound');
  }
  const recursive = isTrue(query.get('recursive'));
  const entries = new Map<string, Entry>();
  for (const [path, file] of inside) {
    const rest = path.slice(below.length).split('/');
    const depth = recursive ? rest.length : Math.min(1, rest.length);
    for (let length = 1; length <= depth; length++) {
      const at = below + rest.slice(0, length).join('/');
      entries.set(at, at === path ? fileEntry(path, file) : folderEntry(at, files));
    }
  }
  const expanded = isTrue(query.get('expand'));
  const sorted = [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const { items, next } = pageOf(sorted, query.get('cursor'), pageSize);
  if (next !== null) url.searchParams.set('cursor', next);
  const more = expanded ? { lastCommit: { id, title, date } } : {};
  return json(
    items.map((item) => ({ ...item, ...more })),
    nextPage(next === null ? null : url),
  );
}

/** `POST …/paths-info/{revision}`: paths that are not there are left out. */
export function pathsAnswer({ body, headers }: HubRequest, { files, id, title, date }: Commit): Answer {
  // The npm client sends JSON, the Python one a form.
  const form = new URLSearchParams(body);
  const query = headers['content-type']?.startsWith('application/json')
    ? v.safeParse(v.pipe(v.string(), v.parseJson(), PathsQuery), body)
    : v.safeParse(PathsQuery, { paths: form.getAll('paths'), expand: isTrue(form.get('expand')) });
  if (!query.success) return failure(400, 'The body names no paths.');
  const more = query.output.expand === true ? { lastCommit: { id, title, date } } : {};
  const found = query.output.paths.flatMap((path): Entry[] => {
    const file = files.get(path);
    if (file) return [fileEntry(path, file)];
    return [...files.keys()].some((name) => name.startsWith(`${path}/`)) ? [folderEntry(path, files)] : [];
  });
  return json(found.map((entry) => ({ ...entry, ...more })));
}

/** `GET …/refs`. */
export function refsAnswer({ branches }: Repository): Answer {
  const named = [...branches].map(([name, [newest]]) => ({
    name,
    ref: `refs/heads/${name}`,
    targetCommit: newest?.id,
  }));
  return json({ branches: named, converts: [], tags: [] });
}

/** `GET …/commits/{revision}`, newest first. */
export function commitsAnswer(repository: Repository, revision: string): Answer {
  const [user = ''] = repository.facts.id.split('/');
  const commits = repository.history(revision);
  return json(
    commits.map(({ id, title, date }) => ({ id, title, message: '', authors: [{ user, avatar: '' }], date })),
  );
}

function fileEntry(path: string, { bytes, blob, large }: StoredFile): Entry {
  const entry: Entry = { type: 'file', oid: blob, size: bytes.length, path };
  if (large === null) return entry;
  return { ...entry, lfs: { oid: large.sha256, size: bytes.length, pointerSize: large.pointerSize } };
}

function folderEntry(path: string, files: ReadonlyMap<string, StoredFile>): Entry {
  const below = [...files].filter(([name]) => name.startsWith(`${path}/`));
  return { type: 'directory', oid: folderId(below), size: 0, path };
}

/** The clients write `true`, `True` and `1`. */
function isTrue(value: string | null): boolean {
  return value !== null && ['true', '1'].includes(value.toLowerCase());
}
