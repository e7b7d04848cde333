import path from 'node:path';
import * as vscode from 'vscode';
import type { Report } from '../profile/report';
import { REPORT_FILE_SUFFIX } from '../profile/report';
import type { ExportFormat } from './protocol';
import { writeWhole } from './resultStore';

/** The id under which VS Code knows the viewer of report files. */
export const REPORT_EDITOR_ID = 'kernelLens.report';

interface Format {
  readonly label: string;
  readonly description: string;
  readonly suffix: string;
  /** The last part of the suffix, which is all that a save dialog filters by. */
  readonly extension: string;
  readonly text: (report: Report) => Promise<string>;
}

export const EXPORTS: Readonly<Record<ExportFormat, Format>> = {
  json: {
    label: 'JSON',
    description: 'the whole report with raw samples; opens here again',
    suffix: REPORT_FILE_SUFFIX,
    extension: 'json',
    text: async (report) => (await import('../profile/reportFile')).serialiseReport(report),
  },
  markdown: {
    label: 'Markdown',
    description: 'the table with machine and method, for a pull request',
    suffix: '.md',
    extension: 'md',
    text: async (report) => (await import('../profile/reportMarkdown')).reportMarkdown(report),
  },
  csv: {
    label: 'CSV',
    description: 'one line a row, for a spreadsheet',
    suffix: '.csv',
    extension: 'csv',
    text: async (report) => (await import('../profile/reportCsv')).reportCsv(report),
  },
};

export async function copyMarkdown(report: Report): Promise<void> {
  await vscode.env.clipboard.writeText(await EXPORTS.markdown.text(report));
}

/** Asks where, and writes. @returns the file, null when the person chose none */
export async function saveReport(report: Report, format: ExportFormat): Promise<vscode.Uri | null> {
  const { label, suffix, extension, text } = EXPORTS[format];
  const { reportFileName } = await import('../profile/reportFile');
  const name = reportFileName(report).slice(0, -REPORT_FILE_SUFFIX.length) + suffix;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = await vscode.window.showSaveDialog({
    title: `Save Report as ${label}`,
    filters: { [label]: [extension] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (file === undefined) return null;
  await writeWhole(file, await text(report));
  return file;
}

/** Asks for a format, then where, and says what was written. */
export async function exportReport(report: Report): Promise<void> {
  const items = Object.entries(EXPORTS).map(([format, { label, description }]) => ({
    label,
    description,
    format: format as ExportFormat,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Export Report',
    placeHolder: 'As which kind of file?',
  });
  if (picked === undefined) return;
  const file = await saveReport(report, picked.format);
  if (file !== null) void announceFile(file);
}

/** Says that a file was written, with a button to open it. */
async function announceFile(file: vscode.Uri): Promise<void> {
  const answer = await vscode.window.showInformationMessage(`Wrote ${path.posix.basename(file.path)}.`, 'Open');
  if (answer === 'Open') await openReportFile(file);
}

/** Asks for a report file and opens it in the viewer. */
export async function openReport(): Promise<void> {
  const files = await vscode.window.showOpenDialog({
    title: 'Open Report',
    filters: { 'Kernel Lens report': ['json'] },
    canSelectMany: false,
  });
  const file = files?.[0];
  if (file !== undefined) await vscode.commands.executeCommand('vscode.openWith', file, REPORT_EDITOR_ID);
}

async function openReportFile(file: vscode.Uri): Promise<void> {
  if (file.path.endsWith(REPORT_FILE_SUFFIX))
    await vscode.commands.executeCommand('vscode.openWith', file, REPORT_EDITOR_ID);
  else await vscode.window.showTextDocument(file);
}
