// Who takes part in a run of Python code, in the order of a report's rows, and the kernels that stand behind them.
import path from 'node:path';
import { ProfileError } from '../profile';
import type { ContenderKind, ReportKernel } from '../report';
import type { HubPythonKernelRef, PythonKernelRef, PythonProfileOptions } from './pythonOptions';

export interface PlannedContender {
  /** Of the row; unique in the run. */
  readonly id: string;
  readonly kind: Exclude<ContenderKind, 'variant'>;
  readonly label: string;
  /** The ReportKernel's id; null for what kernels are held against. */
  readonly kernel: string | null;
  /** null: not a kernel. */
  readonly ref: PythonKernelRef | null;
}

/** The harness gives the second of two like contenders this ending. */
const TWIN = '#2';
const SHOWN_OF_COMMIT = 7;

/**
 * The contenders: eager, the kernels or the function, compile. In a test of the measurement the one that is asked about,
 * which the harness takes twice.
 * @throws ProfileError of the kind `usage` for options that name nothing to run.
 */
export function plannedContenders(options: PythonProfileOptions): readonly PlannedContender[] {
  const { work } = options;
  const own =
    work.kind === 'function' ? [functionContender(work.file, work.function)] : kernelContenders(options.kernels);
  if (own.length === 0)
    throw new ProfileError('usage', 'No kernel is named: name one, such as kernels-community/activation@v1.');
  if (options.aa) return own.slice(0, 1);
  const references = work.kind === 'function' && work.against === null ? [] : options.references;
  const eagerLabel = work.kind === 'function' ? (work.against ?? '') : 'PyTorch';
  return [
    ...(references.includes('eager') ? [reference('eager', eagerLabel)] : []),
    ...own,
    ...(references.includes('compile') ? [reference('compile', 'torch.compile')] : []),
  ];
}

/** Those that will take part: in a test of the measurement twice the same. */
export function enteredContenders(planned: readonly PlannedContender[], aa: boolean): readonly PlannedContender[] {
  return aa ? planned.flatMap((one) => [one, { ...one, id: one.id + TWIN, label: `${one.label}, again` }]) : planned;
}

/** The kernels of the report, before anything is known of what was loaded. */
export function plannedKernels(planned: readonly PlannedContender[]): readonly ReportKernel[] {
  return planned.flatMap(({ kernel, ref, kind }) =>
    kernel === null
      ? []
      : [
          {
            id: kernel,
            source: kind === 'function' ? 'function' : (ref?.kind ?? 'hub'),
            language: 'python',
            variant: null,
            commit: ref?.kind === 'hub' ? ref.commit : null,
            version: ref?.kind === 'hub' ? ref.version : null,
            license: ref?.kind === 'hub' ? ref.license : null,
            manifestSpec: '',
            digest: '',
            problem: null,
          } satisfies ReportKernel,
        ],
  );
}

function reference(kind: 'eager' | 'compile', label: string): PlannedContender {
  return { id: kind, kind, label, kernel: null, ref: null };
}

function functionContender(file: string, name: string): PlannedContender {
  return { id: 'function', kind: 'function', label: name, kernel: `${path.basename(file)}:${name}`, ref: null };
}

function kernelContenders(kernels: readonly PythonKernelRef[]): PlannedContender[] {
  const ids = new Set<string>();
  return kernels.map((ref) => {
    const id = ref.kind === 'hub' ? hubId(ref) : folderId(ref.path, ids);
    if (ids.has(id))
      throw new ProfileError('usage', `${id} is named twice: name it once, or compare it with itself by an A/A test.`);
    const first =
      ref.kind === 'folder' || !kernels.slice(0, kernels.indexOf(ref)).some((other) => isSameRepository(ref, other));
    ids.add(id);
    const kernel = ref.kind === 'hub' && first ? ref.id : id;
    return { id, kind: 'kernel', label: labelOf(ref, id, kernels), kernel, ref };
  });
}

function isSameRepository(a: HubPythonKernelRef, b: PythonKernelRef): boolean {
  return b.kind === 'hub' && b.id === a.id;
}

function hubId({ id, version, commit }: HubPythonKernelRef): string {
  if (version !== null) return `${id}@v${version}`;
  if (commit === null)
    throw new ProfileError('usage', `${id} has neither a version nor a commit: name one, such as ${id}@v1.`);
  return `${id}@${commit.slice(0, SHOWN_OF_COMMIT)}`;
}

/** The folder's name, with as much before it as tells it from the others. */
function folderId(folder: string, taken: ReadonlySet<string>): string {
  const parts = folder.split(/[\\/]+/u).filter((part) => part !== '');
  for (let count = 1; count <= parts.length; count++) {
    const id = parts.slice(-count).join('/');
    if (!taken.has(id)) return id;
  }
  return folder;
}

function labelOf(ref: PythonKernelRef, id: string, all: readonly PythonKernelRef[]): string {
  if (ref.kind === 'folder') return id;
  const name = shortName(ref.id);
  const shared = all.some((other) => other.kind === 'hub' && other.id !== ref.id && shortName(other.id) === name);
  const version = ref.version === null ? (ref.commit ?? '').slice(0, SHOWN_OF_COMMIT) : `v${ref.version}`;
  return `${shared ? ref.id : name} ${version}`;
}

function shortName(id: string): string {
  return id.slice(id.indexOf('/') + 1);
}
