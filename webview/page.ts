import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { HOST_CALLS, Argument, PanelAction, PanelRun, PanelSetup, PanelState } from '../src/panel/protocol';
import type { Report } from '../src/profile/report';
import { accuracyView } from './accuracyView';
import { filterBar, filteredReport } from './caseFilter';
import { chartView } from './chartView';
import { emptyView } from './emptyView';
import { HostLink, TABS, type PageView } from './hostLink';
import { machineView } from './machineView';
import { pageHead } from './pageHead';
import { pageStyles } from './pageStyles';
import { answerSentence, noteLines, problemView } from './pageParts';
import { overviewTable } from './overviewTable';
import { resultTable } from './resultTable';
import { progressWords } from './runProgress';
import { savingsTitle, savingsView } from './savingsView';
import { nextOrder } from './sortOrder';
import { UnconfirmedChoices, type Choices } from './unconfirmedChoices';

const TAB_TITLES: Readonly<Record<Exclude<PageView['tab'], 'savings'>, string>> = {
  table: 'Table',
  chart: 'Chart',
  accuracy: 'Accuracy',
  machine: 'Machine',
};
const MESSAGE_MS = 4000;

/** The page: shows what the extension says, and asks it for everything that is done. */
@customElement('kernel-lens-page')
export class Page extends LitElement {
  @state() private shown: PanelState | null = null;
  @state() private view: PageView;
  /** What the last request came to, in words. */
  @state() private message: { text: string; failed: boolean } | null = null;
  private readonly host: HostLink;
  /** What was chosen, until the extension has it. */
  private readonly unconfirmed = new UnconfirmedChoices();
  private messageTimer: ReturnType<typeof setTimeout> | undefined;

  static override readonly styles = pageStyles;

  constructor() {
    super();
    this.host = new HostLink(
      async (shown) => {
        this.take(shown);
        await this.updateComplete;
      },
      async (run) => {
        if (this.shown !== null) this.shown = { ...this.shown, run };
        await this.updateComplete;
      },
    );
    this.view = this.host.view;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.begin();
  }

  protected override render(): TemplateResult {
    const { shown } = this;
    if (shown === null) {
      return html`<main aria-busy="true">${this.message === null ? nothing : this.renderMessage()}</main>`;
    }
    const { report, run, problem } = shown;
    return html`<main>
      ${pageHead(shown, {
        run: () => {
          if (shown.setup !== null) this.run(shown.setup);
        },
        cancel: () => {
          this.ask('cancel', null);
        },
        choose: (choice) => {
          this.choose('choose', choice);
        },
        choosePython: (choice) => {
          this.choose('choosePython', choice);
        },
        chooseLanguage: (language) => {
          this.choose('chooseLanguage', language);
        },
        copy: () => {
          this.ask('copyMarkdown', null, 'Copied as Markdown.');
        },
        save: (format) => {
          void this.save(format);
        },
        act: (action) => {
          this.act(action);
        },
      })}
      <div class="unseen" role="status" aria-live="polite">${progressWords(run, report)}</div>
      ${this.renderMessage()}
      ${
        problem === null
          ? nothing
          : problemView(problem, (action) => {
              this.act(action);
            })
      }
      ${
        report === null
          ? problem === null
            ? emptyView(shown, (action) => {
                this.act(action);
              })
            : nothing
          : this.renderReport(shown)
      }
    </main>`;
  }

  private renderReport({ report, run }: PanelState): TemplateResult | typeof nothing {
    if (report === null) return nothing;
    const { tab, filter } = this.view;
    const looked = filteredReport(report, filter);
    const panels: Readonly<Record<PageView['tab'], () => TemplateResult>> = {
      table: () =>
        report.cases.length === 0
          ? noCases(report, run)
          : html`${looked.cases.length < report.cases.length ? nothing : this.renderOverview(report)}
            ${resultTable(looked, this.view.order, (column) => {
              this.look({ order: nextOrder(this.view.order, column) });
            })}`,
      chart: () =>
        chartView(looked, this.view.chart, (chart) => {
          this.look({ chart });
        }),
      savings: () => savingsView(looked),
      accuracy: () => accuracyView(looked),
      machine: () => machineView(report),
    };
    const shown = (name: PageView['tab']): TemplateResult =>
      name === 'machine' ? panels.machine() : this.renderCases(report, looked, panels[name]);
    return html`${answerSentence(report, run)} ${noteLines(report)}
      <vscode-tabs
        selected-index=${TABS.indexOf(tab)}
        @vsc-tabs-select=${(event: CustomEvent<{ selectedIndex: number }>) => {
          this.look({ tab: TABS[event.detail.selectedIndex] ?? 'table' });
        }}
      >
        ${TABS.map(
          (name) =>
            html`<vscode-tab-header slot="header"
                >${name === 'savings' ? savingsTitle(report) : TAB_TITLES[name]}</vscode-tab-header
              >
              <vscode-tab-panel>${name === tab ? shown(name) : nothing}</vscode-tab-panel>`,
        )}
      </vscode-tabs>`;
  }

  /** The cases that are looked for; that there are none, where the filter lets none through. */
  private renderCases(report: Report, looked: Report, panel: () => TemplateResult): TemplateResult {
    const none = looked.cases.length === 0 && report.cases.length > 0;
    return html`${this.renderFilter(report)} ${none ? html`<p class="quiet empty">No case is like that.</p>` : panel()}`;
  }

  private renderFilter(report: Report): TemplateResult | typeof nothing {
    return filterBar(report, this.view.filter, (filter) => {
      this.look({ filter });
    });
  }

  private renderOverview(report: Report): TemplateResult | typeof nothing {
    return overviewTable(report, (kernel) => {
      this.look({ filter: { ...this.view.filter, kernel } });
    });
  }

  private renderMessage(): TemplateResult {
    const text = this.message?.text ?? '';
    const kind = this.message?.failed === true ? 'failed' : '';
    return html`<div class="message ${kind}" role="alert" ?hidden=${text === ''} .textContent=${text}></div>`;
  }

  private async begin(): Promise<void> {
    try {
      this.shown = await this.host.call('ready', null);
    } catch (error) {
      this.say(`The page got nothing to show: ${wordsOf(error)}. Close it and open it again.`, true);
    }
  }

  private look(change: Partial<PageView>): void {
    this.view = { ...this.view, ...change };
    this.host.view = this.view;
  }

  private run({ language, webgpu, python }: PanelSetup): void {
    if (language === 'python') this.ask('runPython', python.choice);
    else this.ask('run', webgpu.choice);
  }

  /** Shown at once; what the extension sends before it knows of it does not take it back. */
  private choose<M extends keyof Choices>(method: M, choice: Choices[M]): void {
    const settled = this.unconfirmed.keep(method, choice);
    if (this.shown !== null) this.take(this.shown);
    this.host
      .call(method, choice as Argument<typeof HOST_CALLS, M>)
      .catch((error: unknown) => {
        this.say(wordsOf(error), true);
      })
      .finally(settled);
  }

  private take(state: PanelState): void {
    this.shown = state.setup === null ? state : { ...state, setup: this.unconfirmed.put(state.setup) };
  }

  private act(action: PanelAction): void {
    this.ask('act', action);
  }

  private async save(format: Argument<typeof HOST_CALLS, 'save'>): Promise<void> {
    try {
      const file = await this.host.call('save', format);
      if (file !== null) this.say(`Wrote ${file}.`, false);
    } catch (error) {
      this.say(wordsOf(error), true);
    }
  }

  /** Asks for something that has no answer but that it was done, which `done` says. */
  private ask<M extends 'run' | 'runPython' | 'cancel' | 'copyMarkdown' | 'act'>(
    method: M,
    argument: Argument<typeof HOST_CALLS, M>,
    done = '',
  ): void {
    this.host.call(method, argument).then(
      () => {
        if (done !== '') this.say(done, false);
      },
      (error: unknown) => {
        this.say(wordsOf(error), true);
      },
    );
  }

  private say(text: string, failed: boolean): void {
    clearTimeout(this.messageTimer);
    this.message = { text, failed };
    // An error stays until something else is said.
    if (failed) return;
    this.messageTimer = setTimeout(() => {
      this.message = null;
    }, MESSAGE_MS);
  }
}

function noCases({ machine }: Report, run: PanelRun | null): TemplateResult {
  const picker = machine.python === null ? 'Cases' : 'Workloads';
  return html`<p class="quiet empty">
    ${run === null ? `No case was run: choose others under ${picker}, or see the lines above.` : 'Rows appear here as they finish.'}
  </p>`;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
