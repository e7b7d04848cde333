// npm test: sets up what the tests need, runs all of them and counts.
//   npm test [-- checks unit python torch gpu package host ui]
// Without names every suite runs.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { install } from './install.mjs';
import { program } from './program.mjs';

/** @typedef {import('../test/mochaRun').Outcome} Outcome */

await program(import.meta.url, async () => {
  // Tools that colour their output whenever CI is set would fill a log with escapes.
  if (!process.stdout.isTTY) process.env['NO_COLOR'] = '1';
  await install();
  const { build } = await import('./build.mjs');
  const { setUpChromium } = await import('./setup-chromium.mjs');
  const { setUpTorchPython } = await import('./setup-python.mjs');
  const { setUpVSCode } = await import('./setup-vscode.mjs');
  const { runChecks, runHostTests, runUiTests, runVitest } = await import('./test-suites.mjs');
  /** @type {Record<string, () => Promise<readonly Outcome[]>>} */
  const suites = {
    checks: runChecks,
    unit: () => runVitest('unit'),
    python: () => runVitest('python'),
    torch: () => runVitest('torch'),
    gpu: () => runVitest('gpu'),
    package: () => runVitest('package'),
    host: runHostTests,
    ui: runUiTests,
  };
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !(name in suites));
  if (unknown.length > 0) {
    throw new Error(`There is no suite ${unknown.join(', ')}: choose from ${Object.keys(suites).join(', ')}.`);
  }
  const chosen = Object.entries(suites).filter(([name]) => names.length === 0 || names.includes(name));

  // Downloads go on while the other suites run; those that need one wait for it, and report its failure.
  const runs = (/** @type {string[]} */ ...suites) => chosen.some(([suite]) => suites.includes(suite));
  const vscode =
    process.platform === 'linux' && runs('host', 'ui') ? Promise.all([setUpVSCode(), setUpChromium()]) : null;
  const torch = runs('torch') ? setUpTorchPython() : null;
  /** @type {Record<string, Promise<unknown> | null>} */
  const ready = { host: vscode, ui: vscode, torch };
  for (const download of Object.values(ready)) download?.catch(() => undefined);

  // A run of its own: what runs elsewhere on the machine, a lock on its adapter say, is not there to be met. The name is
  // short because sockets lie below it.
  const temporary = await mkdtemp(path.join(tmpdir(), 'kl-'));
  process.env['TMPDIR'] = temporary;
  const outcomes = [...(await outcomesOf('build', async () => buildOutcome(build)))];
  /** @param {readonly string[]} names */
  const inOrder = async (names) => {
    for (const [suite, run] of chosen.filter(([name]) => names.includes(name))) {
      outcomes.push(
        ...(await outcomesOf(suite, async () => {
          await ready[suite];
          return run();
        })),
      );
    }
  };
  await inOrder(['unit', 'gpu', 'package']);
  // Whoever drives VS Code waits for it most of the time: the others make use of that.
  await Promise.all([inOrder(['checks', 'python', 'torch']), inOrder(['host', 'ui'])]);
  await rm(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  list(outcomes, 'skipped', 'Skipped');
  list(outcomes, 'failed', 'Failed');
  console.log(`\n${count(outcomes)}`);
  return outcomes.some(({ state }) => state === 'failed') ? 1 : 0;
});

/**
 * @param {() => Promise<unknown>} build
 * @returns {Promise<readonly Outcome[]>}
 */
async function buildOutcome(build) {
  await build();
  return [{ suite: 'build', title: 'every bundle', state: 'passed', detail: '' }];
}

/**
 * Runs a suite and says how it went. One that breaks, or in which nothing ran, is a failure.
 * @param {string} suite
 * @param {() => Promise<readonly Outcome[]>} run
 * @returns {Promise<readonly Outcome[]>}
 */
async function outcomesOf(suite, run) {
  console.log(`\n── ${suite}`);
  const began = performance.now();
  const outcomes = await run().catch((/** @type {unknown} */ error) => {
    return [broken(suite, error instanceof Error ? error.message : String(error))];
  });
  const counted = outcomes.length > 0 ? outcomes : [broken(suite, 'No test ran.')];
  console.log(`${suite}: ${count(counted)} in ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return counted;
}

/**
 * @param {string} suite
 * @param {string} detail
 * @returns {Outcome}
 */
function broken(suite, detail) {
  return { suite, title: 'the suite itself', state: 'failed', detail };
}

/** @param {readonly Outcome[]} outcomes */
function count(outcomes) {
  const of = (/** @type {Outcome['state']} */ state) => outcomes.filter((outcome) => outcome.state === state).length;
  return `${of('passed')} passed, ${of('failed')} failed, ${of('skipped')} skipped`;
}

/**
 * @param {readonly Outcome[]} outcomes
 * @param {Outcome['state']} state
 * @param {string} heading
 */
function list(outcomes, state, heading) {
  const some = outcomes.filter((outcome) => outcome.state === state);
  if (some.length > 0) console.log(`\n${heading}:`);
  for (const { suite, title, detail } of some) console.log(`  ${suite} › ${title}\n${detail.replace(/^/gm, '      ')}`);
}
