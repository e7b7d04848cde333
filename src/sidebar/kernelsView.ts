import * as vscode from 'vscode';
import type { KernelGroup, KernelSummary } from '../kernels/kernelSummary';
import type { Machine } from '../machine/machineTypes';
import { kernelFacts, type Fact } from './kernelFacts';
import type { KernelList } from './kernelList';
import type { FactNode, GroupNode, KernelNode, ListNode, MoreNode } from './kernelNodes';
import { groupLabel, kernelRow, type RowText } from './kernelRows';

/** Rows of a group that are shown at first, and that `More` adds. */
const PAGE = 500;

/** The Kernels tree: groups, their kernels, and what an opened kernel says. Nothing is read before it is visible. */
export class KernelsView implements vscode.TreeDataProvider<ListNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<ListNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  /** The elements that VS Code holds, by id: a change of one has to name the very same. */
  private readonly nodes = new Map<string, KernelNode>();
  private readonly pages = new Map<KernelGroup, number>();

  /** @param list the kernels; rejects where they cannot be read. */
  constructor(
    private readonly list: () => Promise<KernelList>,
    private readonly machine: Machine,
  ) {}

  /** Shows what has changed. @param id of the kernel that has; null: anything may have. */
  refresh(id: string | null): void {
    const node = id === null ? undefined : this.nodes.get(id);
    if (id === null) this.nodes.clear();
    if (id === null || node !== undefined) this.changed.fire(node);
  }

  /** Shows more rows of a group. */
  more(group: KernelGroup): void {
    this.pages.set(group, (this.pages.get(group) ?? 1) + 1);
    this.refresh(null);
  }

  /** A group was closed by hand. */
  close(group: KernelGroup, list: KernelList): void {
    this.pages.delete(group);
    list.forget(group);
  }

  dispose(): void {
    this.changed.dispose();
  }

  async getChildren(node?: ListNode): Promise<ListNode[]> {
    const list = await this.list();
    if (node === undefined) {
      return [...list.groups()].map(([group, { length }]): GroupNode => ({ kind: 'group', group, count: length }));
    }
    switch (node.kind) {
      case 'group':
        return this.members(node.group, list);
      case 'kernel':
        return this.facts(node, list);
      case 'fact':
        return node.fact.children.map((fact) => factNode(node.kernel, fact, node.path));
      case 'more':
        return [];
    }
  }

  async getTreeItem(node: ListNode): Promise<vscode.TreeItem> {
    const list = await this.list();
    switch (node.kind) {
      case 'group':
        return groupItem(node, list.filter.text.trim() !== '');
      case 'kernel':
        return kernelItem(node, list);
      case 'fact':
        return factItem(node);
      case 'more':
        return moreItem(node);
    }
  }

  private members(group: KernelGroup, list: KernelList): ListNode[] {
    const kernels = list.kernels(group);
    const shown = kernels.slice(0, PAGE * (this.pages.get(group) ?? 1));
    const hidden = kernels.length - shown.length;
    const more: MoreNode[] = hidden > 0 ? [{ kind: 'more', group, hidden }] : [];
    return [...shown.map((kernel) => this.kernelNode(kernel)), ...more];
  }

  private kernelNode(kernel: KernelSummary): KernelNode {
    const node: KernelNode = { kind: 'kernel', id: kernel.id, version: null, kernel };
    this.nodes.set(kernel.id, node);
    return node;
  }

  private facts({ id, kernel }: KernelNode, list: KernelList): FactNode[] {
    const opened = list.look(id);
    const facts = kernelFacts(kernel, list.verdict(kernel), opened, this.machine.state.system);
    return facts.map((fact) => factNode(kernel, fact, id));
  }
}

function factNode(kernel: KernelSummary, fact: Fact, above: string): FactNode {
  return { kind: 'fact', id: kernel.id, version: fact.version, kernel, path: `${above}/${fact.key}`, fact };
}

/** What is looked for is shown at once, so groups of a search are open; and are remembered apart from the others. */
function groupItem({ group, count }: GroupNode, searching: boolean): vscode.TreeItem {
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(groupLabel(group), searching ? Expanded : Collapsed);
  item.id = `${searching ? 'found' : 'group'}:${group}`;
  item.description = count.toString();
  item.contextValue = 'group';
  item.accessibilityInformation = { label: `${groupLabel(group)}, ${count} ${count === 1 ? 'kernel' : 'kernels'}` };
  return item;
}

function kernelItem({ kernel }: KernelNode, list: KernelList): vscode.TreeItem {
  const bundled = list.isBundled(kernel);
  const row = kernelRow(kernel, list.verdict(kernel), bundled);
  const item = rowItem(row, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `kernel:${kernel.id}`;
  item.contextValue = `kernel.${kernel.language}${bundled ? '.bundled' : ''}`;
  return item;
}

function factItem(node: FactNode): vscode.TreeItem {
  const { fact, kernel } = node;
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = rowItem(fact, fact.children.length > 0 ? Collapsed : None);
  item.id = `fact:${node.path}`;
  if (fact.version !== null) item.contextValue = `version.${kernel.language}`;
  if (fact.action !== null) {
    item.command = {
      command: 'kernelLens.openFact',
      title: fact.label,
      arguments: [{ id: node.id, version: node.version, action: fact.action }],
    };
  }
  return item;
}

function moreItem(node: MoreNode): vscode.TreeItem {
  const item = new vscode.TreeItem(`${node.hidden} more`);
  item.id = `more:${node.group}`;
  item.description = 'show more, or search';
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = { command: 'kernelLens.showMoreKernels', title: 'Show More', arguments: [{ group: node.group }] };
  item.accessibilityInformation = { label: `${node.hidden} more kernels: show more, or search` };
  return item;
}

function rowItem(row: RowText, state: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, state);
  item.description = row.description;
  item.tooltip = tooltip(row.tooltip);
  item.iconPath = new vscode.ThemeIcon(row.icon, row.colour === null ? undefined : new vscode.ThemeColor(row.colour));
  item.accessibilityInformation = { label: row.spoken };
  return item;
}

/** Text as it is: what it holds was written by strangers, and is neither Markdown nor a link. */
function tooltip(paragraphs: readonly string[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  paragraphs.forEach((paragraph, index) => {
    if (index > 0) text.appendMarkdown('\n\n');
    text.appendText(paragraph);
  });
  return text;
}
