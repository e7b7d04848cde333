import type * as vscode from 'vscode';
import { Channel, type Handlers } from './channel';
import { HOST_CALLS, PAGE_CALLS, type PanelState, type ToPage } from './protocol';

const SHOW_LIMIT_MS = 15_000;

/** The extension's handlers, save for `ready`, which the link answers itself. */
export type PageHandlers = Omit<Handlers<typeof HOST_CALLS>, 'ready'>;

/**
 * One page and what it is shown. At most one state is on its way to the page; while it draws, newer ones replace each
 * other and only the last is sent.
 */
export class PageLink {
  private readonly channel: Channel<typeof PAGE_CALLS, typeof HOST_CALLS>;
  private readonly subscription: vscode.Disposable;
  /** Counts the pages that have loaded here: a hidden page is thrown away and loads again when it is shown. */
  private page = 0;
  private live = false;
  private sending = false;
  private changed = false;
  private shown: PanelState | null = null;

  /** @param state what the page is to show now; asked for anew each time something is sent. */
  constructor(
    webview: vscode.Webview,
    private readonly state: () => PanelState,
    handlers: PageHandlers,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.channel = new Channel(
      PAGE_CALLS,
      HOST_CALLS,
      { ...handlers, ready: () => this.begin() },
      (message: ToPage) => {
        void webview.postMessage(message);
      },
      (what) => {
        log.debug(`page: ${what}`);
      },
    );
    this.subscription = webview.onDidReceiveMessage((message: unknown) => this.channel.receive(message));
  }

  /** Something changed: the page shows it as soon as it can. A page that is not there asks again when it is. */
  refresh(): void {
    this.changed = true;
    if (!this.sending) void this.send(this.page);
  }

  /** The page is hidden, and with that gone: it asks for its state again when it is back. */
  pageGone(): void {
    this.live = false;
  }

  dispose(): void {
    this.live = false;
    this.subscription.dispose();
    this.channel.close();
  }

  private begin(): PanelState {
    this.page += 1;
    this.live = true;
    this.sending = false;
    this.changed = false;
    this.shown = this.state();
    return this.shown;
  }

  private async send(page: number): Promise<void> {
    this.sending = true;
    try {
      while (this.live && this.changed && page === this.page) {
        this.changed = false;
        const state = this.state();
        const onlyRun = this.shown !== null && differOnlyInRun(this.shown, state);
        this.shown = null;
        if (onlyRun) await this.channel.call('progress', state.run, SHOW_LIMIT_MS);
        else await this.channel.call('show', state, SHOW_LIMIT_MS);
        if (page === this.page) this.shown = state;
      }
    } catch (error) {
      // A page that was reloaded or closed meanwhile does not answer; it starts again with `ready`.
      this.log.debug(`page: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      if (page === this.page) this.sending = false;
    }
  }
}

/** A report is never changed in place: the same one is the same object. */
function differOnlyInRun(a: PanelState, b: PanelState): boolean {
  const rest = (state: PanelState): string => JSON.stringify({ ...state, report: null, run: null });
  return a.report === b.report && rest(a) === rest(b);
}
