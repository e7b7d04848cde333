import * as vscode from 'vscode';
import type { Finding, FindingSeverity } from '../findings/finding';
import { editorSettings } from './editorSettings';
import type { CodeUnits } from './codeUnits';
import type { Judgements } from './judgements';
import type { Reading } from './reading';

export const DIAGNOSTIC_SOURCE = 'Kernel Lens';

const SEVERITIES: Readonly<Record<FindingSeverity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** Underlines what is found in the documents that were read. */
export class Diagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('kernel-lens');
  private readonly subscriptions: vscode.Disposable;

  /** @param onDidLearn something may be found that was not, or not be any more */
  constructor(
    units: CodeUnits,
    private readonly judgements: Judgements,
    onDidLearn: vscode.Event<void>,
  ) {
    const showAll = (): void => {
      for (const reading of units.current) this.show(reading);
    };
    this.subscriptions = vscode.Disposable.from(
      this.collection,
      units.onDidRead((reading) => {
        this.show(reading);
      }),
      units.onDidClose((uri) => {
        this.collection.delete(uri);
      }),
      onDidLearn(showAll),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('kernelLens.diagnostics')) showAll();
      }),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private show(reading: Reading): void {
    const byDocument = new Map(reading.parts.map(({ document }) => [document, [] as vscode.Diagnostic[]]));
    for (const finding of this.judgements.findings(reading)) {
      const place = reading.place(finding.span);
      if (place !== null) byDocument.get(place.document)?.push(diagnostic(finding, place.range));
    }
    for (const [{ uri, isClosed }, found] of byDocument) {
      if (!isClosed) this.collection.set(uri, editorSettings(uri).diagnostics ? found : []);
    }
  }
}

function diagnostic({ code, message, severity }: Finding, range: vscode.Range): vscode.Diagnostic {
  const shown = new vscode.Diagnostic(range, message, SEVERITIES[severity]);
  shown.source = DIAGNOSTIC_SOURCE;
  shown.code = code;
  if (code === 'deprecated-name') shown.tags = [vscode.DiagnosticTag.Deprecated];
  return shown;
}
