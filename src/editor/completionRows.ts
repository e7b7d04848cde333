// What completion offers: ids of kernels, their versions, their functions and layers. No vscode in here.
import { kernelIdProblem } from '../kernels/kernelId';
import { PLATFORMS, type KernelFunction, type KernelSummary } from '../kernels/kernelSummary';
import { platformTitle } from '../kernels/platformTitle';
import { shortReason } from '../kernels/shortReason';
import { shownText } from '../kernels/shownText';
import type { WorksHere } from '../kernels/worksHere';

export interface CompletionRow {
  /** What is written when it is chosen, and shown. */
  readonly label: string;
  /** Beside the label. */
  readonly detail: string;
  /** Plain text; empty: there is none. */
  readonly documentation: string;
  readonly sortText: string;
  /** What the typed text is compared with. */
  readonly filterText: string;
  /** The one to take without thinking. */
  readonly preselect: boolean;
}

export interface IdQuestion {
  readonly kernels: readonly KernelSummary[];
  readonly works: (kernel: KernelSummary) => WorksHere;
  /** Of the file: WebGPU kernels are offered in JavaScript, all others in Python. */
  readonly language: KernelSummary['language'];
  /** What stands before the cursor. */
  readonly typed: string;
  readonly most: number;
}

const ORDER: Readonly<Record<WorksHere['state'], number>> = { works: 0, likely: 1, unknown: 2, fails: 3 };

/** Ids that the typed text may become, those that work here first; `complete` false: more fit than are listed. */
export function idRows(question: IdQuestion): { readonly rows: readonly CompletionRow[]; readonly complete: boolean } {
  const { kernels, works, language, typed, most } = question;
  const fitting = kernels
    // What is no id would break the code that it is written into.
    .filter((kernel) => kernel.language === language && kernelIdProblem(kernel.id) === null && fits(kernel.id, typed))
    .map((kernel) => ({ kernel, verdict: works(kernel) }))
    .toSorted(
      (a, b) =>
        ORDER[a.verdict.state] - ORDER[b.verdict.state] ||
        nearness(a.kernel.id, typed) - nearness(b.kernel.id, typed) ||
        (b.kernel.downloads ?? 0) - (a.kernel.downloads ?? 0) ||
        (a.kernel.id < b.kernel.id ? -1 : 1),
    );
  const rows = fitting.slice(0, most).map(({ kernel, verdict }, place) => ({
    label: kernel.id,
    // The end is cut off first.
    detail: [verdictWords(verdict), ...platformWords(kernel)].join(' · '),
    documentation: kernel.summary === null ? '' : shownText(kernel.summary, 300),
    sortText: sortText(place),
    filterText: kernel.id,
    preselect: false,
  }));
  return { rows, complete: fitting.length <= most };
}

/** The typed letters, in their order, as the editor compares them. */
function fits(id: string, typed: string): boolean {
  const letters = id.toLowerCase();
  let at = 0;
  for (const letter of typed.toLowerCase()) {
    at = letters.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function nearness(id: string, typed: string): number {
  const [whole, part] = [id.toLowerCase(), typed.toLowerCase()];
  if (whole.startsWith(part)) return 0;
  if (whole.slice(whole.indexOf('/') + 1).startsWith(part)) return 1;
  return whole.includes(part) ? 2 : 3;
}

function platformWords({ backends, language }: KernelSummary): readonly string[] {
  const platforms = PLATFORMS.filter((platform) => backends.some((backend) => backend.platform === platform));
  if (platforms.length === 0) return language === 'javascript' ? ['WebGPU'] : [];
  return [platforms.map(platformTitle).join(' ')];
}

function verdictWords(verdict: WorksHere): string {
  switch (verdict.state) {
    case 'works':
      return 'runs here';
    case 'likely':
      return 'should run here';
    case 'fails':
      return shownText(shortReason(verdict.reason), 60);
    case 'unknown':
      return 'not known whether it runs here';
  }
}

/** Rows stay in the order of a list. */
function sortText(place: number): string {
  return place.toString().padStart(5, '0');
}

/** Versions, newest first; the newest that runs here is the one to take. @param works null: not looked into */
export function versionRows(
  versions: readonly number[],
  works: (version: number) => WorksHere | null,
): readonly CompletionRow[] {
  const newest = [...new Set(versions)].toSorted((a, b) => b - a);
  const verdicts = newest.map((version) => works(version));
  const best = verdicts.findIndex((verdict) => verdict?.state === 'works' || verdict?.state === 'likely');
  const taken = best === -1 ? verdicts.findIndex((verdict) => verdict?.state !== 'fails') : best;
  return newest.map((version, place) => {
    const verdict = verdicts[place] ?? null;
    const words = [...(place === 0 ? ['newest'] : []), ...(verdict === null ? [] : [verdictWords(verdict)])];
    return {
      label: version.toString(),
      detail: words.join(' · '),
      documentation: verdict?.state === 'fails' ? shownText(verdict.reason, 300) : '',
      sortText: sortText(place),
      filterText: version.toString(),
      preselect: place === taken,
    };
  });
}

export interface MemberRow extends CompletionRow {
  readonly kind: 'function' | 'layer' | 'module';
}

/** Whether a name can be written as one in Python. */
const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/**
 * What a kernel of Python has: its functions and `layers`; below `layers`, its layers.
 * @param path what stands between the kernel and the cursor, as in `kernel.layers.`
 */
export function memberRows(
  { functions, layers }: { readonly functions: readonly KernelFunction[]; readonly layers: readonly string[] },
  path: readonly string[],
): readonly MemberRow[] {
  if (path.length > 1 || (path.length === 1 && path[0] !== 'layers')) return [];
  const row = (
    kind: MemberRow['kind'],
    label: string,
    detail: string,
    documentation: string,
    place: number,
  ): MemberRow => ({
    kind,
    label,
    detail,
    documentation,
    sortText: sortText(place),
    filterText: label,
    preselect: false,
  });
  const names = layers.filter((name) => NAME.test(name));
  if (path.length === 1) return names.map((name, place) => row('layer', name, 'layer', '', place));
  const rows = functions
    .filter(({ name }) => NAME.test(name))
    .map(({ name, signature, docstring }, place) =>
      row('function', name, shownText(signature, 160), shownText(docstring ?? '', 300), place),
    );
  const list = names.slice(0, 12).map((name) => shownText(name, 60));
  return names.length === 0 ? rows : [...rows, row('module', 'layers', list.join(', '), '', rows.length)];
}

/** An argument that loads a kernel: what is written of it is a snippet of the editor. */
export interface ArgumentRow extends CompletionRow {
  readonly snippet: string;
}

/**
 * `version=` and `revision=`, of which the library wants exactly one.
 * @param newest null: not known
 * @param bare JavaScript's object of options is still to be written
 */
export function argumentRows(
  language: KernelSummary['language'],
  given: readonly string[],
  newest: number | null,
  bare: boolean,
): readonly ArgumentRow[] {
  if (given.includes('version') || given.includes('revision')) return [];
  const python = language === 'python';
  const write = (name: string, value: string): string => {
    const pair = python ? `${name}=${value}` : `${name}: ${value}`;
    return bare && !python ? `{ ${pair} }` : pair;
  };
  const row = (name: string, value: string, detail: string, place: number): ArgumentRow => ({
    label: python ? `${name}=` : name,
    detail,
    documentation: '',
    sortText: sortText(place),
    filterText: name,
    preselect: place === 0,
    snippet: write(name, value),
  });
  const version = newest === null ? '1' : newest.toString();
  return [
    row('version', `\${1:${version}}`, newest === null ? 'a version of the kernel' : `v${version} is the newest`, 0),
    row('revision', python ? '"${1:main}"' : "'${1:main}'", 'a branch, a tag or a commit', 1),
  ];
}
