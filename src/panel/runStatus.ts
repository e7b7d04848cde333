import * as vscode from 'vscode';
import { noticeText } from '../kernels/noticeText';
import type { ProfileProgress } from '../profile/profileOptions';
import type { ProfileRuns } from './profileRuns';

/**
 * A run in the status bar. While no page shows it, also as a notification that can cancel it.
 */
export class RunStatus implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('kernelLens.run', vscode.StatusBarAlignment.Left, 0);
  private readonly subscription: vscode.Disposable;
  private notice: { report(progress: ProfileProgress): void; close(): void } | null = null;
  private pageOpen = true;
  private running = false;

  constructor(
    private readonly runs: ProfileRuns,
    private readonly cancel: () => void,
  ) {
    this.item.name = 'Kernel Lens';
    this.item.command = 'kernelLens.showPanel';
    this.subscription = runs.onDidChange(() => {
      this.update();
    });
  }

  /** Whether a page shows the run. */
  setPageOpen(open: boolean): void {
    this.pageOpen = open;
    this.update();
  }

  dispose(): void {
    this.notice?.close();
    this.subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    const { active } = this.runs;
    if ((active !== null) !== this.running) {
      this.running = active !== null;
      void vscode.commands.executeCommand('setContext', 'kernelLens.running', this.running);
    }
    if (active === null) {
      this.item.hide();
      this.notice?.close();
      return;
    }
    const text = active.cancelling ? 'stopping' : statusText(active.progress);
    this.item.text = `$(sync~spin) Kernel Lens: ${text}`;
    this.item.tooltip = `${detailText(active.progress)}\nSelect to show the panel.`;
    this.item.show();
    if (this.pageOpen) this.notice?.close();
    else this.showNotice();
    this.notice?.report(active.progress);
  }

  private showNotice(): void {
    if (this.notice !== null) return;
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: 'Kernel Lens profiles on', cancellable: true },
      (progress, token) =>
        new Promise<void>((resolve) => {
          const listener = token.onCancellationRequested(() => {
            this.cancel();
          });
          this.notice = {
            report: (now) => {
              progress.report({ message: noticeText(detailText(now)) });
            },
            close: () => {
              listener.dispose();
              this.notice = null;
              resolve();
            },
          };
        }),
    );
  }
}

function statusText({ done, total }: ProfileProgress): string {
  return total === 0 ? 'starting' : `${Math.min(done + 1, total)} of ${total}`;
}

function detailText(progress: ProfileProgress): string {
  const parts = [statusText(progress), progress.label, progress.phase];
  if (progress.secondsLeft !== null) parts.push(`about ${Math.max(1, Math.round(progress.secondsLeft))} s left`);
  return parts.filter((part) => part !== '').join(' · ');
}
