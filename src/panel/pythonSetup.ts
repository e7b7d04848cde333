// What the page shows of a run in Python before it is started. No vscode in here.
import type { KernelDetails } from '../kernels/kernelDetails';
import type { KernelSummary } from '../kernels/kernelSummary';
import { shownText } from '../kernels/shownText';
import { verdictWords } from '../kernels/verdictWords';
import type { WorksHere } from '../kernels/worksHere';
import { interpreterText } from '../machine/interpreterText';
import type { MachineState } from '../machine/machineTypes';
import { printShapes } from '../profile/python/shapeText';
import { callableNames, exampleSizes, workloadsFor, type KnownWorkload } from './knownWorkloads';
import type { PythonChoice, PythonKernelItem, PythonSetup } from './protocol';
import type { PythonCandidate } from './pythonChoice';
import { subjectWords, type HubSubject } from './pythonSubjects';
import { readShapes } from './typedShapes';

/** What is known of a kernel of the Hub without asking anybody. */
export interface KnownKernel {
  readonly summary: KernelSummary | null;
  /** Of the newest version. */
  readonly details: KernelDetails | null;
  /** Of the version that was asked for. */
  readonly verdict: WorksHere;
}

export interface PythonSetupFacts {
  readonly candidates: readonly (PythonCandidate & { readonly group: string })[];
  readonly choice: PythonChoice;
  /** Null: nothing is known. */
  readonly known: (kernel: HubSubject) => KnownKernel | null;
  readonly workloads: readonly KnownWorkload[];
  /** Workloads of benchmark scripts that were seen, by the key of the kernel. */
  readonly scripts: Readonly<Record<string, readonly string[]>>;
  readonly machine: MachineState;
  readonly trusted: boolean;
}

/** In the order in which people name them; others follow. */
const USUAL_DTYPES = ['float32', 'float16', 'bfloat16'];
const UNTRUSTED =
  'Nothing is run with Python, because this workspace is not trusted: kernels and scripts are programs of other people. Trust it to run them.';

export function pythonSetup(facts: PythonSetupFacts): PythonSetup {
  const { candidates, choice, machine, trusted } = facts;
  const chosen = chosenOf(facts);
  const builtIn = builtInWorkloads(facts, chosen);
  const { problem: shapesProblem } = typedShapes(facts);
  const [example] = measuredOf(builtIn, choice);
  return {
    kernels: candidates.map((candidate) => kernelItem(candidate, facts)),
    versions: otherVersions(chosen[0], facts),
    workloads: [...builtIn.map(builtInItem), ...scriptItems(facts, chosen)],
    dtypes: dtypesOf(builtIn).map((key) => ({ key, label: key, detail: '' })),
    shapesProblem,
    shapesExample: example === undefined ? '' : printShapes([exampleSizes(example)]),
    interpreter: machine.python === null ? '' : interpreterText(machine.python, machine.system.python),
    problem: trusted ? interpreterProblem(machine) : UNTRUSTED,
    trusted,
    runnable: trusted && chosen.length > 0 && shapesProblem === null,
    choice,
  };
}

/** The shapes that were typed, for the workloads that are going to run. */
export function typedShapes(
  facts: Omit<PythonSetupFacts, 'machine' | 'trusted' | 'scripts'>,
): ReturnType<typeof readShapes> {
  return readShapes(facts.choice.shapes, measuredOf(builtInWorkloads(facts, chosenOf(facts)), facts.choice));
}

function chosenOf({
  candidates,
  choice,
}: Pick<PythonSetupFacts, 'candidates' | 'choice'>): PythonSetupFacts['candidates'] {
  return choice.kernels.flatMap((key) => candidates.find((candidate) => candidate.key === key) ?? []);
}

function kernelItem(
  { key, subject, problem, group }: PythonSetupFacts['candidates'][number],
  { known }: PythonSetupFacts,
): PythonKernelItem {
  const { label, detail } = subjectWords(subject);
  const verdict = subject.kind === 'hub' ? known(subject)?.verdict : undefined;
  return {
    key,
    label,
    detail: verdict === undefined ? detail : `${detail} · ${verdictWords(verdict)}`,
    group,
    problem,
    alone: subject.kind === 'function',
    against: subject.kind === 'function' ? shownText(subject.work.against ?? '', 60) : null,
  };
}

function otherVersions(first: PythonCandidate | undefined, { known }: PythonSetupFacts): PythonSetup['versions'] {
  if (first?.subject.kind !== 'hub') return [];
  const versions = known(first.subject)?.details?.versions ?? [];
  const own = first.subject.version ?? versions.at(-1)?.version;
  return versions
    .filter(({ version }) => version !== own)
    .map(({ version, commit }) => ({
      version,
      label: `v${version}`,
      detail: `commit ${commit.slice(0, 7)}${version === versions.at(-1)?.version ? ', the newest' : ''}`,
    }))
    .reverse();
}

/** Of these, the ones that are chosen. */
function measuredOf(builtIn: readonly KnownWorkload[], { workloads }: PythonChoice): readonly KnownWorkload[] {
  return workloads.length === 0 ? builtIn : builtIn.filter(({ id }) => workloads.includes(id));
}

/** Those that the chosen kernels have functions for. A function of a file brings its own inputs. */
function builtInWorkloads(
  { known, workloads }: Pick<PythonSetupFacts, 'known' | 'workloads'>,
  chosen: readonly PythonCandidate[],
): readonly KnownWorkload[] {
  if (chosen.some(({ subject }) => subject.kind === 'function')) return [];
  const names = chosen.map(({ subject }) => (subject.kind === 'hub' ? namesOf(subject, known) : null));
  return workloadsFor(workloads, names);
}

function namesOf(subject: HubSubject, known: PythonSetupFacts['known']): readonly string[] | null {
  const kernel = known(subject);
  return callableNames(kernel?.details ?? null) ?? callableNames(kernel?.summary ?? null);
}

function builtInItem({ id, label, sizes }: KnownWorkload): PythonSetup['workloads'][number] {
  const numbers = Object.entries(sizes).filter(([, size]) => typeof size === 'number');
  return {
    key: id,
    label,
    detail: numbers.map(([name, size]) => `${name} ${String(size)}`).join(', '),
    group: 'Built in',
  };
}

function scriptItems({ scripts }: PythonSetupFacts, chosen: readonly PythonCandidate[]): PythonSetup['workloads'] {
  const names = new Set(chosen.flatMap(({ key }) => scripts[key] ?? []));
  return [...names].map((name) => ({
    key: name,
    label: shownText(name, 80),
    detail: '',
    group: "The kernel's own benchmarks",
  }));
}

function dtypesOf(workloads: readonly KnownWorkload[]): readonly string[] {
  const taken = new Set(workloads.flatMap(({ dtypes }) => dtypes));
  const usual = USUAL_DTYPES.filter((dtype) => taken.size === 0 || taken.has(dtype));
  return [...usual, ...[...taken].filter((dtype) => !USUAL_DTYPES.includes(dtype)).sort()];
}

function interpreterProblem({ python, system, loading }: MachineState): string | null {
  if (python !== null && python.torchVersion !== null) return null;
  if (python !== null) return 'PyTorch is not installed in it.';
  if (loading) return 'Looking for Python…';
  return 'missing' in system.python ? system.python.missing : null;
}
