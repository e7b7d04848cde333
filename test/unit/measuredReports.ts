// Reports of kernels that were measured, as small as they can be. The numbers are invented.
import type {
  ContenderKind,
  MachineReading,
  Report,
  ReportCase,
  ReportKernel,
  ReportRow,
} from '../../src/profile/report';
import { emptyRow } from '../../src/profile/emptyRow';
import { verdictOf } from '../../src/profile/verdict';

export const H100 = 'NVIDIA H100 80GB HBM3';
const READING: MachineReading = {
  gpuClockMhz: null,
  throttled: [],
  temperatureC: null,
  otherProcesses: null,
  driver: null,
  onBattery: null,
};

/** How a kernel came out in a case: a ratio, measured to a hundredth; else it has no time. */
export type Outcome = number | 'wrong' | 'failed' | 'fooled';

/** A kernel of the Hub for Python. @param id of the report: `org/name`, `org/name@v2` */
export function pythonKernel(id: string, change: Partial<ReportKernel> = {}): ReportKernel {
  return {
    id,
    source: 'hub',
    language: 'python',
    variant: 'torch-cuda',
    commit: 'a'.repeat(40),
    version: 1,
    license: null,
    manifestSpec: '',
    digest: '',
    problem: null,
    ...change,
  };
}

function row(id: string, kind: ContenderKind, kernel: string | null, outcome: Outcome): ReportRow {
  const ratio = typeof outcome === 'number' ? outcome : outcome === 'fooled' ? 9 : null;
  const [low, high] = ratio === null ? [0, 0] : [ratio * 0.99, ratio * 1.01];
  const isBaseline = kind === 'eager' || (kind === 'variant' && id === 'unfused');
  return {
    ...emptyRow({
      id,
      kind,
      kernel,
      label: kind === 'eager' ? 'PyTorch' : id,
      variant: '',
      description: '',
      baseline: isBaseline,
    }),
    status: ratio === null ? (outcome === 'wrong' ? 'wrong' : 'failed') : 'timed',
    speedup: ratio === null || isBaseline ? null : { ratio, low, high, verdict: verdictOf(low, high) },
    guards: outcome === 'fooled' ? [{ id: 'streams', passed: false, text: 'It worked on another stream.' }] : [],
  };
}

/** A case of one workload with a row for each kernel; of WebGPU (`variants`) with a row for each variant of one kernel. */
export function measuredCase(
  name: string,
  outcomes: Readonly<Record<string, Outcome>>,
  how: 'python' | 'variants' = 'python',
): ReportCase {
  const kernel = how === 'python' ? (Object.keys(outcomes)[0] ?? '') : name;
  const rows = Object.entries(outcomes).map(([id, outcome]) =>
    how === 'python' ? row(id, 'kernel', id, outcome) : row(id, 'variant', null, outcome),
  );
  return {
    id: `${kernel}/${name}`,
    kernel,
    name,
    label: name,
    tags: [],
    dtype: 'float16',
    attributes: {},
    inputs: {},
    outputs: {},
    leastBytes: 0,
    flops: null,
    oracle: { kind: 'float64', text: '' },
    cache: '',
    status: 'done',
    reason: null,
    rows: how === 'python' ? [row('eager', 'eager', null, 1), ...rows, row('compile', 'compile', null, 1.5)] : rows,
    rejected: [],
    flags: [],
    durationMs: 1,
  };
}

/** Of an H100, in Python, unless `change` says otherwise. */
export function measuredReport(
  kernels: readonly ReportKernel[],
  cases: readonly ReportCase[],
  change: Partial<Report> & { readonly adapter?: Partial<Report['machine']['adapter']>; readonly cpu?: string } = {},
): Report {
  const { adapter, cpu, ...rest } = change;
  return {
    schema: 'kernel-lens/report',
    version: 2,
    id: '1f2e3d4c',
    createdAt: '2026-11-22T10:00:00.000Z',
    durationMs: 1,
    tool: { name: 'Kernel Lens', version: '0', dawn: '' },
    command: [],
    mode: 'compare',
    status: 'complete',
    reason: null,
    method: { seed: 1, confidence: 0.95, targetHalfWidth: 0.005, timeLimitMs: 1, sameWithin: 0.02, text: [] },
    machine: {
      os: 'Linux',
      cpu: cpu ?? 'Example CPU',
      cores: 1,
      memoryBytes: 1,
      runtime: 'Python 3.12.3',
      python: null,
      adapter: {
        name: H100,
        vendor: 'nvidia',
        architecture: 'sm_90',
        device: 'cuda:0',
        description: '',
        backend: 'cuda',
        software: false,
        features: [],
        limits: {},
        ...adapter,
      },
      timer: { kind: 'cuda-events', resolutionNs: 1 },
      reference: { copyBytesPerSecond: null, copyBytes: 0, copySamplesNs: [], dispatchNs: null, products: {} },
      before: READING,
      after: READING,
    },
    kernels: [...kernels],
    cases: [...cases],
    flags: [],
    ...rest,
  };
}
