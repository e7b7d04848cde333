import * as vscode from 'vscode';

/** One event for several: what one of them tells may change what is shown. */
export class Learning implements vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<void>();
  readonly onDidLearn = this.emitter.event;
  private readonly subscriptions: vscode.Disposable;

  constructor(events: readonly vscode.Event<unknown>[]) {
    this.subscriptions = vscode.Disposable.from(
      ...events.map((event) =>
        event(() => {
          this.emitter.fire();
        }),
      ),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.emitter.dispose();
  }
}
