// A tuning as text: a table a case, the best of each, and the best setting over all of them.
import { shownText } from '../kernels/shownText';
import { formatFlops, formatRate, formatShare, formatTime } from './format';
import type { BestSetting, TriedSetting, TunedCase, TuneReport } from './tuneReport';
import { settingName, type TuneSetting } from './tuneSetting';

/** Characters of a reason or a name that is not ours. */
const LONGEST = 300;
/** Settings of a case that are listed, the fastest of them; the file has all. */
const MOST_ROWS = 16;
const MOST_OVERALL = 8;

/** The whole text, each line ended. */
export function tuneTable(report: TuneReport): string {
  const { adapter, reference } = report.machine;
  const copy = reference.copyBytesPerSecond;
  const rate = copy === null ? '' : `, copy rate ${formatRate(copy)}`;
  const lines = [
    `Tuning ${shown(report.kernel.id)} on ${shown(adapter.name)} (${shown(adapter.backend)})${rate}`,
    ...(adapter.software ? ['This adapter runs on the CPU: its times say nothing about a GPU.'] : []),
    ...report.cases.flatMap((one) => ['', ...caseLines(one)]),
    '',
    ...overallLines(report),
    ...report.left.map(({ id, reason }) => `left out: ${shown(id)}: ${shown(reason)}`),
    ...(report.reason === null ? [] : [`${report.status}: ${shown(report.reason)}`]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function shown(text: string): string {
  return shownText(text, LONGEST);
}

function nameOf(setting: TuneSetting): string {
  return shown(settingName(setting));
}

function caseLines({ id, tried, best, reason }: TunedCase): string[] {
  const own = tried.filter(({ sameAs }) => sameAs === null);
  const timed = own.filter(({ status }) => status === 'timed' || status === 'wrong');
  const listed = timed.toSorted((a, b) => (a.medianNs ?? Infinity) - (b.medianNs ?? Infinity)).slice(0, MOST_ROWS);
  const others = new Map<string, string[]>();
  for (const one of own) {
    if (one.status === 'timed' || one.status === 'wrong') continue;
    const why = `${one.status}: ${shown(one.reason ?? 'no reason given')}`;
    others.set(why, [...(others.get(why) ?? []), nameOf(one)]);
  }
  const same = tried.length - own.length;
  return [
    shown(id),
    ...columns(listed.map(cells)),
    ...(timed.length > listed.length ? [`  and ${timed.length - listed.length} more`] : []),
    ...(same > 0 ? [`  ${same} more give the same program as another one`] : []),
    ...[...others].map(
      ([why, names]) => `  ${names.length === 1 ? names.join('') : `${names.length} settings`} ${why}`,
    ),
    ...(reason === null ? [] : [`  not all were tried: ${shown(reason)}`]),
    `  ${bestLine(best)}`,
  ];
}

function cells(one: TriedSetting): string[] {
  const name = `${nameOf(one)}${one.isDefault ? ' (default)' : ''}`;
  if (one.status === 'wrong') return [name, 'WRONG', shown(one.reason ?? ''), '', ''];
  const { speedup } = one;
  return [
    name,
    formatTime(one.medianNs ?? 0),
    speedup === null ? '' : `${ratioText(speedup)} ${speedup.verdict}`,
    one.shareOfLimit === null ? '' : formatShare(one.shareOfLimit),
    one.flopsPerSecond === null ? '' : formatFlops(one.flopsPerSecond),
  ];
}

function ratioText({ ratio, low, high }: NonNullable<BestSetting['speedup']>): string {
  return `${ratio.toFixed(3)}× [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}

function bestLine(best: BestSetting | null): string {
  if (best === null) return 'best: none, as the default has no time';
  if (best.speedup === null) return `best: the default, ${nameOf(best)}: nothing else is faster for certain`;
  const again = best.confirmed ? '' : ', not measured a second time';
  return `best: ${nameOf(best)}, ${ratioText(best.speedup)} the default, ${best.speedup.verdict}${again}`;
}

function overallLines({ cases, overall }: TuneReport): string[] {
  if (cases.length < 2) return [];
  const best = overall.find((one) => one.cases === cases.length);
  const head =
    best === undefined
      ? 'No single setting takes every case. By geometric mean against the defaults, over the cases that each takes:'
      : `Best single setting: ${nameOf(best)}, ${best.ratio.toFixed(3)}× the defaults by geometric mean over ${cases.length} cases.`;
  const rows = overall
    .slice(0, MOST_OVERALL)
    .map((one) => [nameOf(one), `${one.ratio.toFixed(3)}×`, `${one.cases} of ${cases.length} cases`]);
  return [head, ...columns(rows)];
}

/** Cells one below the other, two blanks before and between. A reason why something is wrong widens no column. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const measured = rows.filter((row) => row[1] !== 'WRONG');
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...(at < 2 ? rows : measured).map((row) => (row[at] ?? '').length)),
  );
  return rows.map((row) =>
    `  ${row.map((cell, at) => cell.padEnd(Math.max(0, widths[at] ?? 0))).join('  ')}`.trimEnd(),
  );
}
