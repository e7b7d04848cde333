import * as vscode from 'vscode';
import type { LoadedKernel } from '../kernels/kernelCall';
import type { Machine } from '../machine/machineTypes';
import type { DetailsPages } from './detailsPages';
import type { HubConnection } from './hubConnection';
import type { KernelTarget } from './kernelTarget';

const COMMANDS = {
  pin: 'kernelLens.pinKernel',
  insert: 'kernelLens.insertKernel',
  profile: 'kernelLens.profileHubKernel',
} as const;

export interface KernelPagesParts {
  readonly extensionUri: vscode.Uri;
  readonly connection: HubConnection;
  readonly machine: Machine;
  readonly log: vscode.LogOutputChannel;
}

/** The details pages of the Hub that the settings name. Another Hub may not show what this one did: they close with it. */
export class KernelPages implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private pages: Promise<DetailsPages> | null = null;
  private readonly subscription: vscode.Disposable;

  constructor(private readonly parts: KernelPagesParts) {
    this.subscription = parts.connection.onDidChange(() => {
      this.close();
    });
  }

  /** Opens the page of a kernel, or brings it to the front. */
  async open({ id, version }: KernelTarget): Promise<void> {
    (await this.made()).open(id, version);
  }

  /** VS Code brings a page back after a reload. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    await (await this.made()).deserializeWebviewPanel(panel, state);
  }

  dispose(): void {
    this.subscription.dispose();
    this.close();
  }

  private made(): Promise<DetailsPages> {
    this.pages ??= this.make().catch((error: unknown) => {
      this.pages = null;
      throw error;
    });
    return this.pages;
  }

  private async make(): Promise<DetailsPages> {
    const { connection, machine, extensionUri, log } = this.parts;
    // With the page comes the reader of Markdown, which nothing else needs.
    const [{ catalogue, settings }, { DetailsPages: Pages }] = await Promise.all([
      connection.open(),
      import('./detailsPages'),
    ]);
    return new Pages({
      extensionUri,
      catalogue,
      machine,
      endpoint: () => settings.endpoint,
      log,
      act: (action, { id, version }: LoadedKernel) => {
        void vscode.commands.executeCommand(COMMANDS[action], { id, version });
      },
    });
  }

  private close(): void {
    const { pages } = this;
    this.pages = null;
    pages?.then(
      (made) => {
        made.dispose();
      },
      () => undefined,
    );
  }
}
