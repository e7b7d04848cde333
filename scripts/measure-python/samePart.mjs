// A kernel against itself: how often a tool finds a difference that is not there.
import { runOurs } from './ours.mjs';
import { runPeer } from './peer.mjs';
import { percent, table } from './tables.mjs';

const ID = 'gpu-kernels/same-again';
/** What ours calls the same is within this share of 1. */
const SAME_WITHIN = 0.02;

/** @param {import('./setting.mjs').Setting} setting */
export async function samePart(setting) {
  const theirs = await runPeer(setting, ID);
  if (theirs.rows.length === 0) console.error(theirs.text);
  const ours = await runOurs(setting, ID, { aa: true, workloads: ['SameAgain'] });
  if (ours.cases.length === 0) console.error(ours.text);
  const compared = ours.cases.flatMap((item) =>
    item.rows.flatMap((row) =>
      row.speedup === null ? [] : [{ workload: item.workload, samples: row.samples, ...row.speedup }],
    ),
  );
  return {
    theirs: theirs.rows.map(({ workload, speedup, significant }) => ({
      workload,
      speedup: speedup ?? NaN,
      significant,
    })),
    ours: compared,
    notCompared: ours.cases
      .filter((item) => item.rows.every((row) => row.speedup === null))
      .map((item) => `${item.id}: ${item.rows[0]?.reason ?? item.problem ?? ''}`),
    seconds: { theirs: theirs.seconds, ours: ours.seconds },
  };
}

/** @param {Awaited<ReturnType<typeof samePart>>} result */
export function sameText({ theirs, ours, notCompared, seconds }) {
  const distances = (/** @type {readonly number[]} */ ratios) =>
    percent(Math.max(...ratios.map((ratio) => Math.max(ratio, 1 / ratio) - 1)));
  const off = theirs.filter(({ speedup }) => speedup > 1 + SAME_WITHIN || speedup < 1 / (1 + SAME_WITHIN));
  const verdicts = new Map(ours.map(({ verdict }) => [verdict, ours.filter((one) => one.verdict === verdict).length]));
  const wrong = ours.filter(({ verdict }) => verdict === 'FASTER' || verdict === 'SLOWER');
  return [
    '## A kernel against itself',
    table(
      ['', 'kernels benchmark', 'Kernel Lens'],
      [
        ['comparisons', String(theirs.length), String(ours.length)],
        [
          'said to be faster or slower',
          `${theirs.filter(({ significant }) => significant).length} “significant”`,
          String(wrong.length),
        ],
        [
          'shown more than 2 % from 1',
          String(off.length),
          String(ours.filter(({ ratio }) => Math.abs(Math.log(ratio)) > Math.log(1 + SAME_WITHIN)).length),
        ],
        ['furthest from 1', distances(theirs.map(({ speedup }) => speedup)), distances(ours.map(({ ratio }) => ratio))],
        ['verdicts', '', [...verdicts].map(([verdict, count]) => `${verdict} ${count}`).join(', ')],
        ['seconds', seconds.theirs.toFixed(0), seconds.ours.toFixed(0)],
      ],
    ),
    ...wrong.map(
      ({ workload, verdict, ratio, low, high, samples }) =>
        `- ${workload}: ${verdict} ${ratio.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}], ${samples} samples`,
    ),
    ...notCompared.map((text) => `- not compared: ${text}`),
  ].join('\n\n');
}
