import * as vscode from 'vscode';
import { HubError } from '../hub/hubError';
import type { Hub } from '../hub/hubTypes';
import { pinState } from '../hub/pinState';
import { PinProblem } from '../kernels/pinProblem';
import type { Pin, ProjectPins } from '../kernels/pins';
import { PIN_FILES } from '../kernels/pinTexts';
import type { RowText } from './kernelRows';
import { readPinFiles } from './pinFiles';
import { pinFacts, pinRow, problemRow, type PinFact, type PinNews } from './pinRows';

/** What the Hub said of a pin is asked for again after this long, milliseconds. */
const NEWS_FOR = 10 * 60_000;

/** Menus hand pins to commands, which read `id`, `folder` and `place`. */
export type PinNode =
  | { readonly kind: 'folder'; readonly folder: vscode.WorkspaceFolder; readonly project: ProjectPins }
  | { readonly kind: 'problem'; readonly folder: vscode.WorkspaceFolder; readonly problem: PinProblem }
  | {
      readonly kind: 'pin';
      readonly folder: vscode.WorkspaceFolder;
      /** `org/name`. */
      readonly id: string;
      readonly version: number | null;
      readonly pin: Pin;
    }
  | { readonly kind: 'fact'; readonly folder: vscode.WorkspaceFolder; readonly pin: Pin; readonly fact: PinFact };

export interface PinnedViewParts {
  /** The Hub that the settings name. */
  readonly hub: () => Promise<Hub>;
  readonly log: vscode.LogOutputChannel;
}

/** Pinned: what the folders of the workspace have pinned, and what the Hub has for it now. */
export class PinnedView implements vscode.TreeDataProvider<PinNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly gone = new AbortController();
  private readonly watches: vscode.Disposable;
  private news = new Map<string, { readonly at: number; readonly news: PinNews }>();

  constructor(private readonly parts: PinnedViewParts) {
    const show = (): void => {
      this.changed.fire(undefined);
    };
    const watcher = vscode.workspace.createFileSystemWatcher(`**/{${Object.values(PIN_FILES).join(',')}}`);
    this.watches = vscode.Disposable.from(
      watcher,
      watcher.onDidChange(show),
      watcher.onDidCreate(show),
      watcher.onDidDelete(show),
      vscode.workspace.onDidChangeWorkspaceFolders(show),
    );
  }

  /** Reads the files again, and asks the Hub again. */
  refresh(): void {
    this.news = new Map();
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.gone.abort();
    this.watches.dispose();
    this.changed.dispose();
  }

  async getChildren(node?: PinNode): Promise<PinNode[]> {
    if (node === undefined) return this.roots();
    if (node.kind === 'folder') return children(node.folder, node.project);
    if (node.kind !== 'pin') return [];
    const { folder, pin } = node;
    return pinFacts(pin, this.newsOf(pin)).map((fact) => ({ kind: 'fact', folder, pin, fact }));
  }

  getTreeItem(node: PinNode): vscode.TreeItem {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const place = node.folder.uri.toString();
    if (node.kind === 'folder') {
      const item = new vscode.TreeItem(node.folder.name, Expanded);
      item.id = `folder:${place}`;
      item.contextValue = 'pins.folder';
      return item;
    }
    if (node.kind === 'problem') {
      const item = rowItem(problemRow(node.problem), None);
      item.id = `problem:${place}:${node.problem.file}`;
      item.command = openCommand(vscode.Uri.joinPath(node.folder.uri, node.problem.file));
      return item;
    }
    const { pin } = node;
    if (node.kind === 'fact') {
      const item = rowItem(node.fact, None);
      item.id = `fact:${place}:${pin.place}:${pin.id}:${node.fact.key}`;
      if (node.fact.key === 'file')
        item.command = openCommand(vscode.Uri.joinPath(node.folder.uri, PIN_FILES[pin.place]));
      return item;
    }
    const row = pinRow(pin, this.newsOf(pin));
    const item = rowItem(row, Collapsed);
    item.id = `pin:${place}:${pin.place}:${pin.id}`;
    item.contextValue = row.outdated || pin.commit === null ? 'pin.outdated' : 'pin';
    return item;
  }

  private async roots(): Promise<PinNode[]> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const projects = await Promise.all(folders.map((folder) => projectOf(folder)));
    const used = projects.filter(({ project }) => project.pins.length + project.problems.length > 0);
    if (folders.length > 1) return used.map((one) => ({ kind: 'folder', ...one }));
    return used.flatMap(({ folder, project }) => children(folder, project));
  }

  /** What is known of a pin. What is not is asked for, once, and shown when it comes. */
  private newsOf(pin: Pin): PinNews {
    const key = `${pin.id} ${String(pin.version)}`;
    const known = this.news.get(key);
    if (known !== undefined && Date.now() - known.at < NEWS_FOR) return known.news;
    if (pin.version === null) return { kind: 'failed', problem: 'Only a version can be compared with the Hub.' };
    const { news } = this;
    const keep = (found: PinNews): void => {
      news.set(key, { at: Date.now(), news: found });
    };
    keep({ kind: 'loading' });
    void this.ask(pin).then((found) => {
      keep(found);
      if (this.news === news && !this.gone.signal.aborted) this.changed.fire(undefined);
    });
    return { kind: 'loading' };
  }

  private async ask(pin: Pin): Promise<PinNews> {
    try {
      return { kind: 'known', state: await pinState(await this.parts.hub(), pin, this.gone.signal) };
    } catch (error) {
      if (!(error instanceof HubError)) this.parts.log.error(String(error));
      return { kind: 'failed', problem: error instanceof Error ? error.message : String(error) };
    }
  }
}

async function projectOf(
  folder: vscode.WorkspaceFolder,
): Promise<{ readonly folder: vscode.WorkspaceFolder; readonly project: ProjectPins }> {
  // The parsers are loaded when there is something to parse.
  const { readPins } = await import('../kernels/pins');
  try {
    const { texts } = await readPinFiles(folder);
    return { folder, project: readPins(texts) };
  } catch (error) {
    if (!(error instanceof PinProblem)) throw error;
    return { folder, project: { pins: [], problems: [error] } };
  }
}

function children(folder: vscode.WorkspaceFolder, { pins, problems }: ProjectPins): PinNode[] {
  return [
    ...problems.map((problem): PinNode => ({ kind: 'problem', folder, problem })),
    ...pins.map((pin): PinNode => ({ kind: 'pin', folder, id: pin.id, version: pin.version, pin })),
  ];
}

function openCommand(uri: vscode.Uri): vscode.Command {
  return { command: 'vscode.open', title: 'Open File', arguments: [uri] };
}

function rowItem(row: RowText, state: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, state);
  item.description = row.description;
  item.tooltip = row.tooltip.join('\n');
  item.iconPath = new vscode.ThemeIcon(row.icon, row.colour === null ? undefined : new vscode.ThemeColor(row.colour));
  item.accessibilityInformation = { label: row.spoken };
  return item;
}
