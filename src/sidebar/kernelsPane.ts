import * as vscode from 'vscode';
import type { Catalogue } from '../hub/catalogueTypes';
import type { HubError } from '../hub/hubError';
import type { KernelGroup } from '../kernels/kernelSummary';
import type { Machine } from '../machine/machineTypes';
import type { HubConnection } from './hubConnection';
import { isFiltering, storedFilter, type KernelFilter } from '../kernels/kernelFilter';
import { KernelDrag } from './kernelDrag';
import { KernelList, type ListChange } from './kernelList';
import type { ListNode } from './kernelNodes';
import { emptyReason, listDescription, listMessage } from './kernelsStatus';
import { KernelsView } from './kernelsView';

const FILTER_KEY = 'kernelLens.filter';
/** Rows that come together are drawn together, milliseconds. */
const TOGETHER_MS = 80;

export interface KernelsPaneParts {
  readonly connection: HubConnection;
  readonly machine: Machine;
  /** Operators that the extension carries a kernel for. */
  readonly bundled: () => Promise<ReadonlySet<string>>;
  readonly memory: vscode.Memento;
}

interface OpenList {
  readonly list: KernelList;
  readonly catalogue: Catalogue;
}

/** The Kernels view with what stands beside and above it. Nothing is read or asked before it is seen, or a command needs it. */
export class KernelsPane implements vscode.Disposable {
  private readonly view: KernelsView;
  private readonly tree: vscode.TreeView<ListNode>;
  private readonly subscriptions: vscode.Disposable;
  private opened: Promise<OpenList> | null = null;
  private shown: OpenList | null = null;
  private asking = new AbortController();
  private searchProblem: HubError | null = null;
  private drawing: NodeJS.Timeout | null = null;
  /** Kernels to draw anew; null: everything. */
  private changed: Set<string> | null = new Set();

  constructor(private readonly parts: KernelsPaneParts) {
    this.view = new KernelsView(async () => (await this.open()).list, parts.machine);
    this.tree = vscode.window.createTreeView('kernelLens.kernels', {
      treeDataProvider: this.view,
      showCollapseAll: true,
      dragAndDropController: new KernelDrag(),
    });
    this.subscriptions = vscode.Disposable.from(
      this.view,
      this.tree,
      this.tree.onDidCollapseElement(({ element }) => {
        if (element.kind === 'group' && this.shown !== null) this.view.close(element.group, this.shown.list);
      }),
      parts.connection.onDidChange(() => {
        this.close();
        this.view.refresh(null);
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.status();
      }),
    );
  }

  /** The list and its catalogue; the first call asks the Hub and this machine, and does not wait for them. */
  open(): Promise<OpenList> {
    this.opened ??= this.fill().catch((error: unknown) => {
      this.opened = null;
      throw error;
    });
    return this.opened;
  }

  /** Looks for something else, at once, and remembers the filter but not the words. */
  async filter(filter: KernelFilter): Promise<void> {
    const { list } = await this.open();
    list.filter = filter;
    await this.parts.memory.update(FILTER_KEY, { ...filter, text: '' });
  }

  /** Asks the Hub and this machine again. */
  async refresh(): Promise<void> {
    const { list, catalogue } = await this.open();
    list.reorder();
    const { signal } = this.asking;
    await Promise.all([catalogue.refresh(signal), this.parts.machine.refresh({ force: true }, signal)]);
  }

  /** Why the Hub gave nothing for what is looked for; null: it answered, or was not asked. */
  tellSearch(problem: HubError | null): void {
    this.searchProblem = problem;
    this.status();
  }

  /** Shows more rows of a group. */
  more(group: KernelGroup): void {
    this.view.more(group);
  }

  dispose(): void {
    this.close();
    this.subscriptions.dispose();
  }

  private async fill(): Promise<OpenList> {
    const { connection, machine, bundled, memory } = this.parts;
    const { signal } = this.asking;
    const [{ catalogue }, operators] = await Promise.all([connection.open(), bundled()]);
    const filter = storedFilter(memory.get(FILTER_KEY));
    const list = new KernelList({ catalogue, machine, bundled: operators }, filter);
    list.onChange((change) => {
      this.draw(change);
    });
    const shown = { list, catalogue };
    if (signal.aborted) {
      list.dispose();
      return shown;
    }
    this.shown = shown;
    void catalogue.refresh(signal);
    void machine.refresh({ force: false }, signal);
    this.status();
    return shown;
  }

  private close(): void {
    this.asking.abort();
    this.asking = new AbortController();
    this.shown?.list.dispose();
    this.shown = null;
    this.opened = null;
    this.searchProblem = null;
    if (this.drawing !== null) clearTimeout(this.drawing);
    this.drawing = null;
  }

  /** Later, and together: VS Code passes over the change of a row whose children it is just asking for. */
  private draw(change: ListChange): void {
    if (change === 'status') {
      this.status();
      return;
    }
    if (change === 'rows') this.changed = null;
    else this.changed?.add(change.id);
    this.drawing ??= setTimeout(() => {
      this.drawing = null;
      const { changed } = this;
      this.changed = new Set();
      for (const id of changed ?? [null]) this.view.refresh(id);
      this.status();
    }, TOGETHER_MS);
  }

  private status(): void {
    if (this.shown === null) return;
    const { list } = this.shown;
    const { state, filter } = list;
    const now = new Date();
    const { found } = list.count();
    // Only what has changed is told: each of these redraws the head of the view.
    const description = listDescription(filter, state, found, now);
    const empty = emptyReason(
      filter,
      found,
      state,
      this.searchProblem,
      this.parts.machine.state,
      vscode.workspace.isTrusted,
      now,
    );
    // Where there is a message VS Code shows no welcome text, which says the same and has a button.
    const message = empty === 'not empty' ? (listMessage(state, this.searchProblem, now) ?? undefined) : undefined;
    if (this.tree.description !== description) this.tree.description = description;
    // As an assignment the types would not have it, though nothing else takes a message back.
    if (this.tree.message !== message) Object.assign(this.tree, { message });
    void vscode.commands.executeCommand('setContext', 'kernelLens.kernels.empty', empty);
    void vscode.commands.executeCommand('setContext', 'kernelLens.kernels.filtered', isFiltering(filter));
  }
}
