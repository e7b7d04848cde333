// What the page and the extension say to each other. Two unions, one for each direction; every request carries an id and
// is answered `ok` or `err` with that id. The page names actions and keys; it never names a command, a path or an address.
import * as v from 'valibot';
import { ReportSchema } from '../profile/report';

const text = v.string();
/** What a person types into a field. */
const typed = v.pipe(v.string(), v.maxLength(4000));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/**
 * What the extension offers where a kernel does not run here; what each means is known there. As many as remedies may
 * have in all.
 */
export const TRY_ACTIONS = [
  'try-remedy-0',
  'try-remedy-1',
  'try-remedy-2',
  'try-remedy-3',
  'try-remedy-4',
  'try-remedy-5',
] as const;

/** A step that the page may offer as a button. What it does is decided on the extension's side. */
const ActionSchema = v.picklist([
  'run-default',
  'run-again',
  'change-adapter',
  'choose-python',
  'add-folder',
  'add-python-folder',
  'add-hub-kernel',
  'manage-trust',
  'open-report',
  'open-as-text',
  'show-log',
  ...TRY_ACTIONS,
]);

const ProblemSchema = v.object({
  title: text,
  /** What happened, why, and what to do. */
  text,
  /** What would help, one line each; `code`: a command line, shown as it is. */
  remedies: v.array(v.object({ text, code: v.nullable(text) })),
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

/** What kernels are written in, or rather called from. */
export const LanguageSchema = v.picklist(['javascript', 'python']);

const SizeSchema = v.picklist(['quick', 'default', 'full']);

/** Something that can be chosen in a list. */
const ItemSchema = v.object({ key: text, label: text, detail: text });

const PythonKernelSchema = v.object({
  ...ItemSchema.entries,
  /** Under which heading it stands. */
  group: text,
  /** Why it cannot be run now; null when it can. */
  problem: v.nullable(text),
  /** Measured by itself: choosing it is choosing nothing else. */
  alone: v.boolean(),
  /** What it is held against, where that is not PyTorch's own; empty: nothing is. */
  against: v.nullable(text),
});

export const PythonChoiceSchema = v.object({
  /** Keys; the first is the one that is asked about. */
  kernels: v.array(text),
  /** Further versions of the first kernel. */
  versions: v.array(count),
  /** Keys of workloads; empty: all that the kernels have functions for. */
  workloads: v.array(text),
  /** As it was typed: `tokens=4096,inner=14336; tokens=1,inner=14336`; empty: those of real models. */
  shapes: typed,
  /** Empty: what suits device and workload. */
  dtypes: v.array(text),
  backward: v.boolean(),
  compile: v.boolean(),
  size: SizeSchema,
});

const PythonSetupSchema = v.object({
  kernels: v.array(PythonKernelSchema),
  /** Other versions of the first kernel that is chosen; empty: it has none, or nobody knows. */
  versions: v.array(v.object({ version: count, label: text, detail: text })),
  workloads: v.array(v.object({ ...ItemSchema.entries, group: text })),
  dtypes: v.array(ItemSchema),
  /** What is wrong with the shapes as they were typed; null: nothing. */
  shapesProblem: v.nullable(text),
  /** Shapes that the chosen workloads take, as an example. */
  shapesExample: text,
  /** `Python 3.12 .venv · torch 2.12 + CUDA 12.8`. */
  interpreter: text,
  /** Why kernels cannot be run with it; null: nothing is known to speak against it. */
  problem: v.nullable(text),
  /** False: nothing is run before the workspace is trusted. */
  trusted: v.boolean(),
  /** Whether what is chosen can be run. */
  runnable: v.boolean(),
  choice: PythonChoiceSchema,
});

const WebGpuSetupSchema = v.object({ kernels: v.array(KernelChoiceSchema), choice: RunChoiceSchema, adapter: text });

const SetupSchema = v.object({ language: LanguageSchema, webgpu: WebGpuSetupSchema, python: PythonSetupSchema });

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
  setup: v.nullable(SetupSchema),
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
  /** As `run`, of Python kernels. */
  runPython: { argument: PythonChoiceSchema, result: nothing },
  /** Answered when the run has stopped. */
  cancel: { argument: nothing, result: nothing },
  /** Keeps what is chosen for the next run. */
  choose: { argument: RunChoiceSchema, result: nothing },
  choosePython: { argument: PythonChoiceSchema, result: nothing },
  chooseLanguage: { argument: LanguageSchema, result: nothing },
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
export type Language = v.InferOutput<typeof LanguageSchema>;
export type RunSize = v.InferOutput<typeof SizeSchema>;
export type PanelSetup = v.InferOutput<typeof SetupSchema>;
export type WebGpuSetup = v.InferOutput<typeof WebGpuSetupSchema>;
export type PythonSetup = v.InferOutput<typeof PythonSetupSchema>;
export type PythonKernelItem = v.InferOutput<typeof PythonKernelSchema>;
export type PythonChoice = v.InferOutput<typeof PythonChoiceSchema>;
export type ExportFormat = v.InferOutput<typeof FormatSchema>;
