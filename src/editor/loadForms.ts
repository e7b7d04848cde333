import * as vscode from 'vscode';
import type { LoadedKernel } from '../kernels/kernelCall';
import { shownText } from '../kernels/shownText';
import { copySnippet, insertDockerLines, insertLoad } from './insertLoad';
import type { KnowledgeSource } from './knowledgeSource';

interface FormItem extends vscode.QuickPickItem {
  readonly write: () => Promise<void>;
}

/** Asks how a kernel is to be written, and writes it so. Throws EditRefused. */
export async function chooseLoadForm(knowledge: KnowledgeSource, kernel: LoadedKernel): Promise<void> {
  const load: FormItem = {
    label: 'Load',
    detail: 'The call that loads the kernel at the cursor, with its import.',
    write: () => insertLoad(knowledge, kernel),
  };
  const copy: FormItem = {
    label: 'Copy',
    detail: 'The same, into the clipboard.',
    write: () => copySnippet(knowledge, kernel),
  };
  const items: readonly FormItem[] =
    kernel.language === 'python'
      ? [
          load,
          {
            label: 'Dockerfile lines',
            detail: 'Lines that download the kernels of kernels.lock while an image is built.',
            write: () => insertDockerLines(knowledge),
          },
          copy,
        ]
      : [
          load,
          {
            label: 'Load, outputs on the GPU',
            detail: 'A call that leaves its outputs on the GPU, for the next kernel.',
            write: () => insertLoad(knowledge, kernel, 'load, outputs on the GPU'),
          },
          copy,
        ];
  const picked = await vscode.window.showQuickPick(items, {
    title: `Insert ${shownText(kernel.id)}`,
    placeHolder: 'How is it written?',
  });
  await picked?.write();
}
