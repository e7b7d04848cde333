// A report as a roofline: what each row computes a second, by how much the case computes for each byte it must move, below
// the roofs that this run measured. Cases whose operations nobody counts stand by their bytes a second instead.
import { formatCount, formatFlops, formatRate, formatShare } from './format';
import { contenderName } from './reportCells';
import { isPeerRow } from './reportComparison';
import { limitShare, productDtype, productRate, type LimitShare } from './reportLimits';
import type { Report, ReportCase, ReportReference, ReportRow } from './report';

/** A row with a time, whose case has its operations counted. */
export interface RooflineMark {
  readonly item: ReportCase;
  readonly row: ReportRow;
  /** Operations for each byte of the least traffic. */
  readonly intensity: number;
  readonly flopsPerSecond: number;
  /** What the run's rates allow at this intensity; null: no rate is known. */
  readonly roof: number | null;
  readonly limit: LimitShare | null;
}

/** A row with a time, whose case has no operations counted. */
export interface BandwidthMark {
  readonly item: ReportCase;
  readonly row: ReportRow;
  readonly bytesPerSecond: number;
  readonly limit: LimitShare | null;
}

export interface ProductRoof {
  readonly dtype: string;
  readonly flopsPerSecond: number;
}

export interface Roofline {
  /** Bytes a second; null: not measured. */
  readonly copy: number | null;
  /** Of the dtypes that marks have, the highest first. */
  readonly products: readonly ProductRoof[];
  readonly marks: readonly RooflineMark[];
  readonly strip: readonly BandwidthMark[];
  /** What marks are told apart by: the baselines, then contenders by their label, other runtimes last. */
  readonly series: readonly string[];
  /** What is not in the picture, and why. */
  readonly notes: readonly string[];
}

export function roofline(report: Report): Roofline {
  const { reference } = report.machine;
  const rows = report.cases.flatMap((item) =>
    item.rows.filter(({ status }) => status === 'timed').map((row) => ({ item, row })),
  );
  const marks = rows.flatMap(({ item, row }) => markOf(item, row, reference) ?? []);
  const strip = rows.flatMap(({ item, row }) => stripMark(item, row) ?? []);
  const dtypes = [...new Set(marks.map(({ item }) => productDtype(item)))];
  const products = dtypes.flatMap((dtype) => {
    const rate = reference.products[dtype];
    return rate === undefined ? [] : [{ dtype, flopsPerSecond: rate.flopsPerSecond }];
  });
  return {
    copy: reference.copyBytesPerSecond,
    products: products.toSorted((a, b) => b.flopsPerSecond - a.flopsPerSecond),
    ...{ marks, strip },
    series: seriesNames([...marks, ...strip].map(({ row }) => row)),
    notes: notesOf(reference, dtypes, rows.length - marks.length - strip.length),
  };
}

/** Of each kernel the mark that computes the most, other runtimes and baselines left out: the one to put its name beside. */
export function namedMarks(marks: readonly RooflineMark[]): RooflineMark[] {
  const own = marks.filter(({ row }) => !row.contender.baseline && !isPeerRow(row));
  const kernels = [...new Set(own.map(({ item }) => item.kernel))];
  return kernels.flatMap((kernel) =>
    own
      .filter(({ item }) => item.kernel === kernel)
      .toSorted((a, b) => b.flopsPerSecond - a.flopsPerSecond)
      .slice(0, 1),
  );
}

/** `MatMul 4096×4096×4096 f16, fused: 683 operations per byte, 162 TFLOP/s, 58% of the product rate`. */
export function markText({ item, row, intensity, flopsPerSecond, limit }: RooflineMark, title: string): string {
  const parts = [`${intensityText(intensity)} operations per byte`, formatFlops(flopsPerSecond), ...shareParts(limit)];
  return `${title}, ${contenderName(item, row)}: ${parts.join(', ')}`;
}

/** `Gelu 16384×4096 f32, fused: 2,895 GB/s, 98% of the copy rate`. */
export function stripText({ item, row, bytesPerSecond, limit }: BandwidthMark, title: string): string {
  return `${title}, ${contenderName(item, row)}: ${[formatRate(bytesPerSecond), ...shareParts(limit)].join(', ')}`;
}

/** `0.83`, `12`, `683`, `1,365`. */
export function intensityText(intensity: number): string {
  if (intensity >= 9.95) return formatCount(Math.round(intensity));
  return intensity >= 0.995 ? intensity.toFixed(1) : intensity.toPrecision(2);
}

function shareParts(limit: LimitShare | null): string[] {
  return limit === null ? [] : [`${formatShare(limit.share)} of the ${limit.of} rate`];
}

function markOf(item: ReportCase, row: ReportRow, reference: ReportReference): RooflineMark | null {
  const { flopsPerSecond } = row;
  if (flopsPerSecond === null || flopsPerSecond === 0 || item.flops === null || item.leastBytes === 0) return null;
  const intensity = item.flops / item.leastBytes;
  const roofs = [
    reference.copyBytesPerSecond === null ? null : reference.copyBytesPerSecond * intensity,
    productRate(item, reference),
  ].filter((roof) => roof !== null);
  const roof = roofs.length === 0 ? null : Math.min(...roofs);
  return { item, row, intensity, flopsPerSecond, roof, limit: limitShare(row) };
}

function stripMark(item: ReportCase, row: ReportRow): BandwidthMark | null {
  const { bytesPerSecond, flopsPerSecond } = row;
  if (flopsPerSecond !== null || bytesPerSecond === null || bytesPerSecond === 0) return null;
  return { item, row, bytesPerSecond, limit: limitShare(row) };
}

/** Which of the series a row belongs to; that of the baselines is the first, be there any or not. */
export function seriesOf({ series }: Roofline, { contender }: ReportRow): number {
  return contender.baseline ? 0 : series.indexOf(contender.label, 1);
}

function seriesNames(rows: readonly ReportRow[]): string[] {
  const labels = (some: readonly ReportRow[]): string[] => [...new Set(some.map(({ contender }) => contender.label))];
  const baselines = labels(rows.filter(({ contender }) => contender.baseline));
  const others = rows.filter(({ contender }) => !contender.baseline);
  const sorted = others.toSorted((a, b) => Number(isPeerRow(a)) - Number(isPeerRow(b)));
  return [`${baselines.join(', ')} (baseline)`.trim(), ...labels(sorted)];
}

function notesOf({ copyBytesPerSecond, products }: ReportReference, dtypes: readonly string[], left: number): string[] {
  const unmeasured = dtypes.filter((dtype) => products[dtype] === undefined);
  return [
    ...(copyBytesPerSecond === null ? ['The copy rate was not measured in this run, so memory has no roof.'] : []),
    ...(unmeasured.length === 0
      ? []
      : [
          `The product rate of ${unmeasured.join(' and ')} was not measured in this run: ${unmeasured.length === 1 ? 'it has' : 'they have'} no flat roof.`,
        ]),
    ...(left === 0 ? [] : ['Rows of which neither operations nor traffic is known are left out.']),
  ];
}
