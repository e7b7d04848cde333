import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Catalogue } from '../hub/catalogueTypes';
import { HubError } from '../hub/hubError';
import type { LoadedKernel } from '../kernels/kernelCall';
import { shownText } from '../kernels/shownText';
import type { Machine } from '../machine/machineTypes';
import { cardHtml } from './cardHtml';
import { detailsHtml } from './detailsHtml';
import { readDetailsMessage, type DetailsMessage } from './detailsMessages';
import { loadingLines, shownKernel, type DetailsOpened, type DetailsView } from './detailsView';
import { webAddress, type SafeHtml } from './safeHtml';

/** What the pages show, and what their buttons do. */
export interface DetailsParts {
  readonly extensionUri: vscode.Uri;
  readonly catalogue: Catalogue;
  readonly machine: Machine;
  /** The Hub's address now, without a slash at its end. */
  readonly endpoint: () => string;
  readonly log: vscode.LogOutputChannel;
  /** Carries out a button; says itself what went wrong. */
  readonly act: (action: 'pin' | 'insert' | 'profile', kernel: LoadedKernel) => void;
}

function pageRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

/** One kernel's page. It asks the Hub when it opens, and draws anew when the machine or the catalogue changes. */
export class DetailsPage implements vscode.Disposable {
  private readonly nonce = randomBytes(24).toString('base64');
  private readonly ends: readonly (() => void)[];
  private asking = new AbortController();
  private opened: DetailsOpened = { state: 'loading' };
  /** Rendered once, not each time the machine changes. */
  private card: SafeHtml | null = null;
  private drawn = '';

  constructor(
    private readonly panel: vscode.WebviewPanel,
    readonly id: string,
    private version: number | null,
    private readonly parts: DetailsParts,
    private readonly open: (id: string) => void,
    onClose: () => void,
  ) {
    const { catalogue, machine, extensionUri } = parts;
    panel.title = shownText(id.slice(id.indexOf('/') + 1), 40);
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icons', 'panel.svg');
    panel.webview.options = {
      enableScripts: true,
      enableForms: false,
      enableCommandUris: false,
      localResourceRoots: [pageRoot(extensionUri)],
    };
    const draw = (): void => {
      this.draw();
    };
    this.ends = [catalogue.onChange(draw), machine.onChange(draw)];
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const read = readDetailsMessage(message);
      if (read !== null) this.obey(read);
    });
    panel.onDidDispose(() => {
      this.asking.abort();
      for (const end of this.ends) end();
      onClose();
    });
    void this.load();
  }

  /** Brings the page to the front, with another version where one is asked for. */
  reveal(version: number | null): void {
    this.panel.reveal();
    if (version !== null && version !== this.version) this.show(version);
  }

  dispose(): void {
    this.panel.dispose();
  }

  private show(version: number | null): void {
    this.version = version;
    void this.load();
  }

  /** Shows what was seen before, then what the Hub says. */
  private async load(): Promise<void> {
    const { catalogue, log } = this.parts;
    this.asking.abort();
    const asking = new AbortController();
    this.asking = asking;
    const seen = catalogue.seen(this.id, this.version);
    this.set(seen === null ? { state: 'loading' } : { state: 'open', details: seen });
    try {
      const details = await catalogue.details(this.id, this.version, asking.signal);
      if (!asking.signal.aborted) this.set({ state: 'open', details });
    } catch (error) {
      if (asking.signal.aborted) return;
      if (!(error instanceof HubError)) log.error(`${shownText(this.id)} could not be looked into: ${String(error)}`);
      const problem =
        error instanceof HubError ? error : new HubError('bad-answer', 'It could not be read; the log says why.');
      this.set(
        seen === null
          ? { state: 'failed', problem: problem.message }
          : { state: 'open', details: { ...seen, problem } },
      );
    }
  }

  private set(opened: DetailsOpened): void {
    const before = this.opened.state === 'open' ? this.opened.details.value.card : null;
    const card = opened.state === 'open' ? opened.details.value.card : null;
    if (card !== before) this.card = card === null || card.trim() === '' ? null : cardHtml(card);
    this.opened = opened;
    this.draw();
  }

  private view(): DetailsView {
    const { catalogue, machine, endpoint } = this.parts;
    return {
      id: this.id,
      summary: catalogue.state.kernels.find(({ id }) => id === this.id) ?? null,
      opened: this.opened,
      system: machine.state.system,
      card: this.card,
      endpoint: endpoint(),
    };
  }

  private draw(): void {
    const { webview } = this.panel;
    const address = (file: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(pageRoot(this.parts.extensionUri), file)).toString();
    const html = detailsHtml(this.view(), {
      source: webview.cspSource,
      nonce: this.nonce,
      script: address('details.js'),
      styles: [address('codicon.css'), address('detailsStyle.css')],
    });
    // Each change loads the page anew: the script puts it back where it was.
    if (html !== this.drawn) webview.html = html;
    this.drawn = html;
  }

  private obey(message: DetailsMessage): void {
    switch (message.action) {
      case 'pin':
      case 'insert':
      case 'profile':
        this.parts.act(message.action, shownKernel(this.view()));
        return;
      case 'copy':
        void vscode.env.clipboard.writeText(loadingLines(this.view()));
        return;
      case 'retry':
        this.show(this.version);
        return;
      case 'version':
        this.show(message.version);
        return;
      case 'kernel':
        this.open(message.id);
        return;
      case 'open': {
        const address = webAddress(message.address);
        if (address !== null) void vscode.env.openExternal(vscode.Uri.parse(address, true));
      }
    }
  }
}
