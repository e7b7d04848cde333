// Pins in pyproject.toml: `[tool.kernels.dependencies]`, as the `kernels` library reads it.
import { parseToml } from './parseToml';
import { PinProblem } from './pinProblem';
import { PYPROJECT } from './pinTexts';
import { tomlStatements, type Span, type TomlPair, type TomlStatement } from './tomlStatements';

const TABLE = ['tool', 'kernels', 'dependencies'] as const;
const TABLE_NAME = `[${TABLE.join('.')}]`;

/** What the table asks for. */
export interface PyprojectPin {
  readonly id: string;
  /** Null: what stands there is no version, such as `">=0.1"` of older libraries. */
  readonly version: number | null;
  /** What stands there, as it is written where it is no version. */
  readonly written: string;
}

interface Edit extends Span {
  readonly text: string;
}

/**
 * The pins in the order of the file; empty where the table is missing.
 * @throws PinProblem where the file is no TOML, or the table no table.
 */
export function readPyprojectPins(text: string): readonly PyprojectPin[] {
  return Object.entries(tableOf(parseDocument(text))).map(([id, value]) => ({
    id,
    version: typeof value === 'bigint' && value >= 0n && value <= Number.MAX_SAFE_INTEGER ? Number(value) : null,
    written: writtenAs(value),
  }));
}

function writtenAs(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return String(value);
  // `1.0` is no version, and has to look like none.
  if (typeof value === 'number') return Number.isInteger(value) ? value.toFixed(1) : String(value);
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? Number(part) : part));
}

/**
 * The text with the kernel pinned to the version, and every other byte as it was.
 * @param id `org/name`, known to be a legal one.
 * @throws PinProblem where that cannot be done.
 */
export function setPyprojectPin(text: string, id: string, version: number): string {
  const document = parseDocument(text);
  const present = tableOf(document)[id];
  if (present === BigInt(version)) return text;
  const statements = tomlStatements(text);
  const pair = findPin(statements, id);
  if (present !== undefined && pair?.items !== null) throw writtenAsTable(id);
  const edit: Edit =
    pair === null ? insertion(text, statements, id, version) : { ...pair.value, text: String(version) };
  return checked(text, edit, { ...document, ...withPin(document, id, version) });
}

/**
 * The text without the pin, and every other byte as it was. A comment on the pin's own line goes with it.
 * @throws PinProblem where that cannot be done.
 */
export function removePyprojectPin(text: string, id: string): string {
  const document = parseDocument(text);
  if (tableOf(document)[id] === undefined) return text;
  const statements = tomlStatements(text);
  const pair = findPin(statements, id);
  if (pair?.items !== null) throw writtenAsTable(id);
  const line = statements.find((statement) => statement.kind === 'pair' && statement.pair === pair);
  const edit = line === undefined ? removalOfItem(text, siblings(statements, pair), pair) : { ...line.lines, text: '' };
  return checked(text, edit, { ...document, ...withPin(document, id, null) });
}

type Table = Readonly<Record<string, unknown>>;

function parseDocument(text: string): Table {
  try {
    return parseTable(text);
  } catch (error) {
    const { line } = error as { readonly line?: unknown };
    const place = typeof line === 'number' ? ` (line ${line})` : '';
    const reason = error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error);
    throw new PinProblem(PYPROJECT, `${PYPROJECT} is not valid TOML${place}: ${reason}. Correct it, then try again.`, {
      cause: error,
    });
  }
}

/** Whole numbers come as bigint: the library takes `1` for a version, and not `1.0`. */
function parseTable(text: string): Table {
  return parseToml(text, { integersAsBigInt: true }) as Table;
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** `[tool.kernels.dependencies]`; empty where it is missing. */
function tableOf(document: Table): Table {
  let table = document;
  for (const [index, name] of TABLE.entries()) {
    const next = Object.hasOwn(table, name) ? table[name] : {};
    if (!isTable(next)) {
      const path = TABLE.slice(0, index + 1).join('.');
      throw new PinProblem(
        PYPROJECT,
        `In ${PYPROJECT}, ${path} is not a table, so no kernel can be pinned there. Make it a table, then try again.`,
      );
    }
    table = next;
  }
  return table;
}

function writtenAsTable(id: string): PinProblem {
  return new PinProblem(
    PYPROJECT,
    `In ${PYPROJECT}, "${id}" stands in ${TABLE_NAME} as a table, and the kernels library reads only a version there. Change it by hand.`,
  );
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return start.every((part, index) => path[index] === part);
}

/** All pairs that are not inside a list: those on lines, and those of their inline tables. */
function allPairs(pairs: readonly TomlPair[]): readonly TomlPair[] {
  return pairs.flatMap((pair) => [pair, ...allPairs(pair.items ?? [])]);
}

function linePairs(statements: readonly TomlStatement[]): readonly TomlPair[] {
  // A pair below `[[list]]` has the path of no table.
  let inList = false;
  return statements.flatMap((statement) => {
    if (statement.kind === 'header') inList = statement.list;
    return statement.kind === 'pair' && !inList ? [statement.pair] : [];
  });
}

function findPin(statements: readonly TomlStatement[], id: string): TomlPair | null {
  const path = [...TABLE, id];
  const found = allPairs(linePairs(statements)).find((pair) => {
    return pair.path.length === path.length && startsWith(pair.path, path);
  });
  return found ?? null;
}

function siblings(statements: readonly TomlStatement[], pair: TomlPair): readonly TomlPair[] {
  return allPairs(linePairs(statements)).find(({ items }) => items?.includes(pair))?.items ?? [];
}

function insertion(text: string, statements: readonly TomlStatement[], id: string, version: number): Edit {
  const assignment = (table: readonly string[]): string => {
    return `${[...TABLE.slice(table.length), JSON.stringify(id)].join('.')} = ${version}`;
  };
  const inline = allPairs(linePairs(statements))
    .filter(({ path, items }) => items !== null && startsWith(TABLE, path))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (inline?.items) {
    const last = inline.items.at(-1);
    const at = last?.value.end ?? inline.value.start + 1;
    const alone = text.slice(at, inline.value.end - 1) === '' ? ' ' : '';
    return { start: at, end: at, text: last ? `, ${assignment(inline.path)}` : ` ${assignment(inline.path)}${alone}` };
  }
  const after = lineBefore(statements);
  if (after !== null) {
    const { start, end } = after.statement.lines;
    const [indent = ''] = /^[ \t]*/.exec(text.slice(start, end)) ?? [];
    const lineEnd = text.slice(start, end).endsWith('\n') ? '' : lineEndOf(text);
    const own = lineEnd === '' ? lineEndOf(text.slice(start, end)) : '';
    return { start: end, end, text: `${lineEnd}${indent}${assignment(after.table)}${own}` };
  }
  const lineEnd = lineEndOf(text);
  const body = text.replace(/^\ufeff/, '');
  const gap = body === '' || /(?:^|\n)\r?\n$/.test(body) ? '' : body.endsWith('\n') ? lineEnd : lineEnd + lineEnd;
  const section = `${gap}${TABLE_NAME}${lineEnd}${assignment(TABLE)}${lineEnd}`;
  return { start: text.length, end: text.length, text: section };
}

/** The line after which a pin goes, and the table that such a line stands in; null: the table has to be begun. */
function lineBefore(
  statements: readonly TomlStatement[],
): { readonly statement: TomlStatement; readonly table: readonly string[] } | null {
  const header = statements.findIndex(({ kind, ...rest }) => {
    return kind === 'header' && 'path' in rest && rest.path.length === TABLE.length && startsWith(rest.path, TABLE);
  });
  const first = statements[header];
  if (first !== undefined) {
    const rest = statements.slice(header + 1);
    const next = rest.findIndex(({ kind }) => kind === 'header');
    return { statement: (next === -1 ? rest : rest.slice(0, next)).at(-1) ?? first, table: TABLE };
  }
  // A table that dotted keys define may not be begun again, so the pin stands where they do.
  for (const statement of [...statements].reverse()) {
    if (statement.kind !== 'pair' || !startsWith(TABLE, statement.table)) continue;
    const { path } = statement.pair;
    if (path.length > TABLE.length && startsWith(path, TABLE)) return { statement, table: statement.table };
  }
  return null;
}

function lineEndOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

/** Takes the comma with it: its own, or for the last item the one before it. */
function removalOfItem(text: string, items: readonly TomlPair[], pair: TomlPair): Edit {
  const { start } = pair.key;
  const { end } = pair.value;
  const [comma = ''] = /^[ \t]*,[ \t]*/.exec(text.slice(end)) ?? [];
  if (comma !== '') return { start, end: end + comma.length, text: '' };
  const before = items[items.indexOf(pair) - 1];
  if (before === undefined) {
    const open = /\{[ \t]*$/.exec(text.slice(0, start));
    const [close] = /^[ \t]*(?=\})/.exec(text.slice(end)) ?? [];
    if (open !== null && close !== undefined) return { start: open.index + 1, end: end + close.length, text: '' };
    return { start, end, text: '' };
  }
  // Comments may stand between the comma and the item; they stay.
  const between = text.slice(before.value.end, start);
  return { start: before.value.end, end, text: between.replace(',', '').trimEnd() };
}

/** `tool` of the document with another pin; `version` null: without it. */
function withPin(document: Table, id: string, version: number | null): Table {
  const tool = (document['tool'] ?? {}) as Table;
  const kernels = (tool['kernels'] ?? {}) as Table;
  const others = Object.entries(tableOf(document)).filter(([name]) => name !== id);
  const dependencies = Object.fromEntries(version === null ? others : [...others, [id, BigInt(version)]]);
  return { tool: { ...tool, kernels: { ...kernels, dependencies } } };
}

/** Makes the edit, and refuses it where the document would then say anything but what it should. */
function checked(text: string, edit: Edit, expected: Table): string {
  const result = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
  try {
    if (canonical(withoutEmptyTables(parseTable(result))) === canonical(withoutEmptyTables(expected))) return result;
  } catch {
    // Said below.
  }
  throw new PinProblem(
    PYPROJECT,
    `${PYPROJECT} is written in a way that cannot be edited safely, so it was left as it is. Change ${TABLE_NAME} by hand.`,
  );
}

/** Tables that only dotted keys made are gone with the last of them. */
function withoutEmptyTables(document: Table): Table {
  const strip = (table: Table, [name, ...rest]: readonly string[]): Table => {
    if (name === undefined || !isTable(table[name])) return table;
    const { [name]: child, ...others } = table as Record<string, Table>;
    const stripped = child === undefined ? {} : strip(child, rest);
    return Object.keys(stripped).length === 0 ? others : { ...others, [name]: stripped };
  };
  return strip(document, TABLE);
}

/** Equal for equal documents, whatever the order of their keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint' || (typeof part === 'number' && !Number.isFinite(part))) return String(part);
    if (!isTable(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
