// A file as code that can be judged, and its places as people find them.
import path from 'node:path';
import * as v from 'valibot';
import { joinCells, type NotebookText } from '../code/notebookCells';
import type { ParsedSource } from '../code/parsedSource';
import { languageOfFile, parseWhole } from '../code/parseSource';
import type { Span } from '../code/span';
import { TextPlaces, type TextPlace } from './textPlace';
import { isNotebook } from './walkFiles';

/** Where something is: of a notebook, within one of its cells. */
export interface CodePlace {
  /** From 1, counted over all cells as the notebook has them; null: the file is no notebook. */
  readonly cell: number | null;
  readonly start: TextPlace;
  readonly end: TextPlace;
}

export interface CodeFile {
  readonly source: ParsedSource;
  readonly placeOf: (span: Span) => CodePlace;
}

const NotebookSchema = v.object({
  metadata: v.optional(
    v.looseObject({
      kernelspec: v.optional(v.looseObject({ language: v.optional(v.string()) })),
      language_info: v.optional(v.looseObject({ name: v.optional(v.string()) })),
    }),
  ),
  cells: v.array(
    v.looseObject({ cell_type: v.string(), source: v.optional(v.union([v.string(), v.array(v.string())]), '') }),
  ),
});

/** Reads and parses; text: why it cannot be. */
export function openCode(file: string, text: string): CodeFile | string {
  if (isNotebook(file)) return openNotebook(text);
  const language = languageOfFile(file);
  if (language === null) return `no code, by its name: ${path.extname(file)}`;
  const source = parseWhole(text, language);
  const places = lazily(() => new TextPlaces(text));
  return { source, placeOf: (span) => ({ cell: null, ...placed(places(), span) }) };
}

function openNotebook(text: string): CodeFile | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not a notebook: it is no JSON';
  }
  const notebook = v.safeParse(NotebookSchema, value);
  if (!notebook.success) return 'not a notebook of format 4';
  const { metadata, cells } = notebook.output;
  const language = metadata?.language_info?.name ?? metadata?.kernelspec?.language ?? 'python';
  const texts = cells.map(({ source }) => (typeof source === 'string' ? source : source.join('')));
  const joined = joinCells(
    cells.map(({ cell_type: kind }, at) => ({
      languageId: kind === 'code' ? language.toLowerCase() : 'markdown',
      text: texts[at] ?? '',
    })),
  );
  return { source: parseWhole(joined.text, 'python'), placeOf: (span) => cellPlace(joined, texts, span) };
}

function cellPlace(joined: NotebookText, texts: readonly string[], span: Span): CodePlace {
  // What reaches over several cells is told by where it begins.
  const inCell = joined.inCell(span) ?? joined.inCell({ from: span.from, to: span.from });
  if (inCell === null) return { cell: null, ...placed(new TextPlaces(joined.text), span) };
  return { cell: inCell.cell + 1, ...placed(new TextPlaces(texts[inCell.cell] ?? ''), inCell.span) };
}

function placed(places: TextPlaces, { from, to }: Span): { readonly start: TextPlace; readonly end: TextPlace } {
  return { start: places.at(from), end: places.at(to) };
}

function lazily<T>(make: () => T): () => T {
  const made: T[] = [];
  return () => {
    const value = made[0] ?? make();
    made[0] = value;
    return value;
  };
}
