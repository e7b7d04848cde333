#!/usr/bin/env node
// Prints the figures of docs/measurements.md on this machine's adapter, as Markdown: every case beside ONNX Runtime and the
// bars that the suite is held against, agreement of two runs, and the verdicts of contenders against themselves. Ratios
// are of one run; nothing is asserted.
//   node scripts/measure.mjs [--adapter NAME] [--aa N] [--no-peer] [--once] [--out FOLDER]   (build first: npm run build)
// `--aa 0` leaves out contenders against themselves, `--no-peer` ONNX Runtime, `--once` the second run of the suite.
// scripts/measure-torch.py measures PyTorch.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { table } from './measure-python/tables.mjs';
import { bars, suiteTable } from './measure/suite.mjs';
import { root } from './paths.mjs';

/** @typedef {import('../src/profile/report').Report} Report */
/** @typedef {import('../src/profile/report').ReportCase} ReportCase */
/** @typedef {import('../src/profile/report').ReportRow} ReportRow */
/** @typedef {import('../src/profile/report').RowTiming} RowTiming */
/** @typedef {{ item: ReportCase, row: ReportRow, timing: RowTiming }} Timed */

const { values } = parseArgs({
  options: {
    adapter: { type: 'string', default: 'auto' },
    aa: { type: 'string', default: '200' },
    'no-peer': { type: 'boolean', default: false },
    once: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
});
const comparisonsWanted = Number(values.aa);
const out = values.out ?? mkdtempSync(path.join(tmpdir(), 'kernel-lens-measure-'));
mkdirSync(out, { recursive: true });

/**
 * One profile through the command line.
 * @param {string} name
 * @param {string[]} options
 * @returns {{ report: Report, seconds: number }}
 */
function profile(name, options) {
  const json = path.join(out, `${name}.kernel-lens.json`);
  const begun = performance.now();
  const argv = [path.join(root, 'dist', 'cli.mjs'), 'profile', '--adapter', values.adapter, '--json', json, ...options];
  const result = spawnSync(process.execPath, argv, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.status !== 0) process.stdout.write(`exit ${result.status}\n${result.stdout}\n${result.stderr}\n`);
  return { report: JSON.parse(readFileSync(json, 'utf8')), seconds: (performance.now() - begun) / 1000 };
}

/** @param {number | null} share */
const percent = (share) => (share === null ? '' : `${(100 * share).toFixed(1)} %`);

/** @param {number} ns */
const microseconds = (ns) => `${(ns / 1000).toFixed(1)} µs`;

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/**
 * The rows that have a time.
 * @param {Report} report
 * @returns {Timed[]}
 */
function timed(report) {
  return report.cases.flatMap((item) =>
    item.rows.flatMap((row) => (row.timing === null ? [] : [{ item, row, timing: row.timing }])),
  );
}

/**
 * @param {Timed} one
 * @returns {string[]}
 */
function timeCells({ item, row, timing }) {
  const { speedup } = row;
  const interval =
    speedup === null
      ? ''
      : `${speedup.ratio.toFixed(2)}× [${speedup.low.toFixed(2)}, ${speedup.high.toFixed(2)}] ${speedup.verdict}`;
  const time = `${microseconds(timing.medianNs)}${row.status === 'wrong' ? ', wrong' : ''}`;
  return [item.id, row.contender.id, time, percent(timing.relativeHalfWidth), interval];
}

/** The commit that was measured. */
function commit() {
  try {
    return execFileSync('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}

const first = profile('first', []);
const second = values.once ? null : profile('second', []);
const { machine } = first.report;
console.log(
  `${machine.adapter.name} (${machine.adapter.backend}), driver ${machine.before.driver ?? 'unknown'}, ${machine.cpu}, ${machine.cores} cores`,
);
console.log(
  `date ${new Date().toISOString().slice(0, 10)}, commit ${commit()}, Kernel Lens ${first.report.tool.version}, Dawn ${first.report.tool.dawn}`,
);
console.log(
  `copy rate ${((machine.reference.copyBytesPerSecond ?? NaN) / 1e9).toFixed(0)} GB/s, dispatch ${machine.reference.dispatchNs?.toFixed(0)} ns, timer step ${machine.timer.resolutionNs} ns\n`,
);

// The default suite without ONNX Runtime is what a person waits for; beside it, all ratios are of one other run.
const measured = values['no-peer'] ? first : profile('peer', ['--peer', 'onnxruntime']);
const suite = suiteTable(measured.report);
console.log(`${table(suite.head, suite.rows)}\n`);
const held = bars(measured.report, first.seconds).map(({ bar, found, met }) => [
  bar,
  found,
  met === null ? '' : met ? 'met' : 'missed',
]);
console.log(table(['bar', 'found', ''], held));
const { reference } = measured.report.machine;
const products = Object.entries(reference.products).map(
  ([dtype, { flopsPerSecond, size }]) => `${dtype} ${(flopsPerSecond / 1e12).toFixed(1)} TFLOP/s at ${size}³`,
);
console.log(
  `\ncopy rate of that run ${((reference.copyBytesPerSecond ?? NaN) / 1e9).toFixed(0)} GB/s; products of that run: ${products.join(', ') || 'none'}`,
);

console.log(`\n${table(['case', 'contender', 'time', '±', 'speed-up [95 %]'], timed(measured.report).map(timeCells))}`);

const notRight = measured.report.cases.flatMap((item) =>
  item.rows.filter((row) => row.status !== 'timed').map((row) => `${item.id} ${row.contender.id}: ${row.reason}`),
);
console.log(`\nrows that are wrong or failed: ${notRight.length}${notRight.map((line) => `\n  ${line}`).join('')}`);
for (const { id, text } of [
  ...measured.report.flags,
  ...measured.report.cases.flatMap((item) => [...item.flags, ...item.rows.flatMap((row) => row.flags)]),
]) {
  console.log(`flag ${id}: ${text}`);
}

/**
 * How well two runs agree.
 * @param {Report} one
 * @param {Report} other
 */
function printAgreement(one, other) {
  const others = new Map(timed(other).map((two) => [`${two.item.id} ${two.row.contender.id}`, two]));
  const pairs = timed(one).flatMap((own) => {
    const its = others.get(`${own.item.id} ${own.row.contender.id}`);
    return its === undefined ? [] : [{ own, its }];
  });
  const timeRatios = pairs.map(({ own, its }) => its.timing.medianNs / own.timing.medianNs);
  const speedRatios = pairs.flatMap(({ own, its }) =>
    own.row.speedup === null || its.row.speedup === null ? [] : [its.row.speedup.ratio / own.row.speedup.ratio],
  );
  /** @param {number[]} ratios */
  const off = (ratios) => median(ratios.map((ratio) => Math.abs(Math.log(ratio))));
  console.log(
    `two runs: median ratio of times ${median(timeRatios).toFixed(4)}, of speed-ups ${median(speedRatios).toFixed(4)}; median distance ${percent(off(timeRatios))} and ${percent(off(speedRatios))} over ${pairs.length} rows`,
  );
}

const seconds = [first, ...(second === null ? [] : [second])].map((run) => `${run.seconds.toFixed(1)} s`);
console.log(`\nsuite: ${seconds.join(' and ')}, whole command`);
if (second !== null) printAgreement(first.report, second.report);

/** Contenders against themselves, until there are enough comparisons. */
function countVerdicts() {
  /** @type {Record<string, number>} */
  const verdicts = {};
  /** @type {string[]} */
  const odd = [];
  let comparisons = 0;
  for (let run = 0; comparisons < comparisonsWanted && run < 20; run += 1) {
    const { report } = profile(`aa-${run}`, ['--aa', '--seed', String(run + 1)]);
    const before = comparisons;
    for (const { item, row } of timed(report)) {
      if (row.speedup === null) continue;
      const { verdict, ratio, low, high } = row.speedup;
      comparisons += 1;
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
      if (verdict === 'SAME') continue;
      odd.push(
        `${item.id} ${row.contender.id}: ${verdict} ${ratio.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`,
      );
    }
    if (comparisons === before) break;
  }
  console.log(`\nA/A: ${comparisons} comparisons: ${JSON.stringify(verdicts)}`);
  for (const line of odd) console.log(`  ${line}`);
}

countVerdicts();
console.log(`reports in ${out}`);
