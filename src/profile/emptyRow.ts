import type { ReportRow } from './report';

/** The row of a contender of which nothing is known yet: `failed`, without a time, until there is more. */
export function emptyRow(contender: ReportRow['contender']): ReportRow {
  return {
    contender,
    status: 'failed',
    reason: null,
    accuracy: null,
    timing: null,
    speedup: null,
    work: null,
    bytesPerSecond: null,
    shareOfLimit: null,
    flopsPerSecond: null,
    shareOfProduct: null,
    launches: null,
    peakBytes: null,
    hostNs: null,
    compileMs: null,
    guards: [],
    flags: [],
  };
}
