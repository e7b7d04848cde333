// What a lens or a quick fix hands to the command behind it, and where that is in the code as it is now.
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { KernelUse } from '../code/kernelUse';
import type { OperationSite } from '../code/operation';
import type { Span } from '../code/span';
import type { CodeUnits } from './codeUnits';
import type { Reading } from './reading';
import { SiteTable, type Site, type SiteKey } from './siteTable';
import { CODE_CHANGED, EditRefused } from './writeEdits';

export type UseSite = Site & { readonly use: KernelUse };
export type OperationPlace = Site & { readonly operation: OperationSite };

export type LensSite = Site & { readonly name: Span; readonly operation: OperationSite | null };

export interface ClickTarget {
  readonly uri: string;
  /** Of all documents that were read with it. */
  readonly versions: string;
  readonly site: SiteKey;
}

const KeySchema = v.object({
  kind: v.string(),
  text: v.string(),
  around: v.array(v.string()),
  ordinal: v.number(),
  count: v.number(),
  alike: v.number(),
});
const TargetSchema = v.object({ uri: v.string(), versions: v.string(), site: KeySchema });

/** Where a command is to act. */
export interface FoundSite<T> {
  readonly document: vscode.TextDocument;
  readonly reading: Reading;
  readonly site: T;
  /** For when the code may have changed once more: a question to a person takes its time. */
  readonly target: ClickTarget;
}

const useTables = new WeakMap<Reading, SiteTable<UseSite>>();
const operationTables = new WeakMap<Reading, SiteTable<OperationPlace>>();
const lensTables = new WeakMap<Reading, SiteTable<LensSite>>();

/** The calls of a text that load kernels. */
export function useSites(reading: Reading): SiteTable<UseSite> {
  return kept(useTables, reading, () =>
    reading.code.uses.map((use) => ({ kind: use.loader, span: use.call.span, use })),
  );
}

/** The operations of a text that a kernel could take over. */
export function operationSites(reading: Reading): SiteTable<OperationPlace> {
  return kept(operationTables, reading, () =>
    reading.code.operations.map((operation) => ({
      kind: `${operation.kind}, ${operation.form}`,
      span: operation.span,
      operation,
    })),
  );
}

/** Whatever may have a lens. */
export function lensSites(reading: Reading): SiteTable<LensSite> {
  return kept(lensTables, reading, () => [
    ...useSites(reading).sites.map(({ kind, span, use }) => ({ kind, span, name: use.loaderSpan, operation: null })),
    ...operationSites(reading).sites.map(({ kind, span, operation }) => {
      return { kind, span, name: operation.nameSpan, operation };
    }),
  ]);
}

export function clickTarget<T extends Site>(
  document: vscode.TextDocument,
  reading: Reading,
  table: SiteTable<T>,
  site: T,
): ClickTarget {
  return { uri: document.uri.toString(), versions: reading.versions, site: table.key(site) };
}

/**
 * The place that a command was called for: that of its argument, or else the one at the cursor.
 * Throws EditRefused where it cannot be told any more.
 * @param sites which places there are
 * @param nothing what to say where the cursor is at none
 */
export async function findClicked<T extends Site>(
  units: CodeUnits,
  argument: unknown,
  sites: (reading: Reading) => SiteTable<T>,
  nothing: string,
): Promise<FoundSite<T>> {
  const parsed = v.safeParse(TargetSchema, argument);
  if (!parsed.success) return atCursor(units, sites, nothing);
  const target = parsed.output;
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === target.uri);
  if (document === undefined) throw new EditRefused('The document was closed; nothing was written.');
  const reading = await units.read(document);
  const table = reading === null ? null : sites(reading);
  const site = reading === null ? null : (table?.find(target.site, reading.versions === target.versions) ?? null);
  if (reading === null || site === null) throw new EditRefused(CODE_CHANGED);
  if (reading.place(site.span)?.document !== document) throw new EditRefused(CODE_CHANGED);
  return { document, reading, site, target };
}

async function atCursor<T extends Site>(
  units: CodeUnits,
  sites: (reading: Reading) => SiteTable<T>,
  nothing: string,
): Promise<FoundSite<T>> {
  const editor = vscode.window.activeTextEditor;
  const reading = editor === undefined ? null : await units.read(editor.document);
  if (editor === undefined || reading === null) throw new EditRefused(nothing);
  const { document } = editor;
  const offset = reading.offset(document, editor.selection.active);
  const table = sites(reading);
  const found = offset === null ? [] : table.sites.filter(({ span }) => span.from <= offset && offset <= span.to);
  // The smallest around the cursor; else the only one on its line.
  const [site = onLine(reading, document, editor.selection.active.line, table)] = [...found].sort(
    (one, other) => one.span.to - one.span.from - (other.span.to - other.span.from),
  );
  if (site === null) throw new EditRefused(nothing);
  return { document, reading, site, target: clickTarget(document, reading, table, site) };
}

function onLine<T extends Site>(
  reading: Reading,
  document: vscode.TextDocument,
  line: number,
  table: SiteTable<T>,
): T | null {
  const found = table.sites.filter(({ span }) => {
    const place = reading.place(span);
    return place?.document === document && place.range.start.line === line;
  });
  return found.length === 1 ? (found[0] ?? null) : null;
}

function kept<T extends Site>(
  tables: WeakMap<Reading, SiteTable<T>>,
  reading: Reading,
  sites: () => readonly T[],
): SiteTable<T> {
  const known = tables.get(reading);
  if (known !== undefined) return known;
  const table = new SiteTable(reading.text, reading.lines, sites());
  tables.set(reading, table);
  return table;
}
