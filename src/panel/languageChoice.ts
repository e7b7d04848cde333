import * as v from 'valibot';
import * as vscode from 'vscode';
import { LanguageSchema, type Language } from './protocol';

const KEY = 'kernelLens.language';

/** Which kinds of kernels the page offers to run: those called from JavaScript, through WebGPU, or those called from Python. */
export class LanguageChoice implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  /** @param memory of the workspace */
  constructor(private readonly memory: vscode.Memento) {}

  get language(): Language {
    const stored = v.safeParse(LanguageSchema, this.memory.get(KEY));
    return stored.success ? stored.output : 'javascript';
  }

  async choose(language: Language): Promise<void> {
    if (language === this.language) return;
    await this.memory.update(KEY, language);
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}
