// Measures `kernel-lens scan` over folders of code: what it finds, and how long it takes.
//   node scripts/measure-scan.mjs [--runs 5] [--sample N --seed S] PATH …
// Build first: node scripts/build.mjs cli scanWorker. Asks nobody: the built-in catalogue stands for the Hub.
// --sample prints N of all findings and operations, drawn at random, as path:line for a look at each.
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { root } from './paths.mjs';
import { program } from './program.mjs';

/**
 * @typedef {{ path: string, line: number, cell: number | null }} Place
 * @typedef {Place & { code: string, severity: string }} Found
 * @typedef {Place & { kind: string, form: string, name: string }} Operation
 * @typedef {{ files: number, lines: number, findings: Found[], operations: Operation[], unread: { path: string, why: string }[] }} Scan
 */

/**
 * @param {readonly string[]} args
 * @returns {Promise<{ seconds: number, stdout: string, code: number | null, stderr: string }>}
 */
function scan(args) {
  return new Promise((resolve, reject) => {
    const began = process.hrtime.bigint();
    const child = spawn(process.execPath, [path.join(root, 'dist', 'cli.mjs'), 'scan', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (stderr += text));
    child.on('error', reject).on('close', (code) => {
      resolve({ seconds: Number(process.hrtime.bigint() - began) / 1e9, stdout, stderr, code });
    });
  });
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** @param {readonly string[]} names */
function counts(names) {
  /** @type {Map<string, number>} */
  const found = new Map();
  for (const name of names) found.set(name, (found.get(name) ?? 0) + 1);
  const sorted = [...found].toSorted(([, a], [, b]) => b - a);
  return sorted.length === 0 ? 'none' : sorted.map(([name, count]) => `${name} ${count}`).join(', ');
}

/**
 * Numbers from 0 to 1, the same for the same seed (mulberry32).
 * @param {number} seed
 */
function randoms(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * @param {readonly Scan[]} scans
 * @param {number} size
 * @param {number} seed
 */
function printSample(scans, size, seed) {
  const all = scans.flatMap(({ findings, operations }) => [
    ...findings.map((one) => ({ ...one, what: `${one.severity} ${one.code}` })),
    ...operations.map((one) => ({ ...one, what: `${one.kind} (${one.form}) ${one.name}` })),
  ]);
  const random = randoms(seed);
  const drawn = all.map((one) => ({ one, key: random() })).toSorted((a, b) => a.key - b.key);
  console.log(`\n${Math.min(size, all.length)} of ${all.length}, drawn with seed ${seed}`);
  for (const { one } of drawn.slice(0, size)) {
    console.log(`${one.path}:${one.cell === null ? '' : `cell ${one.cell}:`}${one.line}: ${one.what}`);
  }
}

await program(import.meta.url, async () => {
  const { values, positionals } = parseArgs({
    options: {
      runs: { type: 'string', default: '5' },
      sample: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
    },
    allowPositionals: true,
  });
  if (positionals.length === 0) throw new Error('Name the folders to scan.');
  /** @type {Scan[]} */
  const scans = [];
  let crashes = 0;
  for (const folder of positionals) {
    /** @type {number[]} */
    const seconds = [];
    /** @type {number[]} */
    const withOperations = [];
    let output = '';
    for (let run = 0; run < Number(values.runs); run += 1) {
      const plain = await scan([folder, '--offline', '--json']);
      const full = await scan([folder, '--offline', '--json', '--operations']);
      for (const { code, stderr } of [plain, full]) {
        if (code !== 0 && code !== 1) throw new Error(`scan ended with ${code}: ${stderr}`);
      }
      seconds.push(plain.seconds);
      withOperations.push(full.seconds);
      output = full.stdout;
    }
    /** @type {Scan} */
    const found = JSON.parse(output);
    scans.push(found);
    const per = found.lines / 100_000;
    const failed = found.unread.filter(({ why }) => why.startsWith('Kernel Lens failed'));
    crashes += failed.length;
    console.log(`${folder}: ${found.files} files, ${found.lines} lines, ${found.unread.length} not read`);
    console.log(`  findings: ${counts(found.findings.map(({ severity, code }) => `${severity} ${code}`))}`);
    console.log(`  operations: ${counts(found.operations.map(({ kind }) => kind))}`);
    for (const [what, times] of /** @type {const} */ ([
      ['findings', seconds],
      ['findings and operations', withOperations],
    ])) {
      const middle = median(times);
      console.log(`  ${what}: ${middle.toFixed(2)} s, ${(middle / per).toFixed(2)} s per 100,000 lines`);
    }
    for (const { path: file, why } of found.unread) console.log(`  not read: ${file}: ${why}`);
  }
  console.log(`files that Kernel Lens failed on: ${crashes}`);
  if (Number(values.sample) > 0) printSample(scans, Number(values.sample), Number(values.seed));
  return 0;
});
