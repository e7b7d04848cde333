import * as vscode from 'vscode';
import type { CodeUnits } from './codeUnits';
import { editorSettings } from './editorSettings';
import type { Judgements } from './judgements';
import type { KnowledgeSource } from './knowledgeSource';
import type { OfferPlans } from './offerPlans';
import type { Reading } from './reading';
import { wantedKernels } from './wantedKernels';

/** Asks for what is not known of the kernels that open code is about, in the background. */
export class Asking implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable;

  constructor(
    units: CodeUnits,
    private readonly knowledge: KnowledgeSource,
    private readonly judgements: Judgements,
    private readonly offers: OfferPlans<Reading>,
  ) {
    const askAll = (): void => {
      for (const reading of units.current) this.ask(reading);
    };
    this.subscriptions = vscode.Disposable.from(
      units.onDidRead((reading) => {
        this.ask(reading);
      }),
      knowledge.onDidChange(askAll),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private ask(reading: Reading): void {
    const { source, code } = reading;
    const { uses, operations } = code;
    if (source === null) return;
    if (uses.length === 0 && operations.length === 0) return;
    void this.knowledge.begin();
    const known = this.judgements.known(reading);
    // Before the catalogue is there, nothing can be told; it is told when it is.
    if (known.kernels.length === 0) return;
    this.knowledge.ask(wantedKernels(source, uses, known));
    const [first] = reading.parts;
    if (first === undefined || !this.knowledge.hasTorch) return;
    const { lenses } = editorSettings(first.document.uri);
    if (lenses.enabled) this.knowledge.ask(this.offers.wanted(reading, lenses.operations));
  }
}
