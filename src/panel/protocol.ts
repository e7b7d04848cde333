// What the page and the extension say to each other. Two unions, one for each direction; every request carries an id and
// is answered `ok` or `err` with that id. The page names actions and keys; it never names a command, a path or an address.
import * as v from 'valibot';
import { ReportSchema } from '../profile/report';

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A step that the page may offer as a button. What it does is decided on the extension's side. */
const ActionSchema = v.picklist([
  'run-default',
  'change-adapter',
  'add-folder',
  'manage-trust',
  'open-report',
  'open-as-text',
  'show-log',
]);

const ProblemSchema = v.object({
  title: text,
  /** What happened, why, and what to do. */
  text,
  actions: v.array(v.object({ action: ActionSchema, label: text })),
});

const CaseChoiceSchema = v.object({ name: text, detail: text });

const KernelChoiceSchema = v.object({
  /** How the page names this kernel; only the extension knows where it lies. */
  key: text,
  label: text,
  detail: text,
  cases: v.array(CaseChoiceSchema),
  /** Why it cannot be run now; null when it can. */
  problem: v.nullable(text),
});

const RunChoiceSchema = v.object({
  kernels: v.array(text),
  /** Names of cases by kernel key; null: the cases that suit the adapter. */
  cases: v.nullable(v.record(text, v.array(text))),
  quick: v.boolean(),
});

const RunSchema = v.object({
  done: count,
  /** 0 until the plan is made. */
  total: count,
  label: text,
  phase: text,
  secondsLeft: v.nullable(v.number()),
  cancelling: v.boolean(),
});

/** Everything the page shows, whole: a page that was hidden or reloaded needs nothing else. */
export const PanelStateSchema = v.object({
  /** `panel`: profiles are run here. `file`: a report file, read only. */
  surface: v.picklist(['panel', 'file']),
  /** The file's name; empty on the panel. */
  fileName: text,
  report: v.nullable(ReportSchema),
  /** Where the report was written, in words; null when it was not. */
  saved: v.nullable(text),
  run: v.nullable(RunSchema),
  /** What can be run and what is chosen; null where nothing can be. */
  setup: v.nullable(v.object({ kernels: v.array(KernelChoiceSchema), choice: RunChoiceSchema, adapter: text })),
  problem: v.nullable(ProblemSchema),
});

const FormatSchema = v.picklist(['json', 'markdown', 'csv']);

const nothing = v.null_();

/** What the page asks of the extension. */
export const HOST_CALLS = {
  /** The page has loaded: answers with what it shows first. */
  ready: { argument: nothing, result: PanelStateSchema },
  /** Starts a profile; answered once it has started. */
  run: { argument: RunChoiceSchema, result: nothing },
  /** Answered when the run has stopped. */
  cancel: { argument: nothing, result: nothing },
  /** Keeps what is chosen for the next run. */
  choose: { argument: RunChoiceSchema, result: nothing },
  copyMarkdown: { argument: nothing, result: nothing },
  /** Answered when the person has chosen a file, or has not: the file's name or null. */
  save: { argument: FormatSchema, result: v.nullable(text) },
  act: { argument: ActionSchema, result: nothing },
};

/** What the extension asks of the page. */
export const PAGE_CALLS = {
  /** Draw this. Answered when it is drawn, so at most one is on its way. */
  show: { argument: PanelStateSchema, result: nothing },
  /** Only the run has changed since the last `show`. */
  progress: { argument: v.nullable(RunSchema), result: nothing },
};

export type Contract = Readonly<
  Record<string, { readonly argument: v.GenericSchema; readonly result: v.GenericSchema }>
>;
export type Argument<C extends Contract, M extends keyof C> = v.InferOutput<C[M]['argument']>;
export type Result<C extends Contract, M extends keyof C> = v.InferOutput<C[M]['result']>;

/** A request of a contract, as it crosses the boundary. */
export type Request<C extends Contract> = {
  [M in keyof C & string]: {
    readonly type: 'request';
    readonly id: string;
    readonly method: M;
    readonly argument: Argument<C, M>;
  };
}[keyof C & string];

/** The answer to the request with the same id. */
export type Answer =
  | { readonly type: 'ok'; readonly id: string; readonly result: unknown }
  | { readonly type: 'err'; readonly id: string; readonly message: string };

/** Every message from the page to the extension. */
export type ToHost = Request<typeof HOST_CALLS> | Answer;
/** Every message from the extension to the page. */
export type ToPage = Request<typeof PAGE_CALLS> | Answer;

export type PanelState = v.InferOutput<typeof PanelStateSchema>;
export type PanelRun = v.InferOutput<typeof RunSchema>;
export type PanelProblem = v.InferOutput<typeof ProblemSchema>;
export type PanelAction = v.InferOutput<typeof ActionSchema>;
export type KernelChoice = v.InferOutput<typeof KernelChoiceSchema>;
export type RunChoice = v.InferOutput<typeof RunChoiceSchema>;
export type ExportFormat = v.InferOutput<typeof FormatSchema>;
