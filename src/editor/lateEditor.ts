// What reads and writes code: a bundle of its own, loaded once code of its languages is visible or a command needs it.
import * as vscode from 'vscode';
import type { LoadedKernel } from '../kernels/kernelCall';
import { noticeText } from '../kernels/noticeText';
import { Asking } from './asking';
import { changeVersion } from './changeVersion';
import { compareFunctions } from './compareFunctions';
import { CodeActions } from './codeActions';
import { CodeUnits } from './codeUnits';
import { COMPLETION_TRIGGERS, Completions } from './completions';
import { Diagnostics } from './diagnostics';
import { KernelDrops } from './drops';
import { EDITOR_LANGUAGES } from './editorLanguages';
import type { EditorParts, InsertAction, LateEditor } from './editorParts';
import { hideForFile, hideForLine, hideForWorkspace } from './hideLenses';
import { Hovers } from './hovers';
import { copySnippet, insertDockerLines, insertLoad } from './insertLoad';
import { Judgements } from './judgements';
import { KnowledgeSource } from './knowledgeSource';
import { Learning } from './learning';
import { Lenses } from './lenses';
import { chooseLoadForm } from './loadForms';
import { MeasuredResults } from './measuredResults';
import { OfferPlans } from './offerPlans';
import type { Reading } from './reading';
import { replaceOperation } from './replaceOperation';
import { canBenchmark, runBenchmark } from './runBenchmark';
import { EditRefused } from './writeEdits';

/** Builds the parts, registers what they provide, and reads what is visible. */
export function createLateEditor(parts: EditorParts): LateEditor {
  const { languages } = vscode;
  const knowledge = new KnowledgeSource(parts);
  const judgements = new Judgements(knowledge);
  const units = new CodeUnits(parts.log);
  const measured = new MeasuredResults(parts);
  const offers = new OfferPlans<Reading>({
    known: (reading) => judgements.known(reading),
    isOpen: (kernel) => knowledge.isOpen(kernel),
  });
  const learning = new Learning([knowledge.onDidChange, measured.onDidChange, settingsChanged]);
  const { onDidLearn } = learning;
  const selector = EDITOR_LANGUAGES.map((language) => ({ language }));
  const all = vscode.Disposable.from(
    new Asking(units, knowledge, judgements, offers),
    new Diagnostics(units, judgements, onDidLearn),
    languages.registerCodeLensProvider(
      selector,
      new Lenses({
        units,
        judgements,
        offers,
        measured,
        canBenchmark: () => canBenchmark(parts.machine),
        canMeasure: () => typeof parts.machine.state.python?.torchVersion === 'string',
        onDidChange: onDidLearn,
      }),
    ),
    languages.registerHoverProvider(selector, new Hovers(units, judgements, measured)),
    languages.registerCodeActionsProvider(selector, new CodeActions(units, judgements, offers), {
      providedCodeActionKinds: CodeActions.kinds,
    }),
    languages.registerCompletionItemProvider(
      selector,
      new Completions(units, judgements, knowledge),
      ...COMPLETION_TRIGGERS,
    ),
    languages.registerDocumentDropEditProvider({ pattern: '**' }, new KernelDrops(knowledge), KernelDrops.metadata),
    units,
    measured,
    learning,
    knowledge,
  );
  units.look();
  const commands: Readonly<Record<string, (argument: unknown) => Promise<void>>> = {
    'kernelLens.replaceOperation': (argument) => replaceOperation({ units, knowledge, judgements, offers }, argument),
    'kernelLens.changeVersion': (argument) => changeVersion({ units, judgements }, argument),
    'kernelLens.compareFunctions': compareFunctions,
    'kernelLens.runBenchmark': (argument) => runBenchmark(parts.machine, argument),
    'kernelLens.hideLensesForLine': (argument) => hideForLine(units, argument),
    'kernelLens.hideLensesForFile': () => hideForFile(units),
    'kernelLens.hideLensesForWorkspace': hideForWorkspace,
  };
  return {
    run: (id, argument) => tellingRefusals(async () => commands[id]?.(argument)),
    insert: (kernel, action) => tellingRefusals(() => insert(knowledge, kernel, action)),
    dispose: () => {
      all.dispose();
    },
  };
}

async function insert(knowledge: KnowledgeSource, kernel: LoadedKernel, action: InsertAction): Promise<void> {
  switch (action) {
    case 'insert':
      await insertLoad(knowledge, kernel);
      return;
    case 'choose form':
      await chooseLoadForm(knowledge, kernel);
      return;
    case 'docker lines':
      await insertDockerLines(knowledge);
      return;
    case 'copy':
      await copySnippet(knowledge, kernel);
  }
}

/** That nothing was written is no failure of ours, and needs no log. */
async function tellingRefusals(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error;
    // What is shown waits for the person; the command has ended.
    void vscode.window.showWarningMessage(noticeText(error.message));
  }
}

function settingsChanged(listener: (event: unknown) => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration('kernelLens.lenses')) listener(event);
  });
}
