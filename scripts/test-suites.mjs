// The suites of `npm test`. Each returns the outcome of every test in it, or throws when it could not run at all.
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { startVitest } from 'vitest/node';
import { buildTests } from './build-tests.mjs';
import { run } from './child.mjs';
import { root } from './paths.mjs';
import { installedTorchPython } from './setup-python.mjs';

/** @typedef {import('../test/mochaRun').Outcome} Outcome */

const limitMs = 600_000;
const logFolder = path.join(root, 'results', 'test-logs');

/** @type {Record<string, readonly string[]>} */
const checks = {
  types: ['node_modules/typescript/bin/tsc', '--pretty', 'false'],
  lint: ['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.'],
  format: ['node_modules/prettier/bin/prettier.cjs', '--check', '.'],
};

/**
 * Compiler, linter and formatter over the whole repository.
 * @returns {Promise<readonly Outcome[]>}
 */
export async function runChecks() {
  return Promise.all(
    Object.entries(checks).map(async ([title, args]) => {
      const { code, output } = await run(process.execPath, args, { cwd: root, limitMs });
      return { suite: 'checks', title, state: code === 0 ? 'passed' : 'failed', detail: output.trim() };
    }),
  );
}

/**
 * One project of vitest.config.ts.
 * @param {string} project
 * @returns {Promise<readonly Outcome[]>}
 */
export async function runVitest(project) {
  /** @type {Outcome[]} */
  const outcomes = [];
  /** @param {string} title @param {readonly { message: string, stack?: string | undefined, diff?: string | undefined }[]} errors */
  const fail = (title, errors) => {
    const detail = errors.map(({ message, stack, diff = '' }) => `${stack ?? message}\n${diff}`.trim()).join('\n');
    outcomes.push({ suite: project, title, state: 'failed', detail });
  };
  /** @type {import('vitest/reporters').Reporter} */
  const collector = {
    onTestRunEnd(modules, unhandled) {
      for (const module of modules) {
        const file = path.basename(module.moduleId);
        if (module.errors().length > 0) fail(file, module.errors());
        // What fails before the tests of a group has them skipped.
        for (const group of module.children.allSuites()) {
          if (group.errors().length > 0) fail(`${file} › ${group.fullName}`, group.errors());
        }
        for (const test of module.children.allTests()) {
          const result = test.result();
          const title = `${file} › ${test.fullName}`;
          if (result.state === 'failed') fail(title, result.errors);
          else if (result.state === 'passed') outcomes.push({ suite: project, title, state: 'passed', detail: '' });
          else {
            const detail = (result.state === 'skipped' ? result.note : undefined) ?? 'skipped by the test';
            outcomes.push({ suite: project, title, state: 'skipped', detail });
          }
        }
      }
      for (const error of unhandled) fail('unhandled error', [error]);
    },
  };
  const options = { root, project: [project], watch: false, reporters: ['dot', collector] };
  const vitest = await startVitest('test', [], options);
  await vitest.close();
  return outcomes;
}

/**
 * Mocha inside the extension host of a real VS Code: the scripts' own on Linux, or else a desktop one, downloaded, of
 * the version that KERNEL_LENS_TEST_VSCODE names.
 * @returns {Promise<readonly Outcome[]>}
 */
export async function runHostTests() {
  const index = await buildTests('host');
  // Large, so it is used where it is there and not waited for.
  const torch = await installedTorchPython().catch(() => null);
  const desktop = process.env['KERNEL_LENS_TEST_VSCODE'] ?? (process.platform === 'linux' ? '' : 'stable');
  return withResults(async (folder, env) => {
    const launchArgs = [
      path.join(folder, 'workspace'),
      `--user-data-dir=${path.join(folder, 'user')}`,
      `--extensions-dir=${path.join(folder, 'extensions')}`,
    ];
    await runTests({
      ...(desktop ? { version: desktop } : { vscodeExecutablePath: path.join(root, 'scripts/vscode-host.mjs') }),
      extensionDevelopmentPath: root,
      extensionTestsPath: index,
      extensionTestsEnv: { ...env, KERNEL_LENS_HOST_LOG: logFolder, KERNEL_LENS_TEST_TORCH: torch ?? '' },
      launchArgs,
    });
  });
}

/**
 * Mocha outside VS Code, driving it through its page.
 * @returns {Promise<readonly Outcome[]>}
 */
export async function runUiTests() {
  if (process.platform !== 'linux') {
    const detail = 'the VS Code that can be driven runs on Linux only';
    return [{ suite: 'ui', title: 'all of it', state: 'skipped', detail }];
  }
  const index = await buildTests('ui');
  return withResults(async (_, env) => {
    const { code } = await run(process.execPath, [index], {
      cwd: root,
      env: { ...process.env, ...env },
      limitMs,
      print: true,
    });
    if (code !== 0)
      throw new Error(code === null ? `The tests did not end in time.` : `The tests ended with code ${code}.`);
  });
}

/**
 * Runs Mocha in another process and reads what it left. A process that fails without a failed test to show for it, or
 * that leaves nothing, is a failure of its own.
 * @param {(folder: string, env: Record<string, string>) => Promise<void>} start takes a temporary folder
 * @returns {Promise<readonly Outcome[]>}
 */
async function withResults(start) {
  const folder = await mkdtemp(path.join(tmpdir(), 'kernel-lens-test-'));
  const results = path.join(folder, 'results.json');
  try {
    await mkdir(path.join(folder, 'workspace'));
    const problem = await start(folder, { KERNEL_LENS_TEST_RESULTS: results }).then(() => null, String);
    const text = await readFile(results, 'utf8').catch(() => null);
    if (text === null) throw new Error(problem ?? 'The tests ended without results: their process was stopped.');
    /** @type {Outcome[]} */
    const outcomes = JSON.parse(text);
    if (
      problem !== null &&
      outcomes.some(({ state }) => state === 'passed') &&
      outcomes.every(({ state }) => state !== 'failed')
    ) {
      throw new Error(problem);
    }
    return outcomes;
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
