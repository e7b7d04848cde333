import * as vscode from 'vscode';
import { createEditor } from './editor/editor';
import { AdapterPicker } from './panel/adapterPicker';
import { registerCommands } from './panel/commands';
import { HubConsents } from './panel/hubConsents';
import { HubKernels } from './panel/hubKernels';
import { HubProfiles } from './panel/hubProfiles';
import { KernelChoices } from './panel/kernelChoices';
import { LanguageChoice } from './panel/languageChoice';
import { PageActions } from './panel/pageActions';
import { PANEL_ID, ProfilePanel } from './panel/profilePanel';
import { ProfileRuns } from './panel/profileRuns';
import { PythonChoices } from './panel/pythonChoices';
import { PythonProfiles } from './panel/pythonProfiles';
import { REPORT_EDITOR_ID } from './panel/reportActions';
import { ReportEditor } from './panel/reportEditor';
import { ReportSurfaces } from './panel/reportSurfaces';
import { ResultStore } from './panel/resultStore';
import { RunStatus } from './panel/runStatus';
import { readSettings } from './panel/settings';
import { registerTable } from './sidebar/commandTable';
import { readPinFiles } from './sidebar/pinFiles';
import { workspacePins } from './sidebar/workspacePins';
import { createSidebar } from './sidebar/sidebar';

/** What the extension gives to whoever activates it: its own cost. */
export interface KernelLensApi {
  /** What activate() took, milliseconds. */
  readonly activationMs: number;
}

/** Builds the parts and hands them to each other. Nothing is read, run or measured before a command asks for it. */
export function activate(context: vscode.ExtensionContext): KernelLensApi {
  const began = performance.now();
  const log = vscode.window.createOutputChannel('Kernel Lens', { log: true });
  const storage = context.storageUri ?? context.globalStorageUri;
  const bundledKernels = vscode.Uri.joinPath(context.extensionUri, 'media', 'kernels');
  const environment = {
    workerPath: context.asAbsolutePath('dist/gpuWorker.mjs'),
    kernelsRoot: bundledKernels.fsPath,
    cacheFolder: vscode.Uri.joinPath(context.globalStorageUri, 'cache').fsPath,
    toolVersion: versionOf(context.extension),
    /** Read when a worker starts, so that a changed setting needs no reload. */
    get nodePath() {
      return readSettings().nodePath;
    },
  };

  const store = new ResultStore(storage, () => readSettings().resultsFolder, context.workspaceState);
  const runs = new ProfileRuns(environment, store, log);
  const choices = new KernelChoices(bundledKernels, context.workspaceState, () => readSettings().quick);
  const adapters = new AdapterPicker(environment, runs);
  const surfaces = new ReportSurfaces();
  const status = new RunStatus(runs, () => void runs.cancel());
  const reports = { folders: () => store.folders(), onDidWrite: store.onDidSave };
  const sidebar = createSidebar({
    context,
    reports,
    listAdapters: async (signal) => (await import('./profile/profile')).listAdapters(environment, signal),
    adapter: () => readSettings().adapter,
    insert: (kernel, action) => codeEditor.insert(kernel, action),
    log,
  });
  const codeEditor = createEditor({
    load: () => import('./editor/lateEditor'),
    register: (table) => registerTable(table, log),
    hub: { open: () => sidebar.connection.open(), onDidChange: sidebar.connection.onDidChange },
    machine: sidebar.machine,
    readPins: async (folder) => (await readPinFiles(folder)).texts,
    reports,
    log,
  });

  const open = () => sidebar.connection.open();
  const { machine } = sidebar;
  const language = new LanguageChoice(context.workspaceState);
  const pythonChoices = new PythonChoices({
    memory: context.workspaceState,
    quick: () => readSettings().quick,
    open,
    machine,
    pins: workspacePins,
    log,
  });
  const actions = new PageActions({
    runs,
    choices,
    python: pythonChoices,
    language,
    adapters,
    hub: { open, machine },
    log,
  });
  const panel = new ProfilePanel(
    {
      extensionUri: context.extensionUri,
      runs,
      choices,
      pythonChoices,
      language,
      python: () => python,
      surfaces,
      actions,
      store,
      log,
    },
    (isOpen) => {
      status.setPageOpen(isOpen);
    },
  );
  const consents = new HubConsents(context.globalState);
  const python = new PythonProfiles({
    open,
    machine,
    runs,
    choices: pythonChoices,
    language,
    consents,
    place: { harnessPath: context.asAbsolutePath('dist/python/harness.py'), toolVersion: environment.toolVersion },
    showPanel: () => {
      panel.show();
    },
    log,
  });
  const webGpu = new HubKernels({ open, environment, choices, actions, panel, consents, log });
  const hubProfiles = new HubProfiles({ open, machine, webGpu, python });
  const editor = new ReportEditor(context.extensionUri, surfaces, actions, log);

  context.subscriptions.push(
    log,
    store,
    runs,
    choices,
    status,
    panel,
    sidebar,
    codeEditor,
    language,
    pythonChoices,
    python,
    registerCommands({
      runs,
      choices,
      pythonChoices,
      actions,
      adapters,
      hubProfiles,
      python,
      panel,
      surfaces,
      log,
    }),
    vscode.window.registerWebviewPanelSerializer(PANEL_ID, panel),
    vscode.window.registerCustomEditorProvider(REPORT_EDITOR_ID, editor, { supportsMultipleEditorsPerDocument: true }),
  );
  const activationMs = performance.now() - began;
  log.debug(`activated in ${activationMs.toFixed(1)} ms`);
  return { activationMs };
}

function versionOf(extension: vscode.Extension<unknown>): string {
  const { version } = extension.packageJSON as { version?: unknown };
  return typeof version === 'string' ? version : 'unknown';
}
