import * as vscode from 'vscode';
import {
  giversOf,
  readConsents,
  withConsent,
  type Consent,
  type ConsentGiver,
  type ConsentStore,
} from '../hub/consents';
import { consentText, type ConsentQuestion } from '../hub/publisherConsent';

const KEY = 'kernelLens.consents';

/** Consents in the extension's own memory, the same in every workspace. */
export class HubConsents implements ConsentStore {
  /** One question at a time: several kernels may be looked for at once. */
  private asking: Promise<unknown> = Promise.resolve();

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

  /** Asks a person, and waits for the answer. @param where `on this GPU`. @param what a kernel of this kind is. */
  ask(question: ConsentQuestion, where: string, what: string, signal: AbortSignal): Promise<boolean> {
    const asked = this.asking.then(async () => {
      if (signal.aborted) return false;
      // A kernel may be loaded by two others, of which one was asked about a moment ago.
      const given = await this.given(question.publisher, question.commit);
      return given.includes('person') || askPerson(question, where, what);
    });
    this.asking = asked.catch(() => undefined);
    return asked;
  }

  private read(): readonly Consent[] {
    return readConsents(this.memory.get(KEY)) ?? [];
  }
}

async function askPerson(question: ConsentQuestion, where: string, what: string): Promise<boolean> {
  const { id, publisher, commit } = question;
  const run = 'Run It';
  const answer = await vscode.window.showWarningMessage(
    `Run ${id} ${where}?`,
    {
      modal: true,
      detail: `${consentText(question)} ${what} The answer is kept for ${publisher} at commit ${commit.slice(0, 12)}; a later version is asked about again.`,
    },
    run,
  );
  return answer === run;
}
