// A repository as the Hub keeps it: branches of commits of files. Ids are as git makes them, and the same in every run.
import { createHash } from 'node:crypto';

export interface StoredFile {
  readonly bytes: Buffer;
  /** Git's id of what git keeps: the file, or the pointer to it. */
  readonly blob: string;
  /** Set where the file lies in large-file storage. */
  readonly large: { readonly sha256: string; readonly pointerSize: number } | null;
}

export interface Commit {
  readonly id: string;
  readonly title: string;
  /** ISO 8601. */
  readonly date: string;
  readonly files: ReadonlyMap<string, StoredFile>;
}

/** What the Hub says of a repository besides its files. */
export interface RepositoryFacts {
  readonly id: string;
  readonly downloads: number;
  readonly likes: number;
  readonly trendingScore: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly private: boolean;
  readonly gated: false | 'auto' | 'manual';
  readonly tags: readonly string[];
  /** In the Hub's words: `cuda`, `webgpu`. */
  readonly families: readonly string[];
  readonly buildMetadata: Readonly<Record<string, unknown>> | null;
}

/** Kept as large files, as kernel-builder's `.gitattributes` has it. */
const largeNames = /\.(so|pyd|dylib|metallib|bin)$/;

/** @param name decides with its ending whether the file is a large one */
export function storeFile(name: string, contents: string | Uint8Array): StoredFile {
  const bytes = Buffer.from(contents);
  if (!largeNames.test(name)) return { bytes, blob: gitId('blob', bytes), large: null };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const pointer = Buffer.from(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${bytes.length}\n`,
  );
  return { bytes, blob: gitId('blob', pointer), large: { sha256, pointerSize: pointer.length } };
}

/** The id of a folder's listing: it changes with every file below it. */
export function folderId(files: Iterable<readonly [string, StoredFile]>): string {
  const lines = [...files].map(([path, { blob }]) => `${blob} ${path}\n`);
  return gitId('tree', Buffer.from(lines.sort().join('')));
}

function gitId(kind: string, contents: Buffer): string {
  return createHash('sha1').update(`${kind} ${contents.length}\0`).update(contents).digest('hex');
}

export class Repository {
  readonly #branches = new Map<string, Commit[]>();

  /** @param branches the files of the first commit of each branch */
  constructor(
    readonly facts: RepositoryFacts,
    branches: ReadonlyMap<string, ReadonlyMap<string, StoredFile>>,
  ) {
    for (const [branch, files] of branches) this.#add(branch, 'Upload', facts.createdAt, files);
  }

  get branches(): ReadonlyMap<string, readonly Commit[]> {
    return this.#branches;
  }

  /** The commit that a branch, a full ref or a commit's id names; null: none. */
  resolve(revision: string): Commit | null {
    const branch = this.#branches.get(revision.replace(/^refs\/heads\//, ''));
    if (branch) return branch[0] ?? null;
    return [...this.#branches.values()].flat().find(({ id }) => id === revision) ?? null;
  }

  /** Commits of a branch, or those that led to a commit, newest first. */
  history(revision: string): readonly Commit[] {
    const commit = this.resolve(revision);
    const branch = [...this.#branches.values()].find((commits) => commit !== null && commits.includes(commit)) ?? [];
    return commit === null ? [] : branch.slice(branch.indexOf(commit));
  }

  /** A commit on top of a branch, which is made from `main` where it is missing. Null removes a file. */
  publish(branch: string, changes: Readonly<Record<string, string | Uint8Array | null>>): Commit {
    const before = this.resolve(branch) ?? this.resolve('main');
    const files = new Map(before?.files ?? []);
    for (const [path, contents] of Object.entries(changes)) {
      if (contents === null) files.delete(path);
      else files.set(path, storeFile(path, contents));
    }
    const minutes = (this.#branches.get(branch)?.length ?? 0) + 1;
    const date = new Date(Date.parse(this.facts.createdAt) + minutes * 60_000).toISOString();
    return this.#add(branch, `Update ${Object.keys(changes).join(', ')}`, date, files);
  }

  #add(branch: string, title: string, date: string, files: ReadonlyMap<string, StoredFile>): Commit {
    const commits = this.#branches.get(branch) ?? [];
    const lines = [`tree ${folderId(files)}`, `parent ${commits[0]?.id ?? 'none'}`, `date ${date}`];
    const id = gitId('commit', Buffer.from([...lines, '', `${this.facts.id} ${branch} ${title}`].join('\n')));
    const commit: Commit = { id, title, date, files };
    this.#branches.set(branch, [commit, ...commits]);
    return commit;
  }
}
