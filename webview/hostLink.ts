// The page's end of the conversation with the extension, and what the page remembers for itself.
import * as v from 'valibot';
import { Channel } from '../src/panel/channel';
import {
  HOST_CALLS,
  PAGE_CALLS,
  type Argument,
  type PanelRun,
  type PanelState,
  type Result,
  type ToHost,
} from '../src/panel/protocol';
import { NO_FILTER, OUTCOMES } from './caseFilter';
import { CHARTS } from './chartView';

interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): WebviewApi;

export const TABS = ['table', 'chart', 'savings', 'accuracy', 'machine'] as const;

/** Where the person was on the page: no data, which the extension sends again. */
const ViewSchema = v.object({
  tab: v.picklist(TABS),
  chart: v.picklist(CHARTS),
  filter: v.object({ kernel: v.string(), outcome: v.picklist(['', ...OUTCOMES]), words: v.string() }),
  order: v.nullable(v.object({ column: v.string(), direction: v.picklist(['ascending', 'descending']) })),
});
export type PageView = v.InferOutput<typeof ViewSchema>;
const FIRST_VIEW: PageView = { tab: 'table', chart: 'speedup', filter: NO_FILTER, order: null };

/** Long enough for a busy machine; what waits for a person has no limit. */
const ANSWER_LIMIT_MS = 15_000;
const WAITS_FOR_PERSON: ReadonlySet<string> = new Set(['save', 'act']);

export class HostLink {
  private readonly api = acquireVsCodeApi();
  private readonly channel: Channel<typeof HOST_CALLS, typeof PAGE_CALLS>;

  /** @param show draws a state, @param progress only what runs; both resolve when it is drawn */
  constructor(show: (state: PanelState) => Promise<void>, progress: (run: PanelRun | null) => Promise<void>) {
    this.channel = new Channel(
      HOST_CALLS,
      PAGE_CALLS,
      {
        show: async (state) => {
          await show(state);
          return null;
        },
        progress: async (run) => {
          await progress(run);
          return null;
        },
      },
      (message: ToHost) => {
        this.api.postMessage(message);
      },
      (what) => {
        console.warn(`Kernel Lens: ${what}`);
      },
    );
    window.addEventListener('message', (event: MessageEvent<unknown>) => void this.channel.receive(event.data));
  }

  /** Asks the extension. Rejects with words for the person. */
  call<M extends keyof typeof HOST_CALLS>(
    method: M,
    argument: Argument<typeof HOST_CALLS, M>,
  ): Promise<Result<typeof HOST_CALLS, M>> {
    return this.channel.call(method, argument, WAITS_FOR_PERSON.has(method) ? null : ANSWER_LIMIT_MS);
  }

  get view(): PageView {
    const stored = v.safeParse(ViewSchema, this.api.getState());
    return stored.success ? stored.output : FIRST_VIEW;
  }

  set view(view: PageView) {
    this.api.setState(view);
  }
}
