import { randomUUID } from 'node:crypto';
import path from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { REPORT_FILE_SUFFIX, type Report } from '../profile/report';
import { writeFileAtomically } from '../profile/writeFile';

const LAST_KEY = 'kernelLens.lastResult';
const LastSchema = v.object({ uri: v.string() });

/** Keeps reports as files. Each is written beside its name first and then renamed, so a reader never sees half of one. */
export class ResultStore implements vscode.Disposable {
  private readonly saved = new vscode.EventEmitter<void>();
  /** A report was written. */
  readonly onDidSave = this.saved.event;
  private writing: Promise<vscode.Uri> | null = null;
  private next: Report | null = null;

  /** @param ownFolder the extension's storage. @param chosenFolder the person's setting, relative to the workspace. */
  constructor(
    private readonly ownFolder: vscode.Uri,
    private readonly chosenFolder: () => string,
    private readonly memory: vscode.Memento,
  ) {}

  /**
   * Writes the report as it is now, over what was written of the same report before. Of reports that come while one is
   * being written, only the newest is. Rejects when it cannot be written.
   */
  save(report: Report): Promise<vscode.Uri> {
    this.next = report;
    this.writing ??= this.writeAll().finally(() => {
      this.writing = null;
    });
    return this.writing;
  }

  /** Where the last report was written; null when there is none yet. */
  last(): vscode.Uri | null {
    const stored = v.safeParse(LastSchema, this.memory.get(LAST_KEY));
    return stored.success ? vscode.Uri.parse(stored.output.uri, true) : null;
  }

  /** Where reports lie: the extension's own folder, and the person's where it can be used. */
  folders(): readonly vscode.Uri[] {
    const own = vscode.Uri.joinPath(this.ownFolder, 'results');
    try {
      const folder = this.folder();
      return folder.toString() === own.toString() ? [own] : [folder, own];
    } catch {
      // Saving says what is wrong with the setting; what was saved before is still there.
      return [own];
    }
  }

  dispose(): void {
    this.saved.dispose();
  }

  private async writeAll(): Promise<vscode.Uri> {
    const { serialiseReport } = await import('../profile/reportFile');
    let file: vscode.Uri | null = null;
    while (this.next !== null) {
      const report = this.next;
      this.next = null;
      file = vscode.Uri.joinPath(this.folder(), storedName(report));
      await writeWhole(file, serialiseReport(report));
      await this.memory.update(LAST_KEY, { uri: file.toString() });
      this.saved.fire();
    }
    if (file === null) throw new Error('there was no report to write');
    return file;
  }

  private folder(): vscode.Uri {
    const chosen = this.chosenFolder();
    const workspace = vscode.workspace.workspaceFolders?.[0];
    if (chosen === '' || workspace === undefined || !vscode.workspace.isTrusted) {
      return vscode.Uri.joinPath(this.ownFolder, 'results');
    }
    const relative = path.posix.normalize(chosen.replaceAll('\\', '/'));
    if (path.posix.isAbsolute(relative) || /^[a-z]:/i.test(relative) || relative.split('/').includes('..')) {
      throw new Error(
        `The setting kernelLens.results.folder is ${JSON.stringify(chosen)}, which leaves the workspace. Set a folder inside it, such as "results".`,
      );
    }
    return vscode.Uri.joinPath(workspace.uri, relative);
  }
}

/** Writes a file so that it is there whole or not at all; folders are made as needed. */
export async function writeWhole(file: vscode.Uri, content: string): Promise<void> {
  await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(file, '..'));
  if (file.scheme === 'file') {
    await writeFileAtomically(file.fsPath, content);
    return;
  }
  const temporary = file.with({ path: `${file.path}.${randomUUID()}.tmp` });
  try {
    await vscode.workspace.fs.writeFile(temporary, new TextEncoder().encode(content));
    await vscode.workspace.fs.rename(temporary, file, { overwrite: true });
  } catch (error) {
    await Promise.resolve(vscode.workspace.fs.delete(temporary)).catch(() => undefined);
    throw error;
  }
}

/** A name of its own for each report, which sorts by time, e.g. `2025-03-01T09-30-00-1f2e3d4c.kernel-lens.json`. */
function storedName(report: Report): string {
  const time = report.createdAt.slice(0, 19).replaceAll(':', '-');
  const id = report.id.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 8);
  return `${time}-${id}${REPORT_FILE_SUFFIX}`;
}
