import type * as vscode from 'vscode';
import {
  giversOf,
  readConsents,
  withConsent,
  type Consent,
  type ConsentGiver,
  type ConsentStore,
} from '../hub/consents';

const KEY = 'kernelLens.consents';

/** Consents in the extension's own memory, the same in every workspace. */
export class HubConsents implements ConsentStore {
  constructor(private readonly memory: vscode.Memento) {}

  given(publisher: string, commit: string): Promise<readonly ConsentGiver[]> {
    return Promise.resolve(giversOf(this.read(), publisher, commit));
  }

  async keep(consent: Consent): Promise<string | null> {
    try {
      await this.memory.update(KEY, withConsent(this.read(), consent));
      return null;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return `Your answer was not kept: ${why}. You will be asked again next time.`;
    }
  }

  private read(): readonly Consent[] {
    return readConsents(this.memory.get(KEY)) ?? [];
  }
}
