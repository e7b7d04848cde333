// One default run of each of our kernels: how long until its first row, how sure its rows are, what the harness costs.
import path from 'node:path';
import { microseconds, milliseconds, percent, seconds, table } from './tables.mjs';
import { ofHarness, runHarness, runOurs } from './ours.mjs';

/** Times below this are mostly the cost of a launch. */
const LONG_NS = 100_000;

/** @typedef {import('./setting.mjs').Setting} Setting */

/**
 * @param {Setting} setting
 * @param {readonly string[]} ids
 */
export async function profilePart(setting, ids) {
  const kernels = [];
  for (const id of ids) {
    const name = path.basename(id);
    const json = path.join(setting.out, `profile-${name}.kernel-lens.json`);
    const run = await runOurs(setting, id, { builtIn: true, json }, path.join(setting.home, `profile-${name}`));
    if (run.cases.length === 0) console.error(run.text);
    const seen = await runHarness(setting, id, { builtIn: true }, path.join(setting.home, `harness-${name}`));
    kernels.push({ id, run, told: ofHarness(seen), cost: costOf(seen.events, seen.seconds) });
  }
  return { kernels };
}

/**
 * Where the wall time of a run went, and what the timer adds to a call.
 * @param {readonly import('./ours.mjs').HarnessEvent[]} events
 * @param {number} wholeS
 */
function costOf(events, wholeS) {
  /** @type {Record<string, number>} */
  const phases = {};
  const marks = events.filter(({ type }) => ['phase', 'case', 'end'].includes(type));
  for (const [at, { type, text, atMs }] of marks.entries()) {
    // `guarding PyTorch`: the contender does not matter here.
    const name =
      type === 'phase'
        ? (/^(importing \w+|opening|measuring|loading|reading|[a-z]+)/.exec(text ?? '')?.[0] ?? '')
        : 'rest';
    phases[name] = (phases[name] ?? 0) + ((marks[at + 1]?.atMs ?? wholeS * 1000) - atMs) / 1000;
  }
  const rows = events.flatMap(({ partial, rows: told }) => (partial === true ? [] : (told ?? [])));
  const timed = rows.flatMap(({ timing, launches }) => (timing === null ? [] : [{ timing, launches }]));
  const sum = (/** @type {readonly number[]} */ values) => values.reduce((all, value) => all + value, 0);
  const busyS = sum(timed.map(({ timing }) => sum(timing.samplesNs) * timing.runs)) / 1e9;
  const long = timed.flatMap(({ timing, launches }) => {
    const meanNs = sum(timing.samplesNs) / timing.samplesNs.length;
    return meanNs > LONG_NS && launches !== null ? [{ meanNs, deviceNs: launches.deviceNs }] : [];
  });
  return {
    phases,
    wholeS,
    timingS: phases['timing'] ?? NaN,
    busyS,
    emptyIntervalNs: events.find(({ type }) => type === 'opened')?.timer?.overheadNs ?? NaN,
    // What the events say beyond the kernels' own times by the profiler, of calls above 100 µs.
    added: long.map(({ meanNs, deviceNs }) => meanNs / deviceNs - 1),
    emptyShare: long.map(
      ({ meanNs }) => (events.find(({ type }) => type === 'opened')?.timer?.overheadNs ?? NaN) / meanNs,
    ),
  };
}

/**
 * From the start of the command to the first row: the command line's way to the plan, and the harness's from there, since
 * the command line prints no row before the end.
 * @param {import('./ours.mjs').OurRun} run
 * @param {import('./ours.mjs').OurRun} told
 */
function firstRowOf(run, told) {
  if (run.plannedS === null || told.firstRowS === null || told.plannedS === null) return told.firstRowS;
  return run.plannedS + told.firstRowS - told.plannedS;
}

/** @param {Awaited<ReturnType<typeof profilePart>>} result */
export function profileText({ kernels }) {
  const heads = kernels.map(({ id, run, told, cost }) => [
    id,
    seconds(run.seconds),
    seconds(firstRowOf(run, told)),
    seconds(told.importTorchS),
    seconds(cost.timingS),
    seconds(cost.busyS),
    percent(Math.max(...cost.emptyShare)),
    percent(Math.max(...cost.added)),
  ]);
  const rows = kernels.flatMap(({ id, run }) =>
    run.cases.flatMap((item) =>
      item.rows.map((row) => [
        item.id.replace(`${id}/`, `${path.basename(id)} `),
        row.kind,
        row.status,
        microseconds(row.medianNs),
        percent(row.halfWidth),
        row.speedup === null
          ? ''
          : `${row.speedup.ratio.toFixed(2)}× [${row.speedup.low.toFixed(2)}, ${row.speedup.high.toFixed(2)}] ${row.speedup.verdict}`,
        row.flags.join(', '),
      ]),
    ),
  );
  const wide = kernels.flatMap(({ run }) =>
    run.cases.flatMap((item) => item.rows.filter((row) => (row.halfWidth ?? 0) > 0.01)),
  );
  const phases = kernels.map(
    ({ id, cost }) =>
      `- ${id}: ${Object.entries(cost.phases)
        .map(([name, s]) => `${name} ${milliseconds(s)}`)
        .join(', ')}`,
  );
  return [
    '## A default run',
    table(
      [
        'kernel',
        'whole command',
        'first row',
        'of it importing torch',
        'timing',
        'device busy in it',
        'empty interval ÷ time, above 100 µs, most',
        'beyond the profiler, above 100 µs, most',
      ],
      heads,
    ),
    table(['case', 'contender', 'status', 'time', '±', 'speed-up', 'flags'], rows),
    `Rows with an interval above 1 %: ${wide.length}.`,
    'Seconds of each phase:',
    phases.join('\n'),
  ].join('\n\n');
}
