// The interpreter that the editor's Python extensions have chosen. Neither of them is needed; each is asked if installed.
import { homedir } from 'node:os';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { allowed, findInterpreter, type InterpreterSearch, type NoInterpreter } from '../machine/interpreterSearch';
import type { PythonEnvironment } from '../machine/machineTypes';

/** `ms-python.vscode-python-envs` gives the API itself, `ms-python.python` one with an object `environments`. */
const ENVIRONMENTS_EXTENSION = 'ms-python.vscode-python-envs';
const PYTHON_EXTENSION = 'ms-python.python';
/** How long an extension may take to start and answer, milliseconds. */
const LIMIT_MS = 10_000;

type ChangeEvent = 'onDidChangeEnvironment' | 'onDidChangeActiveEnvironmentPath';
type Method = (...args: readonly unknown[]) => unknown;

const RunSchema = v.object({ execInfo: v.object({ run: v.object({ executable: v.string() }) }) });
const ActiveSchema = v.object({ path: v.string() });
const ResolvedSchema = v.object({ executable: v.object({ uri: v.object({ fsPath: v.string() }) }) });

/** Which Python is meant in this window. */
export class PythonEnvironments implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  /** Another interpreter may be meant now. */
  readonly onDidChange = this.changed.event;
  private readonly heard = new Map<string, vscode.Disposable>();
  private readonly subscriptions: vscode.Disposable;

  /**
   * @param setting the path in kernelLens.python.path; null: not set.
   * @param exportsOf what an extension gives to others; null where it is not there.
   */
  constructor(
    private readonly setting: () => string | null,
    private readonly exportsOf: (extension: string) => Promise<unknown> = activate,
  ) {
    const fire = (): void => {
      this.changed.fire(undefined);
    };
    this.subscriptions = vscode.Disposable.from(
      vscode.extensions.onDidChange(fire),
      vscode.workspace.onDidGrantWorkspaceTrust(fire),
      vscode.workspace.onDidChangeWorkspaceFolders(fire),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('kernelLens.python.path')) fire();
      }),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
    for (const heard of this.heard.values()) heard.dispose();
    this.changed.dispose();
  }

  /** The first that is there: Python Environments, Python, the setting, the PATH. Never throws. */
  async find(signal: AbortSignal): Promise<PythonEnvironment | NoInterpreter> {
    const search = this.search();
    // What the extensions have chosen may come from the settings of a workspace that nobody trusts yet.
    const chosen = search.workspaceTrusted ? await this.askExtensions(signal) : null;
    return chosen === null ? findInterpreter(search) : allowed(chosen, search);
  }

  private async askExtensions(signal: AbortSignal): Promise<PythonEnvironment | null> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
    const environments = await within(limit, this.askEnvironments());
    if (environments !== null) return { path: environments, source: 'Python Environments extension' };
    const python = await within(limit, this.askPython());
    return python === null ? null : { path: python, source: 'Python extension' };
  }

  private async askEnvironments(): Promise<string | null> {
    const api = await this.exportsOf(ENVIRONMENTS_EXTENSION);
    if (!hasMethods(api, 'getEnvironment', 'resolveEnvironment')) return null;
    this.hear(ENVIRONMENTS_EXTENSION, api, 'onDidChangeEnvironment');
    const environment = await api.getEnvironment(projectFolder());
    if (environment === undefined) return null;
    const known = v.safeParse(RunSchema, environment);
    const full = known.success ? known : v.safeParse(RunSchema, await api.resolveEnvironment(environment));
    return full.success ? full.output.execInfo.run.executable : null;
  }

  private async askPython(): Promise<string | null> {
    const api = await this.exportsOf(PYTHON_EXTENSION);
    const environments = isObject(api) ? api['environments'] : null;
    if (!hasMethods(environments, 'getActiveEnvironmentPath', 'resolveEnvironment')) return null;
    this.hear(PYTHON_EXTENSION, environments, 'onDidChangeActiveEnvironmentPath');
    const active = environments.getActiveEnvironmentPath(projectFolder());
    const resolved = v.safeParse(ResolvedSchema, await environments.resolveEnvironment(active));
    if (resolved.success) return resolved.output.executable.uri.fsPath;
    const path = v.safeParse(ActiveSchema, active);
    // `python` alone: nothing has been chosen, and the PATH decides, as it does without the extension.
    return path.success && /[\\/]/.test(path.output.path) ? path.output.path : null;
  }

  private hear(extension: string, api: unknown, event: ChangeEvent): void {
    if (this.heard.has(extension) || !hasMethods(api, event)) return;
    const subscription = api[event](() => {
      this.changed.fire(undefined);
    });
    if (hasMethods(subscription, 'dispose')) {
      this.heard.set(extension, new vscode.Disposable(() => subscription.dispose()));
    }
  }

  private search(): InterpreterSearch {
    const setting = this.setting();
    const folders = vscode.workspace.workspaceFolders ?? [];
    return {
      named: setting === null ? null : { path: setting, source: 'setting' },
      workspaceFolders: folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath),
      workspaceTrusted: vscode.workspace.isTrusted,
      env: process.env,
      platform: process.platform,
      home: homedir(),
    };
  }
}

/** The folder whose interpreter counts: that of the active editor, else the first. */
function projectFolder(): vscode.Uri | undefined {
  const active = vscode.window.activeTextEditor?.document.uri;
  const own = active === undefined ? undefined : vscode.workspace.getWorkspaceFolder(active);
  return (own ?? vscode.workspace.workspaceFolders?.[0])?.uri;
}

/** What an extension gives to others; null where it is not installed, or not to be used here. */
async function activate(id: string): Promise<unknown> {
  const extension = vscode.extensions.getExtension<unknown>(id);
  return extension === undefined ? null : extension.activate();
}

/** Null as well where it fails: an extension of somebody else's must not take this view down. */
async function within<T>(limit: AbortSignal, asked: Promise<T | null>): Promise<T | null> {
  const given = asked.catch(() => null);
  if (limit.aborted) return null;
  return Promise.race([
    given,
    new Promise<null>((resolve) => {
      limit.addEventListener('abort', () => {
        resolve(null);
      });
    }),
  ]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function hasMethods<K extends string>(value: unknown, ...names: readonly K[]): value is Record<K, Method> {
  return isObject(value) && names.every((name) => typeof value[name] === 'function');
}
