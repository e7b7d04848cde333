// The harness's request, made from what a person asked for. One JSON document on standard input, never an argument.
import type { PlannedContender } from './contenderPlan';
import { PROTOCOL } from './harnessEvents';
import { methodNumbers, type MethodNumbers } from './pythonMethod';
import type { BenchmarkScript, PythonProfileOptions, PythonWork } from './pythonOptions';

type KernelsWork = Extract<PythonWork, { kind: 'kernels' }>;
type FunctionWork = Extract<PythonWork, { kind: 'function' }>;
/** As the harness names the fields. */
type Json = Readonly<Record<string, unknown>>;

/** Sources of workloads that are tried together. */
export interface SourceTry {
  readonly sources: readonly Json[];
  /** What a reader of the report has to know when it is this try that found cases; null: nothing. */
  readonly notice: string | null;
}

export interface RequestParts {
  readonly options: PythonProfileOptions;
  readonly contenders: readonly PlannedContender[];
  readonly sources: readonly Json[];
  readonly lockFolder: string;
  /** Harness ids of the cases to run; null: all. */
  readonly only: readonly string[] | null;
  /** Tells the cases and runs none. */
  readonly planOnly: boolean;
}

/** The request as one line, without its end. */
export function harnessRequest(parts: RequestParts): string {
  const { options, contenders, sources, lockFolder, only, planOnly } = parts;
  const numbers: MethodNumbers = methodNumbers(options.size);
  return JSON.stringify({
    v: PROTOCOL,
    device: options.device,
    mode: options.aa ? 'aa' : 'compare',
    size: options.size,
    lockFolder,
    lockWaitS: 0,
    gpu: deviceIndex(options.device),
    only,
    planOnly,
    method: { ...numbers, seed: options.seed, limits: !planOnly },
    contenders: contenders.map((contender) => contenderJson(contender)),
    sources,
  });
}

/**
 * Where workloads are looked for, one try after the other until there are cases. What a kernel's own scripts cannot be
 * told, sizes and dtypes, is for the built-in workloads; else the harness chooses among both.
 */
export function sourceTries(options: PythonProfileOptions): readonly SourceTry[] {
  const { work } = options;
  if (work.kind === 'function') return [{ sources: [functionSource(work, options.dtypes)], notice: null }];
  const scripts = options.kernels[0]?.scripts ?? [];
  const builtin = builtinSource(work, options);
  const own = scriptsSource(scripts, work.workloads);
  if (scripts.length === 0) return [{ sources: [builtin], notice: null }];
  if (work.workloads.length > 0)
    return [{ sources: namedSources(work.workloads, scripts, own, builtin), notice: null }];
  if (work.shapes.length === 0 && options.dtypes.length === 0 && !options.backward) {
    return [{ sources: [own, builtin], notice: null }];
  }
  const notice =
    'No built-in workload is known for this kernel: its own benchmark scripts ran, in the sizes and dtypes that they set.';
  return [
    { sources: [builtin], notice: null },
    { sources: [own], notice },
  ];
}

/** Those sources that know one of the names. */
function namedSources(names: readonly string[], scripts: readonly BenchmarkScript[], own: Json, builtin: Json): Json[] {
  const isClass = names.map((name) => scripts.some(({ source }) => hasClass(source, name.split('.')[0] ?? '')));
  return [...(isClass.includes(true) ? [own] : []), ...(isClass.includes(false) ? [builtin] : [])];
}

function hasClass(source: string, name: string): boolean {
  return source.split('\n').some((line) => /^\s*class\s+(\w+)/u.exec(line)?.[1] === name);
}

function contenderJson({ id, kind, label, ref }: PlannedContender): Json {
  if (ref === null) return { id, kind, label };
  if (ref.kind === 'folder') return { id, kind, label, folder: ref.path };
  const which = ref.commit === null ? { version: ref.version } : { revision: ref.commit };
  return { id, kind, label, repo: ref.id, ...which, trust: ref.trust };
}

function scriptsSource(scripts: readonly BenchmarkScript[], workloads: readonly string[]): Json {
  return {
    kind: 'scripts',
    name: 'benchmarks',
    scripts: scripts.map(({ name, source, folder }) => (folder === null ? { name, source } : { name, source, folder })),
    ...(workloads.length > 0 ? { workloads } : {}),
  };
}

function builtinSource(work: KernelsWork, options: PythonProfileOptions): Json {
  return {
    kind: 'builtin',
    size: options.size,
    backward: options.backward,
    ...(work.workloads.length > 0 ? { workloads: work.workloads } : {}),
    ...(work.shapes.length > 0 ? { shapes: work.shapes } : {}),
    ...(options.dtypes.length > 0 ? { dtypes: options.dtypes } : {}),
  };
}

function functionSource(work: FunctionWork, dtypes: readonly string[]): Json {
  return {
    kind: 'function',
    python: { file: work.file, function: work.function, against: work.against },
    inputs: work.inputs,
    tolerance: work.tolerance,
    ...(dtypes.length > 0 ? { dtypes } : {}),
  };
}

/** The harness names its lock by it: GPUs are counted among those that are visible. */
function deviceIndex(device: string): string {
  return device.split(':')[1] ?? '0';
}
