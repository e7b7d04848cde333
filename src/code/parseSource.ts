// Text into a syntax tree, again from the last one while somebody types, and in slices so that nothing else waits.
import { TreeFragment, type ChangedRange, type Parser, type Tree } from '@lezer/common';
import { parser as javaScript } from '@lezer/javascript';
import { parser as python } from '@lezer/python';
import { hasError } from './brokenCode';
import { parserText } from './parserText';
import { patchedTree } from './patchedTree';
import type { CodeLanguage, ParsedSource, SourceChange } from './parsedSource';

const PARSERS: Readonly<Record<CodeLanguage, Parser>> = {
  python,
  jsx: javaScript.configure({ dialect: 'jsx' }),
  typescript: javaScript.configure({ dialect: 'ts' }),
  tsx: javaScript.configure({ dialect: 'ts jsx' }),
};

const LANGUAGE_IDS: ReadonlyMap<string, CodeLanguage> = new Map([
  ['python', 'python'],
  ['javascript', 'jsx'],
  ['javascriptreact', 'jsx'],
  ['typescript', 'typescript'],
  ['typescriptreact', 'tsx'],
]);

const EXTENSIONS: ReadonlyMap<string, CodeLanguage> = new Map([
  ['py', 'python'],
  ['pyi', 'python'],
  ['js', 'jsx'],
  ['mjs', 'jsx'],
  ['cjs', 'jsx'],
  ['jsx', 'jsx'],
  ['ts', 'typescript'],
  ['mts', 'typescript'],
  ['cts', 'typescript'],
  ['tsx', 'tsx'],
]);

/** How long a parse keeps the thread before it gives others their turn, in milliseconds. */
const SLICE_MS = 8;

/** Of an editor's language id; null: its code is not read. */
export function languageOf(languageId: string): CodeLanguage | null {
  return LANGUAGE_IDS.get(languageId) ?? null;
}

/** By the end of its name; null: its code is not read. */
export function languageOfFile(path: string): CodeLanguage | null {
  return EXTENSIONS.get(/\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '') ?? null;
}

/** In one go; never throws, whatever the text is. */
export function parseWhole(text: string, language: CodeLanguage): ParsedSource {
  return parsed(text, language, PARSERS[language].parse(readable(text, language)), []);
}

/** As `parseWhole` of the text would, but takes over what the changes left as it was. */
export function parseAgain(previous: ParsedSource, text: string, changes: readonly SourceChange[]): ParsedSource {
  const { language } = previous;
  const patched = patch(previous, text, changes);
  if (patched !== null) return parsed(text, language, patched, []);
  const kept = keptFragments(previous, text, changes);
  return parsed(text, language, PARSERS[language].parse(readable(text, language), kept), kept);
}

export interface SlicedParse {
  /** With `changes`: what is taken over. */
  readonly previous?: ParsedSource;
  /** From the text of `previous` to this one. */
  readonly changes?: readonly SourceChange[];
  readonly signal: AbortSignal;
  /** Milliseconds of one slice. */
  readonly sliceMs?: number;
}

/** As `parseWhole`, with the event loop's turn after each slice. Rejects with the signal's reason when it is aborted. */
export async function parseInSlices(text: string, language: CodeLanguage, how: SlicedParse): Promise<ParsedSource> {
  how.signal.throwIfAborted();
  const { previous, changes = [], sliceMs = SLICE_MS } = how;
  const known = previous?.language === language ? previous : null;
  const patched = known === null ? null : patch(known, text, changes);
  if (patched !== null) return parsed(text, language, patched, []);
  const kept = known === null ? [] : keptFragments(known, text, changes);
  const parse = PARSERS[language].startParse(readable(text, language), kept);
  for (let began = Date.now(); ;) {
    const tree = parse.advance();
    if (tree !== null) return parsed(text, language, tree, kept);
    if (Date.now() - began < sliceMs) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    how.signal.throwIfAborted();
    began = Date.now();
  }
}

function readable(text: string, language: CodeLanguage): string {
  return language === 'python' ? parserText(text) : text;
}

function parsed(text: string, language: CodeLanguage, tree: Tree, kept: readonly TreeFragment[]): ParsedSource {
  return { language, text, tree, fragments: language === 'python' ? [] : TreeFragment.addTree(tree, kept) };
}

/** Null: it is no Python, or all of it has to be read. */
function patch(previous: ParsedSource, text: string, changes: readonly SourceChange[]): Tree | null {
  const ranges = changedRanges(previous, text, changes);
  const [first, last] = [ranges?.[0], ranges?.at(-1)];
  if (previous.language !== 'python' || first === undefined || last === undefined) return null;
  const change = { from: first.fromA, to: last.toA, length: last.toB - first.fromB };
  return patchedTree(previous.tree, parserText(text), change, (part) => PARSERS.python.parse(part));
}

function keptFragments(
  previous: ParsedSource,
  text: string,
  changes: readonly SourceChange[],
): readonly TreeFragment[] {
  // How broken code was read says nothing of how it is read once the code around it is another.
  const ranges = hasError(previous.tree) ? null : changedRanges(previous, text, changes);
  return ranges === null ? [] : TreeFragment.applyChanges(previous.fragments, ranges);
}

/** Null: the changes do not make this text of the one before, and all of it is to be read anew. */
function changedRanges(previous: ParsedSource, text: string, changes: readonly SourceChange[]): ChangedRange[] | null {
  const sorted = [...changes].sort((one, other) => one.from - other.from || one.to - other.to);
  const ranges: ChangedRange[] = [];
  let [made, at] = ['', 0];
  for (const { from, to, insert } of sorted) {
    if (from < at || to < from) return null;
    made += previous.text.slice(at, from);
    ranges.push({ fromA: from, toA: to, fromB: made.length, toB: made.length + insert.length });
    made += insert;
    at = to;
  }
  return made + previous.text.slice(at) === text ? ranges : null;
}
