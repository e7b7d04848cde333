import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { WebGpuSystem } from '../kernels/system';
import { createMachine } from '../machine/machine';
import type { Machine } from '../machine/machineTypes';
import { registerTable } from './commandTable';
import { HubConnection } from './hubConnection';
import { kernelCommands, type InsertKernel } from './kernelCommands';
import { KernelPages } from './kernelPages';
import { KernelsPane } from './kernelsPane';
import type { MachineRow } from './machineRows';
import { copyMachineCommand, MachineView } from './machineView';
import { pinCommands } from './pinCommands';
import { PinnedView } from './pinnedView';
import { PythonEnvironments } from './pythonEnvironments';
import { ResultsPane, type ReportPlaces } from './resultsPane';

export interface SidebarParts {
  readonly context: Pick<
    vscode.ExtensionContext,
    'extensionUri' | 'globalStorageUri' | 'workspaceState' | 'secrets' | 'asAbsolutePath'
  >;
  readonly reports: ReportPlaces;
  /** The adapters of WebGPU. Throws where there is none, with what to do. */
  readonly listAdapters: (signal: AbortSignal) => Promise<readonly WebGpuSystem[]>;
  /** Which adapter profiles run on: `auto`, `software`, or a part of a name. */
  readonly adapter: () => string;
  readonly insert: InsertKernel;
  readonly log: vscode.LogOutputChannel;
}

export interface Sidebar {
  /** The Hub that the settings name, for the other parts of the extension. */
  readonly connection: HubConnection;
  /** This machine, as the views show it. */
  readonly machine: Machine;
  readonly dispose: () => void;
}

/** Builds the views and their commands. Nothing is read, asked or started before one of them is seen or used. */
export function createSidebar(parts: SidebarParts): Sidebar {
  const { context, reports, log } = parts;
  const gone = new AbortController();
  const pythons = new PythonEnvironments(pythonSetting);
  const machine = machineOf(parts, pythons);
  const connection = new HubConnection({
    secrets: context.secrets,
    catalogueFile: context.asAbsolutePath('media/catalogue.json'),
    cacheFolder: vscode.Uri.joinPath(context.globalStorageUri, 'hub').fsPath,
    machine,
    log,
  });
  const bundledKernels = vscode.Uri.joinPath(context.extensionUri, 'media', 'kernels');
  const kernels = new KernelsPane({
    connection,
    machine,
    bundled: () => namesOf(bundledKernels),
    memory: context.workspaceState,
  });
  const pinned = new PinnedView({ hub: async () => (await connection.open()).hub, log });
  const results = new ResultsPane(reports);
  const pages = new KernelPages({ extensionUri: context.extensionUri, connection, machine, log });
  const commands = registerTable(
    {
      ...kernelCommands({
        pane: kernels,
        connection,
        showDetails: (target) => pages.open(target),
        insert: parts.insert,
        log,
      }),
      ...pinCommands({ open: () => connection.open(), machine, view: pinned }),
      'kernelLens.refreshPins': () => {
        pinned.refresh();
      },
      'kernelLens.refreshResults': () => {
        results.refresh();
      },
      'kernelLens.refreshMachine': () => machine.refresh({ force: true }, gone.signal),
      'kernelLens.copyMachineCommand': (row) => copyMachineCommand(row as MachineRow | undefined),
    },
    log,
  );
  const all = vscode.Disposable.from(
    pythons,
    connection,
    kernels,
    pinned,
    vscode.window.createTreeView('kernelLens.pinned', { treeDataProvider: pinned }),
    connection.onDidChange(() => {
      pinned.refresh();
    }),
    results,
    pages,
    vscode.window.registerWebviewPanelSerializer('kernelLens.details', pages),
    showMachine(machine, pythons, gone.signal),
    commands,
  );
  return {
    connection,
    machine,
    dispose: () => {
      gone.abort();
      all.dispose();
    },
  };
}

/** This Machine: looked at when it is first seen, and once it has been looked at again when something else is meant. */
function showMachine(machine: Machine, pythons: PythonEnvironments, signal: AbortSignal): vscode.Disposable {
  const view = new MachineView(machine);
  const tree = vscode.window.createTreeView('kernelLens.machine', { treeDataProvider: view });
  let looked = false;
  const look = (): void => {
    void machine.refresh({ force: false }, signal);
  };
  const stop = machine.onChange(() => {
    looked = true;
  });
  return vscode.Disposable.from(
    view,
    tree,
    { dispose: stop },
    tree.onDidChangeVisibility(({ visible }) => {
      if (visible && !looked) look();
    }),
    pythons.onDidChange(() => {
      if (looked) look();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (looked && event.affectsConfiguration('kernelLens.adapter')) look();
    }),
  );
}

function machineOf({ context, listAdapters, adapter }: SidebarParts, pythons: PythonEnvironments): Machine {
  return createMachine({
    findPython: (signal) => pythons.find(signal),
    listAdapters,
    adapter,
    probePath: context.asAbsolutePath('media/python/probe.py'),
    cacheFolder: vscode.Uri.joinPath(context.globalStorageUri, 'machine').fsPath,
    workingFolder: () => {
      // A version manager reads the folder that it is started in, so that has to be one that somebody trusts.
      const folders = vscode.workspace.isTrusted ? vscode.workspace.workspaceFolders : [];
      return folders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath ?? homedir();
    },
    env: process.env,
  });
}

function pythonSetting(): string | null {
  const value = vscode.workspace.getConfiguration('kernelLens').get<unknown>('python.path');
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

async function namesOf(folder: vscode.Uri): Promise<ReadonlySet<string>> {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  return new Set(entries.filter(([, type]) => type === vscode.FileType.Directory).map(([name]) => name));
}
