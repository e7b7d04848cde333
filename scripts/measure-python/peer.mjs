// `kernels benchmark`, run as its users run it, and what it prints.
import path from 'node:path';
import { environmentIn } from './setting.mjs';
import { runTimed } from './program.mjs';

/**
 * @typedef {object} PeerRow
 * @property {string} workload `Class.workload`
 * @property {number} meanNs of the kernel
 * @property {number} deviation the standard deviation of its runs as a share of their mean
 * @property {number | null} referenceNs timed once
 * @property {number | null} speedup as printed, of two digits behind the point
 * @property {boolean} significant it says so
 * @property {boolean | null} matches
 * @typedef {{ code: number | null, seconds: number, rows: PeerRow[], last: string, text: string }} PeerRun `last`: its last line
 */

const START = 'from kernels.cli import main; main()';
// Without a GPU the library still takes PyTorch's CUDA for the device: only for trying this script out.
const START_ON_CPU = `import torch; torch.version.cuda = None; ${START}`;

/**
 * @param {import('./setting.mjs').Setting} setting
 * @param {string} id
 * @param {string} [home]
 * @returns {Promise<PeerRun>}
 */
export async function runPeer(setting, id, home = path.join(setting.home, 'peer')) {
  const env = environmentIn(setting, home);
  const start = setting.device === 'cpu' ? START_ON_CPU : START;
  const args = ['-c', start, 'benchmark', `${id}@v1`];
  const { code, seconds, stdout, stderr } = await runTimed(setting.python, args, { env, cwd: home });
  const text = `${stdout}\n${stderr}`.trim();
  return { code, seconds, rows: peerRows(text), last: text.split('\n').at(-1)?.trim() ?? '', text };
}

/**
 * The rows of its table, in which times are milliseconds of four digits.
 * @param {string} text
 * @returns {PeerRow[]}
 */
export function peerRows(text) {
  const tables = text.split('\n').map((line) => line.split('│').map((cell) => cell.trim()));
  const cells = tables.filter((row) => row.length > 10 && row[1] !== 'Benchmark').map((row) => row.slice(1, -1));
  return cells.flatMap((row) => {
    const withReference = row.length === 12;
    const [kind = '', workload = '', count = ''] = row;
    const [mean = NaN, deviation = NaN] = row.slice(withReference ? 4 : 3).map(Number);
    const reference = withReference && row[10] !== '' ? Number(row[10]) : null;
    const speedup = withReference && row[3] !== '' ? Number(row[3]?.replace('x', '')) : null;
    const upper = mean + (1.96 * deviation) / Math.sqrt(Number(count));
    const match = row.at(-1);
    return [
      {
        workload: `${kind}.${workload}`,
        meanNs: mean * 1e6,
        deviation: deviation / mean,
        referenceNs: reference === null ? null : reference * 1e6,
        speedup,
        // As it reckons that itself.
        significant: reference !== null && upper < reference,
        matches: match === '✓' ? true : match === '✗' ? false : null,
      },
    ];
  });
}
