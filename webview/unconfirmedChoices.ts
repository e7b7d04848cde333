import type { Language, PanelSetup, PythonChoice, RunChoice } from '../src/panel/protocol';

/** What can be chosen, by the request that tells the extension. */
export interface Choices {
  readonly choose: RunChoice;
  readonly choosePython: PythonChoice;
  readonly chooseLanguage: Language;
}

/** What a person chose and the extension does not know yet: shown in place of what it sends. */
export class UnconfirmedChoices {
  private kept: Partial<Choices> = {};

  /** @returns call it once the extension has answered */
  keep<M extends keyof Choices>(method: M, choice: Choices[M]): () => void {
    this.kept = { ...this.kept, [method]: choice };
    return () => {
      // Something newer may have been chosen since.
      if (this.kept[method] === choice) this.kept = { ...this.kept, [method]: undefined };
    };
  }

  /** A setup as the person left it. */
  put(setup: PanelSetup): PanelSetup {
    const { choose, choosePython, chooseLanguage } = this.kept;
    return {
      language: chooseLanguage ?? setup.language,
      webgpu: choose === undefined ? setup.webgpu : { ...setup.webgpu, choice: choose },
      python: choosePython === undefined ? setup.python : { ...setup.python, choice: choosePython },
    };
  }
}
