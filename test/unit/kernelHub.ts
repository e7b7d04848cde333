// A Hub in memory, for tests of what asks one: repositories of a few branches, each a list of files.
import { HubError } from '../../src/hub/hubError';
import type { Hub, HubEntry } from '../../src/hub/hubTypes';
import { kernelVersions } from '../../src/kernels/kernelVersions';

/** Path to contents; of a branch, at one commit. */
export type HubFiles = Readonly<Record<string, string>>;

export interface HubKernel {
  /** Branch to commit. */
  readonly branches: Record<string, string>;
  /** Commit to files. */
  readonly commits: Record<string, HubFiles>;
}

export interface KernelHub extends Hub {
  /** `method id …` of each question, in order. */
  readonly asked: string[];
  /** While set, nothing is answered. */
  failure: HubError | null;
  /** Called before each answer about branches. */
  onAsked: () => Promise<void>;
}

/** `trusted` names the organisations that are trusted publishers. */
export function kernelHub(
  kernels: Readonly<Record<string, HubKernel>>,
  trusted: readonly string[] = ['org'],
): KernelHub {
  const asked: string[] = [];
  const ask = (question: string, signal: AbortSignal): void => {
    asked.push(question);
    if (signal.aborted) throw new HubError('cancelled', 'Cancelled.');
    if (hub.failure !== null) throw hub.failure;
  };
  const filesOf = (id: string, revision: string): HubFiles => {
    const kernel = kernels[id];
    const files = kernel?.commits[kernel.branches[revision] ?? revision];
    if (files === undefined) throw new HubError('not-found', `There is no ${id} at ${revision}.`);
    return files;
  };
  const hub: KernelHub = {
    endpoint: 'https://hub.example',
    asked,
    failure: null,
    onAsked: () => Promise.resolve(),
    list: () => {
      throw new Error('not asked here');
    },
    kernel: () => Promise.reject(new Error('not asked here')),
    branches: (id, signal) =>
      hub.onAsked().then(() => {
        ask(`branches ${id}`, signal);
        const branches = kernels[id]?.branches;
        if (branches === undefined) throw new HubError('not-found', `There is no ${id}.`);
        return Object.entries(branches).map(([name, commit]) => ({ name, commit }));
      }),
    versions: async (id, signal) => kernelVersions(await hub.branches(id, signal)),
    tree: (id, revision, folder, { recursive }, signal) =>
      Promise.resolve().then(() => {
        ask(`tree ${id} ${revision.slice(0, 7)}`, signal);
        return entriesOf(filesOf(id, revision), folder, recursive);
      }),
    file: (id, revision, path, _, signal) =>
      Promise.resolve().then(() => {
        ask(`file ${id} ${revision.slice(0, 7)} ${path}`, signal);
        if (kernels[id]?.branches[revision] === undefined && kernels[id]?.commits[revision] === undefined) return null;
        const text = filesOf(id, revision)[path];
        return text === undefined ? null : new TextEncoder().encode(text);
      }),
    trusted: (organisation, signal) =>
      Promise.resolve().then(() => {
        ask(`trusted ${organisation}`, signal);
        return trusted.includes(organisation);
      }),
    whoAmI: () => Promise.resolve(null),
  };
  return hub;
}

function entriesOf(files: HubFiles, folder: string, recursive: boolean): HubEntry[] {
  const below = folder === '' ? '' : `${folder}/`;
  const paths = Object.keys(files).filter((path) => path.startsWith(below));
  const entry = (path: string, type: HubEntry['type']): HubEntry => {
    return { path, type, size: 1, oid: '1'.repeat(40), lfsSha256: null };
  };
  if (recursive) return paths.map((path) => entry(path, 'file'));
  const names = new Set(paths.map((path) => path.slice(below.length).split('/')[0] ?? ''));
  return [...names].map((name) => entry(below + name, paths.includes(below + name) ? 'file' : 'directory'));
}

/** 40 hexadecimal digits. */
export function commit(digit: string): string {
  return digit.repeat(40);
}

/** The files of a build, with what it stands on. */
export function build(
  variant: string,
  depends: readonly { readonly id: string; readonly version: number }[] = [],
): HubFiles {
  const list = depends.map(({ id, version }) => ({ 'repo-id': id, version }));
  return { [`build/${variant}/metadata.json`]: JSON.stringify({ 'kernel-depends': list }) };
}
