import * as vscode from 'vscode';
import { cursorContext } from '../code/cursorContext';
import type { CursorContext } from '../code/cursorTypes';
import type { Knowledge } from '../findings/knowledge';
import { kernelIdProblem } from '../kernels/kernelId';
import type { CodeUnits } from './codeUnits';
import { argumentRows, idRows, memberRows, versionRows, type CompletionRow } from './completionRows';
import type { Judgements } from './judgements';
import type { KnowledgeSource } from './knowledgeSource';

export const COMPLETION_TRIGGERS: readonly string[] = ['"', "'", '`', '/', '.', '=', '(', ','];

/** Ids that are listed at once; more are found as more is typed. */
const MOST_IDS = 200;
const { CompletionItemKind: Kind } = vscode;
const MEMBER_KINDS = { function: Kind.Function, layer: Kind.Class, module: Kind.Module } as const;

interface Offered {
  readonly items: readonly vscode.CompletionItem[];
  readonly complete: boolean;
}

/** Ids of kernels, their versions, functions and layers. */
export class Completions implements vscode.CompletionItemProvider {
  constructor(
    private readonly units: CodeUnits,
    private readonly judgements: Judgements,
    private readonly knowledge: KnowledgeSource,
  ) {}

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.CompletionList | null> {
    const reading = await this.units.read(document);
    const source = reading?.source ?? null;
    if (reading === null || source === null) return null;
    const offset = reading.offset(document, position);
    const context = offset === null ? null : cursorContext(source, reading.code.uses, offset);
    if (context === null) return null;
    await this.knowledge.begin();
    const range = reading.place(context.span)?.range;
    if (token.isCancellationRequested || range?.contains(position) !== true) return null;
    const { items, complete } = this.offered(context, this.judgements.known(reading));
    const ranges = { inserting: new vscode.Range(range.start, position), replacing: range };
    for (const item of items) item.range = ranges;
    return new vscode.CompletionList([...items], !complete);
  }

  private offered(context: CursorContext, known: Knowledge): Offered {
    const { kernel, language } = context;
    if (context.kind === 'id') {
      // For the next letter: what is known already is listed now.
      void this.knowledge.freshen();
      const works = ({ id }: { readonly id: string }): ReturnType<Knowledge['kernel']>['works'] =>
        known.kernel(id, null).works;
      const { kernels } = known;
      const { rows, complete } = idRows({ kernels, works, language, typed: context.typed, most: MOST_IDS });
      return { items: rows.map((row) => itemOf(row, Kind.Module)), complete };
    }
    const { id } = kernel;
    if (id === null || kernelIdProblem(id) !== null) return { items: [], complete: true };
    const { versions, details, summary } = known.kernel(id, kernel.version);
    const complete = details !== null;
    if (!complete) this.knowledge.ask([{ id, version: null }]);
    switch (context.kind) {
      case 'argument': {
        const newest = versions?.at(-1) ?? summary?.version ?? null;
        const rows = argumentRows(language, context.given, newest, context.bare);
        const items = rows.map((row) => {
          const item = itemOf(row, Kind.Property);
          item.insertText = new vscode.SnippetString(row.snippet);
          return item;
        });
        return { items, complete: true };
      }
      case 'value': {
        const listed = summary?.version ?? null;
        const all = versions ?? (listed === null ? [] : [listed]);
        const rows = versionRows(all, (version) => known.kernel(id, version).works);
        const named = context.argument === 'version' ? rows : rows.map(asBranch);
        return { items: named.map((row) => itemOf(row, Kind.Value)), complete };
      }
      case 'member': {
        const functions = details?.functions ?? summary?.functions ?? [];
        const layers = details?.layers ?? summary?.layers ?? [];
        const rows = memberRows({ functions, layers }, context.path);
        return { items: rows.map((row) => itemOf(row, MEMBER_KINDS[row.kind])), complete };
      }
    }
  }
}

/** A version where a revision is wanted. */
function asBranch(row: CompletionRow): CompletionRow {
  return { ...row, label: `v${row.label}`, filterText: `v${row.filterText}` };
}

function itemOf(row: CompletionRow, kind: vscode.CompletionItemKind): vscode.CompletionItem {
  const item = new vscode.CompletionItem({ label: row.label, description: row.detail }, kind);
  item.insertText = row.label;
  item.sortText = row.sortText;
  item.filterText = row.filterText;
  item.preselect = row.preselect;
  // Plain text: what strangers have written is no Markdown.
  if (row.documentation !== '') item.documentation = row.documentation;
  return item;
}
