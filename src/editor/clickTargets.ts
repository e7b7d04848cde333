// What a lens or a quick fix hands to the command behind it, and where that is in the code as it is now.
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { CodeUnits } from './codeUnits';
import type { Reading } from './reading';
import type { Site, SiteKey, SiteTable } from './siteTable';
import { CODE_CHANGED, EditRefused } from './writeEdits';

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
