import * as vscode from 'vscode';
import { pythonFunctions } from '../code/pythonFunctions';
import type { TextEdit } from '../code/span';
import type { Suppressible } from '../code/suppressions';
import type { Finding } from '../findings/finding';
import { clickTarget } from './clickTargets';
import type { CodeUnits } from './codeUnits';
import { DIAGNOSTIC_SOURCE } from './diagnostics';
import { editorSettings } from './editorSettings';
import type { Judgements } from './judgements';
import { CELL_SCHEME } from './notebooks';
import type { OfferPlans } from './offerPlans';
import { offerTitle } from './offerWords';
import type { Reading } from './reading';
import { ignoreLine } from './suppressionEdits';

/** It mends nothing: in the menu it comes after what does. */
const HIDE = vscode.CodeActionKind.Empty.append('kernelLens').append('hide');

/** Quick fixes of what is found, kernels for operations, and a function against another. */
export class CodeActions implements vscode.CodeActionProvider {
  static readonly kinds = [
    vscode.CodeActionKind.QuickFix,
    vscode.CodeActionKind.RefactorRewrite,
    vscode.CodeActionKind.Refactor,
    HIDE,
  ];

  constructor(
    private readonly units: CodeUnits,
    private readonly judgements: Judgements,
    private readonly offers: OfferPlans<Reading>,
  ) {}

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.CodeAction[]> {
    const reading = await this.units.read(document);
    if (reading === null || token.isCancellationRequested) return [];
    const wants = (kind: vscode.CodeActionKind): boolean => context.only?.contains(kind) ?? true;
    return [
      ...(wants(vscode.CodeActionKind.QuickFix) ? this.fixes(document, reading, range, context) : []),
      ...(wants(vscode.CodeActionKind.RefactorRewrite) ? this.kernels(document, reading, range) : []),
      ...(wants(vscode.CodeActionKind.Refactor) ? this.comparison(document, reading, range) : []),
      ...(wants(HIDE) ? this.hiding(document, reading, range) : []),
    ];
  }

  /** Where lenses stand, the ways to be rid of them. */
  private hiding(document: vscode.TextDocument, reading: Reading, range: vscode.Range): vscode.CodeAction[] {
    const { lenses } = editorSettings(document.uri);
    const table = reading.sites.lenses;
    const site = table.sites.find(({ name, span, operation }) => {
      const hasLens =
        operation === null
          ? lenses.calls
          : lenses.operations.has(operation.kind) && this.offers.of(reading, operation).length > 0;
      return hasLens && isAt(reading, name, document, range) && !reading.code.suppressions.has(span, 'lens');
    });
    if (!lenses.enabled || site === undefined) return [];
    const target = clickTarget(document, reading, table, site);
    return (['Line', 'File', 'Workspace'] as const).map((where) => {
      const title = `Hide lenses for this ${where.toLowerCase()}`;
      const action = new vscode.CodeAction(title, HIDE);
      action.command = { title, command: `kernelLens.hideLensesFor${where}`, arguments: [target] };
      return action;
    });
  }

  private fixes(
    document: vscode.TextDocument,
    reading: Reading,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    if (!editorSettings(document.uri).diagnostics) return [];
    const near = this.judgements.findings(reading).filter(({ span }) => isAt(reading, span, document, range));
    return near.flatMap((finding) => {
      const solved = context.diagnostics.filter(
        ({ source, code, message }) =>
          source === DIAGNOSTIC_SOURCE && code === finding.code && message === finding.message,
      );
      const fixes = finding.fixes.flatMap(({ title, edits, preferred }) =>
        fix(title, reading, edits, solved, preferred),
      );
      return [...fixes, ...this.quiet(finding, reading, solved)];
    });
  }

  private quiet(finding: Finding, reading: Reading, solved: readonly vscode.Diagnostic[]): vscode.CodeAction[] {
    const { source } = reading;
    const what: Suppressible = finding.code;
    const edit = source === null ? null : ignoreLine(source, finding.span, what);
    return edit === null ? [] : fix(`Ignore ${what} in this statement`, reading, [edit], solved, false);
  }

  private kernels(document: vscode.TextDocument, reading: Reading, range: vscode.Range): vscode.CodeAction[] {
    const table = reading.sites.operations;
    const places = table.sites.filter(({ operation }) => isAt(reading, operation.nameSpan, document, range));
    return places.flatMap((place) => {
      const [best] = this.offers.of(reading, place.operation);
      if (best === undefined) return [];
      const title = offerTitle(place.operation, best.offer);
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.RefactorRewrite);
      action.command = {
        command: 'kernelLens.replaceOperation',
        title,
        arguments: [clickTarget(document, reading, table, place)],
      };
      return [action];
    });
  }

  /** At the head of a function that a profile could call. */
  private comparison(document: vscode.TextDocument, reading: Reading, range: vscode.Range): vscode.CodeAction[] {
    const { source } = reading;
    // A notebook is no file that Python could be given.
    if (source?.language !== 'python' || document.uri.scheme === CELL_SCHEME) return [];
    const found = pythonFunctions(source).find(({ head }) => isAt(reading, head, document, range));
    if (found === undefined) return [];
    const title = 'Measure against another function…';
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.Refactor);
    const target = { uri: document.uri.toString(), function: found.name };
    action.command = { title, command: 'kernelLens.compareFunctions', arguments: [target] };
    return [action];
  }
}

function isAt(reading: Reading, span: Finding['span'], document: vscode.TextDocument, range: vscode.Range): boolean {
  const place = reading.place(span);
  return place?.document === document && place.range.intersection(range) !== undefined;
}

/** Edits that reach beyond one document are none. */
function fix(
  title: string,
  reading: Reading,
  edits: readonly TextEdit[],
  solved: readonly vscode.Diagnostic[],
  preferred: boolean,
): vscode.CodeAction[] {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  for (const edit of edits) {
    const placed = reading.placeEdit(edit);
    if (placed === null) return [];
    action.edit.replace(placed.place.document.uri, placed.place.range, placed.text);
  }
  action.diagnostics = [...solved];
  action.isPreferred = preferred;
  return [action];
}
