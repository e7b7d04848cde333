import * as vscode from 'vscode';
import type { Catalogue } from '../hub/catalogueTypes';
import type { KernelSummary } from '../kernels/kernelSummary';
import { shortReason } from '../kernels/shortReason';
import { shownText } from '../kernels/shownText';
import { judgeDetails, judgeSummary, type WorksHere } from '../kernels/worksHere';
import type { Machine } from '../machine/machineTypes';
import type { HubAccess } from './hubAccess';
import type { Language } from './protocol';
import { currentPython } from './currentPython';

export interface HubPickParts {
  readonly open: () => Promise<HubAccess>;
  readonly machine: Machine;
}

interface KernelItem extends vscode.QuickPickItem {
  readonly kernel: KernelSummary;
}

interface Heading extends vscode.QuickPickItem {
  readonly kernel?: undefined;
}

/** In the order in which they are worth a look. */
const HEADINGS: readonly (readonly [heading: string, states: readonly WorksHere['state'][]])[] = [
  ['for this machine', ['works', 'likely']],
  ['not known whether they run here', ['unknown']],
  ['not for this machine', ['fails']],
];

/** Asks which kernel of the Hub. @param language null: of either. @returns null when the person left */
export async function pickHubKernel(
  { open, machine }: HubPickParts,
  language: Language | null,
): Promise<KernelSummary | null> {
  const closed = new AbortController();
  const items = async (): Promise<(KernelItem | Heading)[]> => {
    const { catalogue } = await open();
    await Promise.all([
      // What ships and what was seen before does, where the Hub gives no answer.
      catalogue.state.source === 'live' ? null : catalogue.refresh(closed.signal),
      currentPython(machine, { again: false }, closed.signal),
    ]);
    const kernels = catalogue.state.kernels.filter((kernel) => language === null || kernel.language === language);
    return grouped(kernels, catalogue, machine);
  };
  const picked = await vscode.window.showQuickPick(items(), {
    title: 'Kernels of the Hub',
    placeHolder: language === 'python' ? 'Which Python kernel of the Hub?' : 'Which kernel of the Hub?',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  closed.abort();
  return picked?.kernel ?? null;
}

function grouped(kernels: readonly KernelSummary[], catalogue: Catalogue, machine: Machine): (KernelItem | Heading)[] {
  const { system } = machine.state;
  const judged = kernels.map((kernel) => {
    const details = catalogue.seen(kernel.id, null);
    return { kernel, verdict: details === null ? judgeSummary(kernel, system) : judgeDetails(details.value, system) };
  });
  return HEADINGS.flatMap(([label, states]) => {
    const some = judged.filter(({ verdict }) => states.includes(verdict.state));
    if (some.length === 0) return [];
    const heading = { label, kind: vscode.QuickPickItemKind.Separator };
    return [heading, ...some.map(({ kernel, verdict }) => kernelItem(kernel, verdict))];
  });
}

function kernelItem(kernel: KernelSummary, verdict: WorksHere): KernelItem {
  const { id, language, version, summary } = kernel;
  const name = id.slice(id.indexOf('/') + 1);
  const facts = [
    shownText(id),
    ...(version === null ? [] : [`v${version}`]),
    language === 'python' ? 'Python' : 'WebGPU',
    shortVerdict(verdict),
  ];
  return {
    kernel,
    label: plain(shownText(name)),
    description: plain(facts.join(' · ')),
    detail: plain(shownText(summary ?? '')),
  };
}

/** The heading says it already where it is not known: the reason is the same for all. */
function shortVerdict(verdict: WorksHere): string {
  switch (verdict.state) {
    case 'works':
      return 'runs here';
    case 'likely':
      return 'should run here';
    case 'unknown':
      return 'not known whether it runs here';
    case 'fails':
      return shortReason(verdict.reason);
  }
}

/** Without what the editor makes icons of. */
function plain(text: string): string {
  return text.replaceAll('$(', '(');
}
