import * as vscode from 'vscode';
import { kernelIdProblem } from '../kernels/kernelId';
import { shownText } from '../kernels/shownText';
import { readDetailsState } from './detailsMessages';
import { DetailsPage, type DetailsParts } from './detailsPage';

/** The id under which VS Code keeps a page over a window's reload. */
export const DETAILS_ID = 'kernelLens.details';

/** The details pages of a window: one for each kernel. Register it as the serializer of `DETAILS_ID`. */
export class DetailsPages implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly pages = new Map<string, DetailsPage>();

  constructor(private readonly parts: DetailsParts) {}

  /** Opens the page of a kernel, or brings it to the front. `version` null: the newest, or what the page shows. */
  open(id: string, version: number | null): void {
    const problem = kernelIdProblem(id);
    if (problem !== null) {
      void vscode.window.showErrorMessage(problem);
      return;
    }
    const page = this.pages.get(id);
    if (page !== undefined) page.reveal(version);
    else
      this.take(vscode.window.createWebviewPanel(DETAILS_ID, shownText(id, 40), vscode.ViewColumn.Active), id, version);
  }

  /** VS Code brings a page back after a reload. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const shown = readDetailsState(state);
    if (shown === null || kernelIdProblem(shown.id) !== null || this.pages.has(shown.id)) panel.dispose();
    else this.take(panel, shown.id, shown.version);
    return Promise.resolve();
  }

  dispose(): void {
    for (const page of [...this.pages.values()]) page.dispose();
  }

  private take(panel: vscode.WebviewPanel, id: string, version: number | null): void {
    const open = (other: string): void => {
      this.open(other, null);
    };
    const close = (): void => {
      this.pages.delete(id);
    };
    this.pages.set(id, new DetailsPage(panel, id, version, this.parts, open, close));
  }
}
