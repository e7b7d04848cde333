import * as v from 'valibot';
import * as vscode from 'vscode';
import type { LoadedKernel } from '../kernels/kernelCall';
import { KERNEL_GROUPS } from '../kernels/kernelSummary';
import type { CommandTable } from './commandTable';
import type { HubConnection } from './hubConnection';
import { NO_FILTER } from '../kernels/kernelFilter';
import { pickFilter, pickOrder } from './kernelFilterPicker';
import { searchKernels } from './kernelSearch';
import type { KernelsPane } from './kernelsPane';
import { kernelTarget, type KernelTarget } from './kernelTarget';

export interface KernelCommandParts {
  readonly pane: KernelsPane;
  readonly connection: HubConnection;
  /** Shows the page of a kernel. */
  readonly showDetails: (target: KernelTarget) => Promise<void>;
  readonly insert: InsertKernel;
  readonly log: vscode.LogOutputChannel;
}

/** Writes a kernel into the code that is shown, in one of these ways; done by the editor's part. */
export type InsertKernel = (
  kernel: LoadedKernel,
  action: 'insert' | 'choose form' | 'docker lines' | 'copy',
) => Promise<void>;

/** What a click on a row passes. */
const OpenedFactSchema = v.object({
  id: v.string(),
  version: v.nullable(v.number()),
  action: v.variant('kind', [
    v.object({ kind: v.picklist(['details', 'retry']) }),
    v.object({ kind: v.literal('web'), path: v.pipe(v.string(), v.startsWith('/kernels/')) }),
  ]),
});
const MoreSchema = v.object({ group: v.picklist(KERNEL_GROUPS) });

/** The commands of the Kernels view and its rows. */
export function kernelCommands(parts: KernelCommandParts): CommandTable {
  const { pane, connection } = parts;
  const target = async (argument: unknown, title: string): Promise<KernelTarget | null> => {
    const { list } = await pane.open();
    return kernelTarget(argument, list.state.kernels, title);
  };
  const inserting = (title: string, action: Parameters<InsertKernel>[1]) => async (argument: unknown) => {
    const chosen = await target(argument, title);
    if (chosen !== null) await parts.insert(await versionOf(chosen, pane), action);
  };
  return {
    'kernelLens.searchKernels': async () => {
      const { list, catalogue } = await pane.open();
      // The box is of no use without the tree that it filters.
      await vscode.commands.executeCommand('kernelLens.kernels.focus', { preserveFocus: true });
      searchKernels({
        list,
        catalogue,
        onProblem: (problem) => {
          pane.tellSearch(problem);
        },
        log: parts.log,
      });
    },
    'kernelLens.filterKernels': async () => {
      const { list } = await pane.open();
      const filter = await pickFilter(list);
      if (filter !== null) await pane.filter({ ...filter, text: list.filter.text });
    },
    'kernelLens.sortKernels': async () => {
      const { list } = await pane.open();
      const order = await pickOrder(list.filter.order);
      if (order !== null) await pane.filter({ ...list.filter, order });
    },
    'kernelLens.clearKernelFilter': async () => {
      const { list } = await pane.open();
      pane.tellSearch(null);
      await pane.filter({ ...NO_FILTER, order: list.filter.order });
    },
    'kernelLens.refreshKernels': () => pane.refresh(),
    'kernelLens.showMoreKernels': (argument) => {
      pane.more(v.parse(MoreSchema, argument).group);
    },
    'kernelLens.openFact': (argument) => openFact(v.parse(OpenedFactSchema, argument), parts),
    'kernelLens.openDetails': async (argument) => {
      const chosen = await target(argument, 'Open Kernel Details');
      if (chosen !== null) await parts.showDetails(chosen);
    },
    'kernelLens.insertKernel': inserting('Insert Kernel', 'insert'),
    'kernelLens.insertKernelForm': inserting('Insert Kernel as', 'choose form'),
    'kernelLens.insertDockerLines': inserting('Insert Dockerfile Lines', 'docker lines'),
    'kernelLens.copySnippet': inserting('Copy Snippet', 'copy'),
    'kernelLens.openOnHub': async (argument) => {
      const chosen = await target(argument, 'Open on the Hub');
      if (chosen !== null) await openWeb(connection, `/kernels/${chosen.id}`);
    },
    'kernelLens.copyKernelId': async (argument) => {
      const chosen = await target(argument, 'Copy Kernel Id');
      if (chosen !== null) await vscode.env.clipboard.writeText(chosen.id);
    },
    'kernelLens.setToken': () => setToken(connection),
    'kernelLens.clearToken': async () => {
      await connection.setToken('');
      const source = await connection.tokenSource();
      const rest = source === null ? 'The Hub is asked without one.' : `The one from ${source} is used.`;
      void vscode.window.showInformationMessage(`The token that was kept here is gone. ${rest}`);
    },
  };
}

async function openFact(
  { id, version, action }: v.InferOutput<typeof OpenedFactSchema>,
  { pane, connection, showDetails }: KernelCommandParts,
): Promise<void> {
  switch (action.kind) {
    case 'details':
      await showDetails({ id, version });
      return;
    case 'web':
      await openWeb(connection, action.path);
      return;
    case 'retry':
      (await pane.open()).list.retry(id);
  }
}

/** How long a person waits for the newest version before the one that the list knows has to do, milliseconds. */
const NEWEST_MS = 4000;

/** Without a version the newest is meant, which the Hub knows; where it does not answer, what the list knows. */
async function versionOf({ id, version }: KernelTarget, pane: KernelsPane): Promise<LoadedKernel> {
  const { list, catalogue } = await pane.open();
  const kernel = list.kernel(id);
  const language = kernel?.language ?? 'python';
  if (version !== null) return { id, language, version };
  const known = kernel?.version ?? null;
  const signal = known === null ? new AbortController().signal : AbortSignal.timeout(NEWEST_MS);
  const newest = await catalogue.details(id, null, signal).catch((error: unknown) => {
    if (known === null) throw error;
    return null;
  });
  return { id, language, version: newest?.value.version?.version ?? known };
}

async function openWeb(connection: HubConnection, path: string): Promise<void> {
  const { settings } = await connection.open();
  await vscode.env.openExternal(vscode.Uri.parse(`${settings.endpoint}${path}`, true));
}

async function setToken(connection: HubConnection): Promise<void> {
  const token = await vscode.window.showInputBox({
    title: 'Set Token',
    prompt: 'An access token of the Hub. It is kept in the secret store of the editor and sent to the Hub only.',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^[\x21-\x7e]*$/.test(text.trim()) ? null : 'A token has no spaces or other characters than ASCII.',
  });
  if (token !== undefined && token.trim() !== '') await connection.setToken(token.trim());
}
