// One case of Python code: the harness's event as the report's case.
import { shortDtype } from '../format';
import type { ReportCase, ReportReference, ReportRow, RowGuard, TimerKind } from '../report';
import type { PlannedContender } from './contenderPlan';
import type { HarnessCase, HarnessRow } from './harnessEvents';
import { causeText, problemText } from './problemText';
import { pythonRow, type RowBaseline, type RowContender, type RowSetting } from './pythonRow';

export interface CaseSetting {
  /** In the order of the rows. */
  readonly contenders: readonly RowContender[];
  readonly seed: number;
  readonly targetHalfWidth: number;
  readonly reference: ReportReference;
  readonly timer: TimerKind;
  readonly software: boolean;
  /** What the supervisor saw of this case. */
  readonly guards: readonly RowGuard[];
}

/** No fault of the contender's: the case is not for it. */
const NOT_FOR_IT = 'not-applicable';
/** A script sets its own dtypes. */
const UNSAID = 'as in the script';
const NOBODY: RowBaseline = { exactness: null, samplesNs: null };

/** The id of a harness's case in the report: `<kernel id>/<workload>/<sizes>/<dtype>`. */
export function caseId(kernel: string, harnessId: string): string {
  return `${kernel}/${harnessId}`;
}

/** The kernel that a run asks about: the first one, or the function. */
export function askedKernel(contenders: readonly PlannedContender[]): string {
  return contenders.find(({ kernel }) => kernel !== null)?.kernel ?? '';
}

export function pythonCase(event: HarnessCase, setting: CaseSetting): ReportCase {
  const kernel = askedKernel(setting.contenders.map(({ planned }) => planned));
  const id = caseId(kernel, event.id);
  const dtype = dtypeOf(event);
  const rows = caseRows(event, {
    ...setting,
    caseId: id,
    leastBytes: event.leastBytes ?? 0,
    flops: event.flops,
    dtype,
  });
  const { model, ...attributes } = event.shape;
  return {
    id,
    kernel,
    name: event.workload,
    label: dtype === UNSAID ? event.label : `${event.label} ${shortDtype(dtype)}`,
    tags: typeof model === 'string' ? [model] : [],
    dtype,
    attributes,
    inputs: Object.fromEntries(Object.entries(event.inputs).map(([name, tensor]) => [name, { ...tensor }])),
    outputs: {},
    leastBytes: event.leastBytes ?? 0,
    flops: event.flops,
    oracle: oracleOf(event),
    cache: event.cache === undefined ? 'not reached' : cacheText(event.cache, event.inputSets ?? 0),
    status: event.status,
    reason: event.problem === null ? null : problemText(event.problem),
    rows,
    rejected: rejectedOf(event, setting.contenders),
    flags: [...event.flags],
    durationMs: event.durationMs,
  };
}

/** Rows in the order of the contenders; those that the case is not for are not among them. */
function caseRows(event: HarnessCase, setting: CaseSetting & RowSetting): ReportRow[] {
  const entered = event.rows.filter((row) => !isRejected(row));
  const first = entered.find((row) => row.contender.baseline) ?? entered[0];
  let baseline = NOBODY;
  const ofBaseline = setting.contenders.find(({ planned }) => planned.id === first?.contender.id);
  const baselineRow =
    first === undefined || ofBaseline === undefined ? null : pythonRow(ofBaseline, first, NOBODY, true, setting);
  if (baselineRow !== null) {
    const { accuracy, timing, contender } = baselineRow;
    const exactness = accuracy === null ? null : { label: contender.label, accuracy };
    baseline = { exactness, samplesNs: timing?.samplesNs ?? null };
  }
  return setting.contenders.flatMap((contender) => {
    const { id } = contender.planned;
    const row = entered.find((one) => one.contender.id === id);
    if (row !== undefined && row === first) return baselineRow ?? [];
    return row === undefined ? [] : pythonRow(contender, row, baseline, false, setting);
  });
}

function isRejected(row: HarnessRow): boolean {
  return row.status === 'failed' && row.problem?.kind === NOT_FOR_IT;
}

function rejectedOf(event: HarnessCase, contenders: readonly RowContender[]): ReportCase['rejected'] {
  return event.rows.filter(isRejected).map(({ contender, problem }) => ({
    variant: contenders.find(({ planned }) => planned.id === contender.id)?.planned.label ?? contender.label,
    reason: problem === null ? '' : causeText({ ...problem, detail: null }),
  }));
}

/** Where the harness does not say, the dtype of the largest input with fractions. */
function dtypeOf({ dtype, inputs }: HarnessCase): string {
  if (dtype !== UNSAID) return dtype;
  const floats = Object.values(inputs).filter((tensor) => tensor.dtype.includes('float'));
  return floats.toSorted((a, b) => b.bytes - a.bytes)[0]?.dtype ?? dtype;
}

function oracleOf({ oracle, status }: HarnessCase): ReportCase['oracle'] {
  if (oracle === undefined) return { kind: 'none', text: status === 'failed' ? 'not reached' : 'ran, no oracle' };
  if (oracle.dtype === null) return { kind: 'none', text: 'ran, no oracle' };
  if (oracle.dtype === 'float64') return { kind: 'float64', text: oracle.text };
  return { kind: 'reference', text: `${oracle.text}; it turns to ${oracle.dtype} in places` };
}

function cacheText(cache: string, sets: number): string {
  return sets > 1 ? `${cache} (${sets} sets)` : cache;
}
