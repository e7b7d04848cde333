// Several runs of each tool on the same kernels, in turn: how far apart they are, and how near ours is to do_bench.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../paths.mjs';
import { runOurs } from './ours.mjs';
import { runPeer } from './peer.mjs';
import { runTimed } from './program.mjs';
import { environmentIn, scriptOf } from './setting.mjs';
import { median, spread } from './statistics.mjs';
import { microseconds, percent, seconds, table } from './tables.mjs';

/**
 * @typedef {import('./setting.mjs').Setting} Setting
 * @typedef {{ workload: string, contender: string, ns: number }} BenchTime
 * @typedef {{ range: number, deviation: number }} Spread
 * @typedef {{ id: string, workload: string, ours: number[], theirs: number[], oursRatio: number[], theirRatio: number[] }} Series
 */

/** Below this do_bench itself mostly sees launches. */
const LEAST_NS = 20_000;
const WITHIN = 0.03;

/**
 * @param {Setting} setting
 * @param {readonly string[]} ids
 */
export async function spreadPart(setting, ids) {
  /** @type {Series[]} */
  const series = [];
  const durations = { ours: /** @type {number[]} */ ([]), theirs: /** @type {number[]} */ ([]) };
  const agreement = [];
  for (const id of ids) {
    /** @type {Map<string, number[]>} */
    const byRow = new Map();
    for (let turn = 0; turn < setting.runs; turn += 1) {
      const theirs = await runPeer(setting, id);
      // Compiled code is only wanted once, beside do_bench.
      const compile = turn === setting.runs - 1;
      const ours = await runOurs(setting, id, { workloads: classesOf(setting, id), compile });
      durations.theirs.push(theirs.seconds);
      durations.ours.push(ours.seconds);
      if (theirs.rows.length === 0) console.error(theirs.text);
      if (ours.cases.length === 0) console.error(ours.text);
      for (const row of theirs.rows) {
        const one = seriesOf(series, id, row.workload);
        one.theirs.push(row.meanNs);
        if (row.referenceNs !== null) one.theirRatio.push(row.referenceNs / row.meanNs);
      }
      for (const item of ours.cases) {
        for (const { kind, medianNs } of item.rows) {
          const key = `${item.workload} ${kind}`;
          if (medianNs !== null) byRow.set(key, [...(byRow.get(key) ?? []), medianNs]);
        }
        const row = item.rows.find(({ kind }) => kind === 'kernel');
        if (row?.medianNs === null || row === undefined) continue;
        const one = seriesOf(series, id, item.workload);
        one.ours.push(row.medianNs);
        if (row.speedup !== null) one.oursRatio.push(row.speedup.ratio);
      }
      console.error(`${id}, run ${turn + 1}: ${theirs.seconds.toFixed(1)} s and ${ours.seconds.toFixed(1)} s`);
    }
    for (const { workload, contender, ns } of await doBench(setting, id)) {
      const ours = byRow.get(`${workload} ${contender}`);
      if (ours !== undefined) agreement.push({ id, workload, contender, doBenchNs: ns, oursNs: median(ours) });
    }
  }
  return { series, durations, agreement };
}

/**
 * @param {Series[]} all
 * @param {string} id
 * @param {string} workload
 */
function seriesOf(all, id, workload) {
  const found = all.find((one) => one.id === id && one.workload === workload);
  if (found !== undefined) return found;
  const made = { id, workload, ours: [], theirs: [], oursRatio: [], theirRatio: [] };
  all.push(made);
  return made;
}

/**
 * The classes of a kernel's script, so that ours runs what the other tool runs, and no more.
 * @param {Setting} setting
 * @param {string} id
 */
function classesOf(setting, id) {
  const text = readFileSync(scriptOf(setting, id), 'utf8');
  return [...text.matchAll(/^class (\w+)\(Benchmark\)/gm)].map(([, name]) => name ?? '');
}

/**
 * @param {Setting} setting
 * @param {string} id
 * @returns {Promise<BenchTime[]>}
 */
async function doBench(setting, id) {
  if (setting.device === 'cpu') return [];
  const home = path.join(setting.home, 'do-bench');
  const script = path.join(root, 'scripts', 'measure-python', 'do_bench.py');
  const env = environmentIn(setting, home);
  const { stdout, stderr } = await runTimed(setting.python, [script, id, scriptOf(setting, id)], { env, cwd: home });
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  if (lines.length === 0) console.error(stderr);
  return lines.map((line) => {
    /** @type {BenchTime} */
    const time = JSON.parse(line);
    return time;
  });
}

/** @param {Awaited<ReturnType<typeof spreadPart>>} result */
export function spreadText({ series, durations, agreement }) {
  const rows = series.map(({ id, workload, ours, theirs, oursRatio, theirRatio }) => [
    `${path.basename(id)} ${workload}`,
    microseconds(median(theirs)),
    spreadCell(spread(theirs)),
    spreadCell(spread(theirRatio)),
    microseconds(median(ours)),
    spreadCell(spread(ours)),
    spreadCell(spread(oursRatio)),
  ]);
  const long = agreement.filter(({ doBenchNs }) => doBenchNs > LEAST_NS);
  const near = long.filter(({ doBenchNs, oursNs }) => Math.abs(oursNs / doBenchNs - 1) <= WITHIN);
  const worst = (/** @type {(one: Series) => number[]} */ values) =>
    percent(Math.max(...series.map((one) => spread(values(one)).range)));
  return [
    '## Several runs of each tool',
    `Largest ÷ smallest − 1, and the standard deviation as a share. Runs took ${seconds(median(durations.theirs))} (kernels benchmark) and ${seconds(median(durations.ours))} (Kernel Lens).`,
    table(
      [
        'workload',
        'kernels benchmark: time',
        'spread',
        'spread of its speed-up',
        'Kernel Lens: time',
        'spread',
        'spread of its speed-up',
      ],
      rows,
    ),
    `Worst spread of a time: ${worst((one) => one.theirs)} and ${worst((one) => one.ours)}; of a speed-up: ${worst((one) => one.theirRatio)} and ${worst((one) => one.oursRatio)}.`,
    '## Against triton.testing.do_bench',
    table(
      ['workload', 'contender', 'do_bench', 'Kernel Lens', 'ours ÷ do_bench'],
      agreement.map(({ id, workload, contender, doBenchNs, oursNs }) => [
        `${path.basename(id)} ${workload}`,
        contender,
        microseconds(doBenchNs),
        microseconds(oursNs),
        (oursNs / doBenchNs).toFixed(3),
      ]),
    ),
    `Above 20 µs: ${near.length} of ${long.length} within 3 %.`,
  ].join('\n\n');
}

/** @param {Spread} value */
function spreadCell({ range, deviation }) {
  return Number.isFinite(range) ? `${percent(range)} (${percent(deviation)})` : '';
}
