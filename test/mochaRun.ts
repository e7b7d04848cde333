import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Mocha from 'mocha';

/** One test's end, as every suite reports it. */
export interface Outcome {
  readonly suite: string;
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped or how it failed. */
  readonly detail: string;
}

/**
 * Runs every test file of a folder and writes the outcomes to the file that KERNEL_LENS_TEST_RESULTS names.
 * KERNEL_LENS_TEST_GREP chooses tests by title.
 */
export async function runMocha(suite: string, folder: string, ending: string): Promise<readonly Outcome[]> {
  const grep = process.env['KERNEL_LENS_TEST_GREP'];
  const mocha = new Mocha({ ui: 'tdd', timeout: 60_000, color: false, ...(grep === undefined ? {} : { grep }) });
  const files = (await readdir(folder)).filter((name) => name.endsWith(ending)).sort();
  for (const name of files) mocha.addFile(path.join(folder, name));
  await mocha.loadFilesAsync();
  const outcomes: Outcome[] = [];
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => {
      resolve();
    });
    runner.on('pass', (test) => {
      outcomes.push({ suite, title: test.fullTitle(), state: 'passed', detail: '' });
    });
    runner.on('pending', (test) => {
      outcomes.push({ suite, title: test.fullTitle(), state: 'skipped', detail: 'skipped by the test' });
    });
    runner.on('fail', (test, error: unknown) => {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      outcomes.push({ suite, title: test.fullTitle(), state: 'failed', detail });
    });
  });
  const results = process.env['KERNEL_LENS_TEST_RESULTS'];
  if (results !== undefined) await writeFile(results, JSON.stringify(outcomes));
  return outcomes;
}
