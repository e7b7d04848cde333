import { largestError } from '../src/profile/accuracy';
import { limitShare } from '../src/profile/reportLimits';
import type { ReportCase, ReportRow } from '../src/profile/report';
import { sortedBy, type SortOrder } from './sortOrder';

/** Cases stay whole: they are sorted by their best contender, and the contenders in them by the same column. */
export function sortCases(cases: readonly ReportCase[], order: SortOrder | null): ReportCase[] {
  if (order === null) return [...cases];
  const key = SORT_KEYS[order.column] ?? (() => null);
  const sorted = cases.map((item) => ({ ...item, rows: sortedBy(item.rows, key, order.direction) }));
  return sortedBy(sorted, (item) => caseKey(item, key, order.direction), order.direction);
}

const SORT_KEYS: Readonly<Record<string, (row: ReportRow) => number | string | null>> = {
  contender: (row) => row.contender.label,
  // The time of a wrong row does not count.
  time: ({ status, timing }) => (status === 'timed' ? (timing?.medianNs ?? null) : null),
  spread: (row) => row.timing?.relativeHalfWidth ?? null,
  speedup: (row) => row.speedup?.ratio ?? null,
  verdict: verdictRank,
  limit: (row) => limitShare(row)?.share ?? null,
  bandwidth: (row) => row.bytesPerSecond,
  compute: (row) => row.flopsPerSecond,
  launches: (row) => row.launches?.count ?? null,
  memory: (row) => row.peakBytes,
  error: (row) => (row.accuracy === null ? null : largestError(row.accuracy)),
};

/** The first key that its rows have in this direction. */
function caseKey(
  item: ReportCase,
  key: (row: ReportRow) => number | string | null,
  direction: SortOrder['direction'],
): number | string | null {
  const [first] = sortedBy(item.rows, key, direction);
  return first === undefined ? null : key(first);
}

/** From wrong to faster. */
function verdictRank({ status, speedup }: ReportRow): number {
  const word = status === 'timed' ? (speedup?.verdict ?? 'baseline') : status;
  return ['wrong', 'failed', 'SLOWER', 'UNCLEAR', 'SAME', 'baseline', 'FASTER'].indexOf(word);
}
