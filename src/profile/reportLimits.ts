// Which limit of this run a case comes up against: how fast memory is copied, or how fast matrices are multiplied.
import { formatShare } from './format';
import { isPythonRow } from './reportComparison';
import type { Report, ReportCase, ReportReference, ReportRow } from './report';

/** A limit of this run, and how near to it a row came. */
export interface LimitShare {
  readonly share: number;
  readonly of: 'copy' | 'product';
}

/** What a case takes at least on this adapter, nanoseconds, by what it has to move and by what it has to compute. */
export interface LeastTimes {
  /** null: the traffic or the copy rate is not known. */
  readonly copyNs: number | null;
  /** null: the operations or the product rate of the dtype are not known. */
  readonly productNs: number | null;
}

/** A row's share of the limit of its case; null where that is not known. The larger share is that of the case's limit. */
export function limitShare({ shareOfLimit, shareOfProduct }: ReportRow): LimitShare | null {
  if (shareOfProduct !== null && shareOfProduct > (shareOfLimit ?? 0)) return { share: shareOfProduct, of: 'product' };
  return shareOfLimit === null ? null : { share: shareOfLimit, of: 'copy' };
}

/** `98%` of the copy rate where nothing else could be the limit; else `98% copy` or `61% product`. null: not known. */
export function shareText(row: ReportRow): string | null {
  const limit = limitShare(row);
  if (limit === null) return null;
  return namesLimit(row) ? `${formatShare(limit.share)} ${limit.of}` : formatShare(limit.share);
}

/** Whether the row's limit has to be named, as it might be either. */
export function namesLimit(row: ReportRow): boolean {
  return isPythonRow(row) || row.shareOfProduct !== null;
}

/** The dtype whose product rate a case is held against: of `float16+uint8` the first float. */
export function productDtype({ dtype }: ReportCase): string {
  return dtype.split('+').find((one) => one.includes('float')) ?? dtype;
}

/** The product rate that a case is held against; null: not measured in this run. */
export function productRate(item: ReportCase, { products }: ReportReference): number | null {
  const dtype = productDtype(item);
  return Object.hasOwn(products, dtype) ? (products[dtype]?.flopsPerSecond ?? null) : null;
}

export function leastTimes(item: ReportCase, reference: ReportReference): LeastTimes {
  const { leastBytes, flops } = item;
  const copy = reference.copyBytesPerSecond;
  const product = productRate(item, reference);
  return {
    copyNs: copy === null || copy === 0 || leastBytes === 0 ? null : (leastBytes / copy) * 1e9,
    productNs: product === null || product === 0 || flops === null ? null : (flops / product) * 1e9,
  };
}

/** What a case cannot be faster than: the one that takes longer. null: neither is known. */
export function limitOfCase(item: ReportCase, reference: ReportReference): LimitShare['of'] | null {
  const { copyNs, productNs } = leastTimes(item, reference);
  if (productNs !== null && productNs > (copyNs ?? 0)) return 'product';
  return copyNs === null ? null : 'copy';
}

/** What the column says, in a few words. */
export function limitMeaning(report: Report): string {
  const either = report.cases.some(({ rows }) => rows.some(namesLimit)) || report.machine.python !== null;
  return either
    ? 'share of the copy rate of this run, or of its product rate where the operations of the case take longer'
    : 'share of the copy rate of this run';
}
