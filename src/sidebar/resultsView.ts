import path from 'node:path';
import * as vscode from 'vscode';
import { readReport } from '../profile/reportFile';
import { REPORT_FILE_SUFFIX } from '../profile/report';
import type { RowText } from './kernelRows';
import { damagedRow, resultRow } from './resultRows';

/** Reports that are read for the view; there may be thousands. */
const MOST_REPORTS = 60;
/** A report is a few hundred kB. */
const LARGEST_REPORT = 32_000_000;

export interface ResultNode {
  readonly uri: vscode.Uri;
  readonly row: RowText;
}

interface Found {
  readonly uri: vscode.Uri;
  readonly modified: number;
  readonly size: number;
}

/** The reports of this workspace, newest first. A report that was read is not read again until its file changes. */
export class ResultsView implements vscode.TreeDataProvider<ResultNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly known = new Map<
    string,
    { readonly modified: number; readonly size: number; readonly row: RowText }
  >();

  /** @param folders where reports are written; each is asked for anew, since settings move them. */
  constructor(private readonly folders: () => readonly vscode.Uri[]) {}

  refresh(): void {
    this.changed.fire(undefined);
  }

  dispose(): void {
    this.changed.dispose();
  }

  async getChildren(node?: ResultNode): Promise<ResultNode[]> {
    if (node !== undefined) return [];
    const found = await this.find();
    const newest = found.sort((a, b) => b.modified - a.modified).slice(0, MOST_REPORTS);
    const nodes: ResultNode[] = [];
    // One after the other: reports are large, and the window has other things to do.
    for (const file of newest) nodes.push({ uri: file.uri, row: await this.read(file) });
    return nodes;
  }

  getTreeItem({ uri, row }: ResultNode): vscode.TreeItem {
    const item = new vscode.TreeItem(row.label);
    item.id = uri.toString();
    item.description = row.description;
    item.tooltip = row.tooltip.join('\n');
    item.iconPath = new vscode.ThemeIcon(row.icon);
    item.accessibilityInformation = { label: row.spoken };
    item.contextValue = 'report';
    item.command = { command: 'vscode.open', title: 'Open Report', arguments: [uri] };
    return item;
  }

  private async find(): Promise<Found[]> {
    const own = await Promise.all(this.folders().map(reportsIn));
    const workspace = await vscode.workspace.findFiles(`**/*${REPORT_FILE_SUFFIX}`, '**/node_modules/**', MOST_REPORTS);
    const uris = new Map([...own.flat(), ...workspace].map((uri) => [uri.toString(), uri]));
    const found = await Promise.all([...uris.values()].map(measure));
    return found.filter((file) => file !== null);
  }

  private async read({ uri, modified, size }: Found): Promise<RowText> {
    const kept = this.known.get(uri.toString());
    if (kept?.modified === modified && kept.size === size) return kept.row;
    const name = path.posix.basename(uri.path);
    const row = await rowOf(uri, name, size);
    this.known.set(uri.toString(), { modified, size, row });
    return row;
  }
}

async function rowOf(uri: vscode.Uri, name: string, size: number): Promise<RowText> {
  if (size > LARGEST_REPORT) return damagedRow(name, `${name} is too large for a report.`);
  try {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    return resultRow(readReport(text, name), name, new Date());
  } catch (error) {
    return damagedRow(name, error instanceof Error ? error.message : String(error));
  }
}

/** Empty where there is no such folder yet. */
async function reportsIn(folder: vscode.Uri): Promise<vscode.Uri[]> {
  const entries = await Promise.resolve(vscode.workspace.fs.readDirectory(folder)).catch(() => []);
  return entries
    .filter(([name]) => name.endsWith(REPORT_FILE_SUFFIX))
    .map(([name]) => vscode.Uri.joinPath(folder, name));
}

async function measure(uri: vscode.Uri): Promise<Found | null> {
  const stat = await Promise.resolve(vscode.workspace.fs.stat(uri)).catch(() => null);
  return stat === null ? null : { uri, modified: stat.mtime, size: stat.size };
}
