// The suite's figures out of one report: a row a case with ONNX Runtime beside, and the bars that they are held against.
// Nothing is measured here, and every ratio is of one run.

/** @typedef {import('../../src/profile/report').Report} Report */
/** @typedef {import('../../src/profile/report').ReportCase} ReportCase */
/** @typedef {import('../../src/profile/report').ReportRow} ReportRow */
/** @typedef {{ item: ReportCase, baseline: ReportRow | null, fused: ReportRow | null, peer: ReportRow | null }} Compared */
/** @typedef {{ id: string, ratio: number, unsure: number, wrong: boolean }} Ratio */
/** @typedef {{ bar: string, found: string, met: boolean | null }} Bar */

/** The contender that is another runtime. */
const PEER = 'onnxruntime-webgpu';
/** Ports of the activations of a product with packed weights; what else goes in is weights. */
const ACTIVATIONS = ['a'];

/**
 * The rows of a case: what everything is compared with, what selection takes, and ONNX Runtime.
 * @param {ReportCase} item
 * @returns {Compared}
 */
export function compared(item) {
  const own = item.rows.filter(({ contender }) => contender.id !== PEER);
  return {
    item,
    baseline: own.find(({ contender }) => contender.baseline) ?? null,
    fused: fastest(own.filter(({ contender }) => !contender.baseline)) ?? own[0] ?? null,
    peer: item.rows.find(({ contender }) => contender.id === PEER) ?? null,
  };
}

/** @param {ReportRow[]} rows */
function fastest(rows) {
  return rows.toSorted((a, b) => (timeOf(a) ?? Infinity) - (timeOf(b) ?? Infinity))[0];
}

/** @param {ReportRow | null} row nanoseconds; null without a time */
function timeOf(row) {
  return row?.timing?.medianNs ?? null;
}

/**
 * How many times as long `other` takes as `row`; null where either has no time.
 * @param {ReportRow | null} row
 * @param {ReportRow | null} other
 */
export function times(row, other) {
  const [own, its] = [timeOf(row), timeOf(other)];
  return own === null || its === null || own === 0 ? null : its / own;
}

/** @param {ReportRow | null} row half of the 95 % interval of its time, as a share of it */
function unsureness(row) {
  return row?.timing?.relativeHalfWidth ?? 0;
}

/** @param {readonly number[]} ratios NaN for none */
export function geometricMean(ratios) {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
}

/**
 * A table row a case.
 * @param {Report} report
 * @returns {{ head: string[], rows: string[][] }}
 */
export function suiteTable(report) {
  const head = ['case', 'unfused', 'fused', 'ONNX Runtime', 'fused ÷ unfused', 'fused ÷ ONNX Runtime'];
  head.push('fused ÷ ONNX Runtime, which is wrong');
  head.push('share of copy rate', 'TFLOP/s', 'share of product rate', 'launches', 'moved', 'max abs error');
  const rows = report.cases
    .map(compared)
    .map(({ item, baseline, fused, peer }) => [
      item.id,
      cell(baseline),
      `${cell(fused)}${fused === null ? '' : ` (${fused.contender.variant})`}`,
      cell(peer),
      ratio(times(fused, baseline)),
      isWrong(peer) ? '' : ratio(times(fused, peer)),
      isWrong(peer) ? ratio(times(fused, peer)) : '',
      percent(fused?.shareOfLimit),
      teraflops(fused),
      percent(fused?.shareOfProduct),
      String(fused?.work?.launches ?? ''),
      fused?.work ? `${(fused.work.bytesMoved / 1e6).toFixed(0)} MB` : '',
      worstError(fused),
    ]);
  return { head, rows };
}

/**
 * What is asked of the suite, what was found, and whether it is met; null where nothing tells.
 * @param {Report} report
 * @param {number} seconds of the default suite without ONNX Runtime
 * @returns {Bar[]}
 */
export function bars(report, seconds) {
  const all = report.cases.map(compared);
  const withPeer = all.flatMap((one) => {
    const found = times(one.fused, one.peer);
    const unsure = unsureness(one.fused) + unsureness(one.peer);
    return found === null ? [] : [{ id: one.item.id, ratio: found, unsure, wrong: isWrong(one.peer) }];
  });
  const large = all.filter(({ item }) => item.tags.includes('large') && isMemoryBound(report, item));
  const slow = large.filter(({ fused }) => (fused?.shareOfLimit ?? 0) < 0.95);
  const product = all.find(
    ({ item }) => item.kernel === 'ai.onnx.MatMul' && /^4096x4096x4096$/.test(item.name) && isHalf(item),
  );
  const attention = all.find(({ item }) => item.name === 'prefill-32x2048x128' && isHalf(item));
  const decode = all.filter(({ item }) => item.kernel.endsWith('MatMulNBits') && /^token-.*int4/.test(item.name));
  const weights = decode.map((one) => ({ id: one.item.id, share: weightShare(report, one) }));
  return [
    {
      bar: 'memory-bound large cases at 95 % of the copy rate or more',
      found: `${large.length - slow.length} of ${large.length}${list(slow.map(({ item, fused }) => `${item.id} ${percent(fused?.shareOfLimit)}`))}`,
      met: large.length === 0 ? null : slow.length === 0,
    },
    ...peerBars(
      'ONNX Runtime where it is right',
      withPeer.filter(({ wrong }) => !wrong),
    ),
    ...peerBars('ONNX Runtime, right or wrong', withPeer),
    rateBar('product 4096³ f16 at 150 TFLOP/s', product, 150e12),
    rateBar('attention 1×32×2048×128 f16 at 50 TFLOP/s', attention, 50e12),
    {
      bar: 'attention fused 2× unfused',
      found: ratio(times(attention?.fused ?? null, attention?.baseline ?? null)) || 'not measured',
      met: attention === undefined ? null : (times(attention.fused, attention.baseline) ?? 0) >= 2,
    },
    {
      bar: 'int4 at one token: weights at 60 % of the copy rate',
      found: weights.map(({ id, share }) => `${id} ${percent(share)}`).join(', ') || 'not measured',
      met: weights.length === 0 ? null : weights.every(({ share }) => (share ?? 0) >= 0.6),
    },
    { bar: 'default suite within 60 s', found: `${seconds.toFixed(1)} s, whole command`, met: seconds <= 60 },
  ];
}

/**
 * @param {string} peer
 * @param {Ratio[]} ratios
 * @returns {Bar[]}
 */
function peerBars(peer, ratios) {
  // Behind is what is slower for certain: below 1 by more than both times are unsure.
  const behind = ratios.filter((one) => one.ratio * (1 + one.unsure) < 1);
  const wrong = ratios.filter((one) => one.wrong).length;
  const ofThem = wrong === 0 ? '' : `, ${wrong} of them wrong`;
  const mean = geometricMean(ratios.map((one) => one.ratio));
  const cases = `${ratios.length} ${ratios.length === 1 ? 'case' : 'cases'}`;
  return [
    {
      bar: `never behind ${peer}`,
      found: `${ratios.length - behind.length} of ${ratios.length}${ofThem}${list(behind.map((one) => `${one.id} ${ratio(one.ratio)}${one.wrong ? ' (it is wrong)' : ''}`))}`,
      met: ratios.length === 0 ? null : behind.length === 0,
    },
    {
      bar: `ahead of ${peer}, 4× by geometric mean`,
      found: ratios.length === 0 ? 'not measured' : `${ratio(mean)} over ${cases}${ofThem}`,
      met: ratios.length === 0 ? null : mean >= 4,
    },
  ];
}

/**
 * Whether a case's least traffic takes longer at the copy rate of the run than its operations do at the product rate.
 * @param {Report} report
 * @param {ReportCase} item
 */
function isMemoryBound({ machine: { reference } }, { flops, leastBytes, dtype }) {
  if (flops === null) return true;
  const product = reference.products[dtype.split('+').find((one) => one.includes('float')) ?? dtype];
  const copy = reference.copyBytesPerSecond;
  return product !== undefined && copy !== null && leastBytes / copy > flops / product.flopsPerSecond;
}

/** @param {ReportRow | null} row */
function isWrong(row) {
  return row?.status === 'wrong';
}

/**
 * @param {string} bar
 * @param {Compared | undefined} one
 * @param {number} least operations a second
 * @returns {Bar}
 */
function rateBar(bar, one, least) {
  const rate = one?.fused?.flopsPerSecond ?? null;
  const peer = one?.peer?.flopsPerSecond ?? null;
  const beside = peer === null ? '' : ` (ONNX Runtime ${(peer / 1e12).toFixed(1)})`;
  return rate === null
    ? { bar, found: 'not measured', met: null }
    : { bar, found: `${(rate / 1e12).toFixed(1)} TFLOP/s${beside}`, met: rate >= least };
}

/**
 * The bytes of the weights over the time, as a share of the copy rate.
 * @param {Report} report
 * @param {Compared} one
 */
function weightShare(report, { item, fused }) {
  const copy = report.machine.reference.copyBytesPerSecond;
  const ns = timeOf(fused);
  if (ns === null || copy === null) return null;
  const ports = Object.entries(item.inputs).filter(([port]) => !ACTIVATIONS.includes(port));
  return ports.reduce((sum, [, { bytes }]) => sum + bytes, 0) / (ns * 1e-9) / copy;
}

/** @param {ReportCase} item */
function isHalf(item) {
  return item.dtype.split('+')[0] === 'float16';
}

/** @param {ReportRow | null} row */
function cell(row) {
  if (row === null) return '';
  const ns = timeOf(row);
  return ns === null ? row.status : `${(ns / 1000).toFixed(1)} µs${isWrong(row) ? ', wrong' : ''}`;
}

/** @param {number | null | undefined} value */
function ratio(value) {
  return typeof value === 'number' && Number.isFinite(value) ? `${value.toFixed(2)}×` : '';
}

/** @param {number | null | undefined} share */
function percent(share) {
  return typeof share === 'number' ? `${(100 * share).toFixed(1)} %` : '';
}

/** @param {ReportRow | null} row */
function teraflops(row) {
  return typeof row?.flopsPerSecond === 'number' ? (row.flopsPerSecond / 1e12).toFixed(1) : '';
}

/** @param {ReportRow | null} row */
function worstError(row) {
  const errors = (row?.accuracy?.outputs ?? []).map((output) => output.maxAbs ?? 0);
  return errors.length === 0 ? '' : Math.max(...errors).toExponential(1);
}

/** @param {string[]} names */
function list(names) {
  return names.length === 0 ? '' : `; not: ${names.join(', ')}`;
}
