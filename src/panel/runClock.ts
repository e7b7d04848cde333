import type * as vscode from 'vscode';
import type { Report } from '../profile/report';

/** Writes into the log how long each step of a run took until its first row was there, in milliseconds. */
export class RunClock {
  private readonly began = performance.now();
  private step: { readonly name: string; readonly began: number } = { name: 'starting', began: this.began };
  private rows = 0;

  constructor(private readonly log: Pick<vscode.LogOutputChannel, 'debug'>) {}

  /** Another step begins. */
  phase(name: string): void {
    if (this.rows > 0 || name === this.step.name) return;
    const now = performance.now();
    this.log.debug(`profile: ${this.step.name}: ${(now - this.step.began).toFixed(0)} ms`);
    this.step = { name, began: now };
  }

  report(report: Report): void {
    if (this.rows > 0 || report.cases.length === 0) return;
    this.phase('first row');
    this.rows = report.cases.length;
    this.log.debug(`profile: first row after ${(performance.now() - this.began).toFixed(0)} ms`);
  }
}
