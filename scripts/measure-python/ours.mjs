// This program on a kernel: through the command line, or straight through its harness, which also tells when what happened.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { environmentIn, scriptOf } from './setting.mjs';
import { runTimed } from './program.mjs';
import { compared, halfWidth, median } from './statistics.mjs';

/**
 * @typedef {object} OurRow
 * @property {string} contender
 * @property {string} kind `eager`, `compile`, `kernel`
 * @property {boolean} baseline
 * @property {string} status `timed`, `wrong` or `failed`
 * @property {string | null} reason
 * @property {number | null} medianNs
 * @property {number} samples
 * @property {number | null} halfWidth of the median's 95% interval, as a share of it
 * @property {number | null} deviceNs of one call, by the profiler
 * @property {{ ratio: number, low: number, high: number, verdict: string } | null} speedup
 * @property {string[]} flags
 * @typedef {{ id: string, workload: string, rows: OurRow[], problem: string | null }} OurCase
 * @typedef {{ code: number | null, seconds: number, plannedS: number | null, firstRowS: number | null, importTorchS: number | null, cases: OurCase[], text: string }} OurRun
 *   `plannedS`: when the cases were known; `firstRowS`: when the first had a time, by the command line when it was whole
 * @typedef {{ workloads?: readonly string[], aa?: boolean, trust?: boolean, compile?: boolean, builtIn?: boolean, json?: string }} Wanted
 *   `workloads`: classes of the script, all when left out; `builtIn`: workloads that have no script as well; `compile` false:
 *   torch.compile is left out
 * @typedef {{ contender: { id: string, kind: string, baseline: boolean }, status: string, problem: { cause: string } | null,
 *   timing: { samplesNs: number[], runs: number } | null, launches: { deviceNs: number } | null, flags: { id: string }[] }} EventRow
 * @typedef {{ type: string, atMs: number, partial?: boolean, id?: string, workload?: string, problem?: { cause: string } | null, rows?: EventRow[],
 *   cause?: string, detail?: string | null, text?: string, importTorchS?: number, timer?: { overheadNs: number } }} HarnessEvent
 */

/**
 * @param {import('./setting.mjs').Setting} setting
 * @param {string} id
 * @param {Wanted} wanted
 * @param {string} [home]
 * @returns {Promise<OurRun>}
 */
export async function runOurs(setting, id, wanted, home = path.join(setting.home, 'ours')) {
  return setting.through === 'cli'
    ? runCli(setting, id, wanted, home)
    : ofHarness(await runHarness(setting, id, wanted, home));
}

/**
 * @param {import('./setting.mjs').Setting} setting
 * @param {string} id
 * @param {Wanted} wanted
 * @param {string} home
 * @returns {Promise<OurRun>}
 */
async function runCli(setting, id, wanted, home) {
  const env = environmentIn(setting, home);
  const json = wanted.json ?? path.join(home, 'report.kernel-lens.json');
  const args = [setting.cli, 'profile', `${id}@v1`, '--python', setting.python, '--json', json];
  if (setting.device === 'cpu') args.push('--device', 'cpu', '--quick');
  if (setting.device === 'cpu' || wanted.compile === false) args.push('--no-compile');
  if (wanted.workloads !== undefined) args.push('--workload', wanted.workloads.join(','));
  if (wanted.aa === true) args.push('--aa');
  if (wanted.trust === true) args.push('--trust');
  const { code, seconds, lines, stdout, stderr } = await runTimed(process.execPath, args, { env, cwd: home });
  // A line for each case as it begins.
  const lineOf = (/** @type {string} */ start) =>
    lines.find(({ stream, text }) => stream === 'stderr' && text.startsWith(start));
  const text = `${stdout}\n${stderr}`.trim();
  const rest = {
    code,
    seconds,
    plannedS: secondsOf(lineOf('1 of ')),
    firstRowS: secondsOf(lineOf('2 of ')),
    importTorchS: null,
    text,
  };
  const report = readReport(json);
  return { ...rest, cases: report === null ? [] : report.cases.map(caseOfReport) };
}

/** @param {{ atMs: number } | undefined} moment */
function secondsOf(moment) {
  return moment === undefined ? null : moment.atMs / 1000;
}

/**
 * @param {string} file
 * @returns {import('../../src/profile/report').Report | null} null: the run left none
 */
function readReport(file) {
  try {
    /** @type {import('../../src/profile/report').Report} */
    const report = JSON.parse(readFileSync(file, 'utf8'));
    return report;
  } catch {
    return null;
  }
}

/**
 * @param {import('../../src/profile/report').ReportCase} item
 * @returns {OurCase}
 */
function caseOfReport(item) {
  const rows = item.rows.map((row) => ({
    contender: row.contender.id,
    kind: row.contender.kind,
    baseline: row.contender.baseline,
    status: row.accuracy?.passed === false ? 'wrong' : row.status,
    reason: row.reason,
    medianNs: row.timing?.medianNs ?? null,
    samples: row.timing?.samplesNs.length ?? 0,
    halfWidth: row.timing?.relativeHalfWidth ?? null,
    deviceNs: row.launches?.deviceNs ?? null,
    speedup: row.speedup,
    flags: row.flags.map((flag) => flag.id),
  }));
  return { id: item.id, workload: item.name, rows, problem: item.reason };
}

/**
 * What the command line would ask for, asked of the harness itself.
 * @param {import('./setting.mjs').Setting} setting
 * @param {string} id
 * @param {Wanted} wanted
 * @param {string} home
 */
export async function runHarness(setting, id, wanted, home) {
  const env = environmentIn(setting, home);
  const source = readFileSync(scriptOf(setting, id), 'utf8');
  const size = setting.device === 'cpu' ? 'quick' : 'default';
  const sources = [
    { kind: 'scripts', name: 'benchmarks', scripts: [{ name: 'benchmarks/benchmark.py', source }] },
    ...(wanted.builtIn === true ? [{ kind: 'builtin', size }] : []),
  ];
  const contenders = [
    { id: 'eager', kind: 'eager' },
    ...(setting.device === 'cpu' || wanted.compile === false ? [] : [{ id: 'compile', kind: 'compile' }]),
    { id: 'kernel', kind: 'kernel', repo: id, version: 1, trust: wanted.trust === true },
  ];
  const quick = setting.device === 'cpu' ? { seeds: 1, timeLimitS: 0.1, limits: false, edgeInputs: false } : {};
  const request = {
    v: 1,
    device: setting.device,
    mode: wanted.aa === true ? 'aa' : 'compare',
    contenders,
    sources,
    method: quick,
  };
  const ended = await runTimed(setting.python, [setting.harness], {
    env,
    cwd: home,
    input: `${JSON.stringify(request)}\n`,
    until: (line) => /"type": ?"end"/.test(line),
  });
  const said = ended.lines.filter(({ stream, text }) => stream === 'stdout' && text.startsWith('{'));
  const events = said.map(({ text, atMs }) => {
    /** @type {HarnessEvent} */
    const event = JSON.parse(text);
    return { ...event, atMs };
  });
  return { ...ended, events };
}

/**
 * @param {Awaited<ReturnType<typeof runHarness>>} run
 * @returns {OurRun}
 */
export function ofHarness({ code, seconds, events, stderr }) {
  const cases = events.filter(({ type, partial }) => type === 'case' && partial !== true);
  const opened = events.find(({ type }) => type === 'opened');
  const errors = events
    .filter(({ type }) => type === 'error')
    .map(({ cause, detail }) => `${cause ?? ''} ${detail ?? ''}`);
  return {
    code,
    seconds,
    plannedS: secondsOf(events.find(({ type }) => type === 'plan')),
    firstRowS: secondsOf(events.find(({ rows }) => rows?.some(({ status }) => status === 'timed'))),
    importTorchS: opened?.importTorchS ?? null,
    cases: cases.map(caseOfEvent),
    text: [...errors, stderr].join('\n'),
  };
}

/**
 * @param {HarnessEvent} event
 * @returns {OurCase}
 */
function caseOfEvent({ id = '', workload = '', problem, rows: told = [] }) {
  const first = told.find(({ contender }) => contender.baseline);
  const base = first?.timing?.samplesNs ?? null;
  const rows = told.map((row) => {
    const samples = row.timing?.samplesNs ?? null;
    return {
      ...row.contender,
      contender: row.contender.id,
      status: row.status,
      reason: row.problem?.cause ?? null,
      medianNs: samples === null ? null : median(samples),
      samples: samples?.length ?? 0,
      halfWidth: samples === null ? null : halfWidth(samples),
      deviceNs: row.launches?.deviceNs ?? null,
      speedup: samples === null || base === null || row === first ? null : compared(base, samples),
      flags: row.flags.map((flag) => flag.id),
    };
  });
  return { id, workload, rows, problem: problem?.cause ?? null };
}
