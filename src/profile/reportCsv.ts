// A report as CSV (RFC 4180): one line a row, full precision, units in the names of the columns.
import { kernelOfRow } from './reportCells';
import { productRate } from './reportLimits';
import type { Report, ReportCase, ReportKernel, ReportRow, ReportTensor } from './report';

type Cell = string | number | boolean | null;
type Column = readonly [name: string, cell: (report: Report, item: ReportCase, row: ReportRow | null) => Cell];

const COLUMNS: readonly Column[] = [
  ['report', (report) => report.id],
  ['created_at', (report) => report.createdAt],
  ['tool_version', (report) => report.tool.version],
  ['mode', (report) => report.mode],
  ['adapter', (report) => report.machine.adapter.name],
  ['software_adapter', (report) => report.machine.adapter.software],
  ['timer', (report) => report.machine.timer.kind],
  ['copy_bytes_per_s', (report) => report.machine.reference.copyBytesPerSecond],
  ['product_flops_per_s', (report, item) => productRate(item, report.machine.reference)],
  ['python', (report) => report.machine.python?.python ?? null],
  ['torch', (report) => report.machine.python?.torch ?? null],
  ['torch_platform', (report) => report.machine.python?.platform ?? null],
  ['kernels_library', (report) => report.machine.python?.kernels ?? null],
  ['kernel', (_, item) => item.kernel],
  ['kernel_digest', (report, item, row) => kernelOf(report, item, row)?.digest ?? null],
  ['kernel_commit', (report, item, row) => kernelOf(report, item, row)?.commit ?? null],
  ['case', (_, item) => item.name],
  ['dtype', (_, item) => item.dtype],
  ['inputs', (_, item) => tensors(item.inputs)],
  ['outputs', (_, item) => tensors(item.outputs)],
  ['attributes', (_, item) => JSON.stringify(item.attributes)],
  ['case_status', (_, item) => item.status],
  ['case_reason', (_, item) => item.reason],
  ['contender', (_, __, row) => row?.contender.id ?? null],
  ['contender_kind', (_, __, row) => row?.contender.kind ?? null],
  ['contender_label', (_, __, row) => row?.contender.label ?? null],
  ['variant', variantOf],
  ['baseline', (_, __, row) => row?.contender.baseline ?? null],
  ['status', (_, __, row) => row?.status ?? null],
  ['reason', (_, __, row) => row?.reason ?? null],
  ['median_ns', (_, __, row) => row?.timing?.medianNs ?? null],
  ['median_low_ns', (_, __, row) => row?.timing?.lowNs ?? null],
  ['median_high_ns', (_, __, row) => row?.timing?.highNs ?? null],
  ['q1_ns', (_, __, row) => row?.timing?.q1Ns ?? null],
  ['q3_ns', (_, __, row) => row?.timing?.q3Ns ?? null],
  ['samples', (_, __, row) => row?.timing?.samplesNs.length ?? null],
  ['batch', (_, __, row) => row?.timing?.batch ?? null],
  ['stopped_by', (_, __, row) => row?.timing?.stoppedBy ?? null],
  ['speedup_ratio', (_, __, row) => row?.speedup?.ratio ?? null],
  ['speedup_low', (_, __, row) => row?.speedup?.low ?? null],
  ['speedup_high', (_, __, row) => row?.speedup?.high ?? null],
  ['verdict', (_, __, row) => row?.speedup?.verdict ?? null],
  ['least_bytes', (_, item) => item.leastBytes],
  ['bytes_per_s', (_, __, row) => row?.bytesPerSecond ?? null],
  ['share_of_limit_ratio', (_, __, row) => row?.shareOfLimit ?? null],
  ['flops', (_, item) => item.flops],
  ['flops_per_s', (_, __, row) => row?.flopsPerSecond ?? null],
  ['share_of_product_ratio', (_, __, row) => row?.shareOfProduct ?? null],
  ['launches', (_, __, row) => row?.launches?.count ?? row?.work?.launches ?? null],
  ['launches_device_ns', (_, __, row) => row?.launches?.deviceNs ?? null],
  ['peak_bytes', (_, __, row) => row?.peakBytes ?? null],
  ['host_ns', (_, __, row) => row?.hostNs ?? null],
  ['moved_bytes', (_, __, row) => row?.work?.bytesMoved ?? null],
  ['scratch_bytes', (_, __, row) => row?.work?.scratchBytes ?? null],
  ['accuracy_passed', (_, __, row) => row?.accuracy?.passed ?? null],
  ['accuracy', (_, __, row) => row?.accuracy?.summary ?? null],
  ['max_abs_error', (_, __, row) => outputNumbers(row, (output) => output.maxAbs)],
  ['max_rel_error_ratio', (_, __, row) => outputNumbers(row, (output) => output.maxRel)],
  ['tolerance_abs', (_, __, row) => outputNumbers(row, (output) => output.tolerance.abs)],
  ['tolerance_rel_ratio', (_, __, row) => outputNumbers(row, (output) => output.tolerance.rel)],
  ['wrong_elements', (_, __, row) => outputNumbers(row, (output) => output.wrong)],
  ['unwritten_elements', (_, __, row) => outputNumbers(row, (output) => output.unwritten)],
  ['oracle', (_, item) => item.oracle.text],
  ['cache', (_, item) => item.cache],
  ['compile_ms', (_, __, row) => row?.compileMs ?? null],
  ['guards', (_, __, row) => guards(row)],
  [
    'flags',
    (report, item, row) => [...report.flags, ...item.flags, ...(row?.flags ?? [])].map((flag) => flag.id).join(' '),
  ],
];

/** The report's rows as CSV with a header line. A case without rows has one line of its own. */
export function reportCsv(report: Report): string {
  const lines = [COLUMNS.map(([name]) => name)];
  for (const item of report.cases) {
    for (const row of item.rows.length === 0 ? [null] : item.rows) {
      lines.push(COLUMNS.map(([, cell]) => csvField(cell(report, item, row))));
    }
  }
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

function kernelOf(report: Report, item: ReportCase, row: ReportRow | null): ReportKernel | null {
  return row === null ? (report.kernels.find(({ id }) => id === item.kernel) ?? null) : kernelOfRow(report, item, row);
}

/** Of a manifest; of Python the build that ran. */
function variantOf(report: Report, item: ReportCase, row: ReportRow | null): Cell {
  if (row === null) return null;
  return row.contender.variant === '' ? (kernelOfRow(report, item, row)?.variant ?? null) : row.contender.variant;
}

/** `other-stream passed; device-clock failed`. */
function guards(row: ReportRow | null): Cell {
  if (row === null || row.guards.length === 0) return null;
  return row.guards.map(({ id, passed }) => `${id} ${passed ? 'passed' : 'failed'}`).join('; ');
}

/** `x 16384×4096 float32; scale 4096 float32`. */
function tensors(named: Readonly<Record<string, ReportTensor>>): string {
  return Object.entries(named)
    .map(([name, tensor]) => `${name} ${tensor.shape.join('×')} ${tensor.dtype}`)
    .join('; ');
}

/** One number, or one for each output by its name where there are several. */
function outputNumbers(
  row: ReportRow | null,
  pick: (output: NonNullable<ReportRow['accuracy']>['outputs'][number]) => number | null,
): Cell {
  const outputs = row?.accuracy?.outputs ?? [];
  const [only] = outputs;
  if (only === undefined) return null;
  if (outputs.length === 1) return pick(only);
  return outputs.map((output) => `${output.output} ${pick(output) ?? 'none'}`).join('; ');
}

/** Text that a spreadsheet would take for a formula gets an apostrophe in front. */
function csvField(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
