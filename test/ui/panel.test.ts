import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { readReport } from '../../src/profile/reportFile';
import type { Report } from '../../src/profile/report';
import { answerFileDialog, runCommand, SLOW_MS, until } from '../../scripts/vscode-page.mjs';
import {
  closeEditor,
  lens,
  missNotification,
  seeNotification,
  openPanel,
  openWorkbench,
  root,
  screenshots,
} from './workbench';
import type { Workbench } from './workbench';

const RESULTS = 'results';
/** The smallest case there is: a launch of a few microseconds. */
const SMALLEST = '4096';

suite('the panel', function () {
  this.timeout(240_000);
  let workbench: Workbench;
  let page: Page;

  suiteSetup(async () => {
    workbench = await openWorkbench({ settings: { 'kernelLens.results.folder': RESULTS } });
    page = workbench.page;
  });
  suiteTeardown(async () => {
    await workbench.close();
  });
  setup(async () => {
    await page.keyboard.press('Escape');
  });
  teardown(async function () {
    if (this.currentTest?.state !== 'failed') return;
    const name = this.currentTest.title.replaceAll(/\W+/g, '-');
    await page.screenshot({ path: path.join(screenshots, `failed-${name}.png`) });
  });

  async function reports(): Promise<Report[]> {
    const folder = path.join(workbench.folder, RESULTS);
    const files = await readdir(folder).catch(() => []);
    const whole = files.filter((name) => name.endsWith('.kernel-lens.json')).sort();
    return Promise.all(whole.map(async (name) => readReport(await readFile(path.join(folder, name), 'utf8'), name)));
  }

  /** Chooses one kernel and its smallest case with the pickers. */
  async function chooseSmallest(view: Locator): Promise<void> {
    const kernels = view.locator('kernel-lens-popover', { hasText: 'Kernels' });
    await kernels.locator('button.opener').click();
    await kernels.getByRole('checkbox', { name: 'All kernels' }).uncheck();
    await kernels
      .locator('.sheet label', { hasText: /^\s*Gelu/ })
      .getByRole('checkbox')
      .check();
    await page.keyboard.press('Escape');
    await until('one kernel is chosen', async () => /Kernels\s*Gelu/.test(await kernels.innerText()));
    const cases = view.locator('kernel-lens-popover', { hasText: 'Cases' });
    await cases.locator('button.opener').click();
    await cases.getByRole('checkbox', { name: 'Suited to the adapter' }).uncheck();
    for (const box of await cases.locator('.sheet label').all()) {
      const name = (await box.innerText()).split('\n')[0]?.trim() ?? '';
      if (!name.startsWith('Suited') && name !== SMALLEST) await box.getByRole('checkbox').uncheck();
    }
    await page.keyboard.press('Escape');
    await until('one case is chosen', async () => (await cases.innerText()).includes('1 chosen'));
  }

  async function runAndWait(view: Locator): Promise<void> {
    await view.getByRole('button', { name: 'Run', exact: true }).click();
    await view.getByRole('button', { name: 'Cancel', exact: true }).waitFor();
    await view.getByRole('button', { name: 'Run', exact: true }).waitFor({ timeout: 180_000 });
  }

  test('asks its question before there is a report, with every bundled kernel chosen', async () => {
    const view = await openPanel(page);
    await view.getByText('Which kernel is faster on this machine').waitFor();
    const bundled = await readdir(path.join(root, 'media', 'kernels'));
    const all = new RegExp(`Kernels\\s*all ${bundled.length}\\b`);
    await until('all kernels are chosen', async () => all.test(await view.innerText()));
    assert.match(await view.innerText(), /Cases\s*suited to the adapter/);
    await page.screenshot({ path: path.join(screenshots, 'empty.png') });
  });

  test('runs what was picked and shows and keeps its rows', async () => {
    const view = await lens(page);
    await chooseSmallest(view);
    await runAndWait(view);
    const rows = view.locator('.results tr.data');
    assert.ok((await rows.count()) >= 2, 'a baseline and a contender');
    const text = await view.innerText();
    assert.match(text, /unfused \(baseline\)/);
    assert.match(text, /SwiftShader \(software\)/);
    assert.match(text, /says? nothing about a GPU/);
    const kept = await reports();
    assert.equal(kept.length, 1);
    assert.equal(kept[0]?.status, 'complete');
    assert.ok(kept[0].cases.every((item) => item.kernel === 'ai.onnx.Gelu' && item.name === SMALLEST));
    await page.screenshot({ path: path.join(screenshots, 'result.png') });
  });

  test('copies the table as Markdown', async () => {
    const view = await lens(page);
    await view.getByRole('button', { name: 'Copy' }).click();
    await view.getByText('Copied as Markdown.').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, /\| case \| contender \|/);
    assert.match(copied, /SwiftShader/);
    assert.match(copied, /unfused/);
  });

  test('shows every tab, and walks them with the keyboard', async () => {
    const view = await lens(page);
    await view.getByRole('tab', { name: 'Table' }).focus();
    const seen: [string, RegExp][] = [
      ['Chart', /Share of the copy rate/],
      ['What fusing saves', /counted from each variant/],
      ['Accuracy', /Oracle: /],
      ['Machine', /Copy rate/],
    ];
    for (const [name, words] of seen) {
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await view.getByRole('tab', { name, selected: true }).waitFor();
      await until(`${name} is shown`, async () => words.test(await view.innerText()));
    }
    await view.getByRole('tab', { name: 'Table' }).click();
    await view.locator('.results').waitFor();
  });

  test('saves a report that opens again as a file', async () => {
    const view = await lens(page);
    await view.getByRole('button', { name: 'Export' }).click();
    await view.getByRole('menuitem', { name: 'Save as JSON' }).click();
    const file = path.join(workbench.folder, 'saved.kernel-lens.json');
    await answerFileDialog(page, file);
    await view.getByText('Wrote saved.kernel-lens.json.').waitFor();
    assert.equal(readReport(await readFile(file, 'utf8'), 'saved').id, (await reports())[0]?.id);

    await runCommand(page, 'Kernel Lens: Open Report');
    await answerFileDialog(page, file);
    await page.locator('.tab.active', { hasText: 'saved.kernel-lens.json' }).waitFor();
    const opened = await lens(page);
    await opened.getByRole('heading', { name: 'saved.kernel-lens.json' }).waitFor();
    assert.match(await opened.innerText(), /unfused \(baseline\)/);
    assert.equal(await opened.getByRole('button', { name: 'Run', exact: true }).count(), 0, 'a file is read only');
    await closeEditor(page);
  });

  test('comes back after a reload, with its report and the tab that was open', async () => {
    const view = await lens(page);
    await view.getByRole('tab', { name: 'Accuracy' }).click();
    await view.locator('.accuracy').waitFor();
    const reloaded = page.waitForEvent('load', { timeout: SLOW_MS });
    await runCommand(page, 'Developer: Reload Window');
    await reloaded;
    const back = await lens(page);
    await back.locator('.accuracy').waitFor();
    assert.match(await back.innerText(), /Gelu/);
    await back.getByRole('tab', { name: 'Table' }).click();
    assert.match(await back.innerText(), /Kernels\s*Gelu/, 'what was picked is still picked');
  });

  test('refuses a second run, cancels, and keeps the rows that have finished', async () => {
    await runCommand(page, 'Kernel Lens: Profile This Machine');
    const view = await lens(page);
    await view.getByRole('button', { name: 'Cancel', exact: true }).waitFor();
    await runCommand(page, 'Kernel Lens: Profile This Machine');
    await seeNotification(page, 'A profile is running');
    await runCommand(page, 'Notifications: Clear All Notifications');
    await until('the first rows are there', async () => (await view.locator('.results tr.data').count()) >= 2, 180_000);
    const newest = async (): Promise<Report | undefined> => (await reports()).at(-1);
    await until('what has finished is written while the rest runs', async () => (await newest())?.status === 'running');
    const growing = await newest();
    await page.screenshot({ path: path.join(screenshots, 'running.png') });

    await view.getByRole('button', { name: 'Cancel', exact: true }).click();
    await view.getByRole('button', { name: 'Run', exact: true }).waitFor();
    const kept = await newest();
    assert.ok(kept !== undefined && growing !== undefined);
    assert.equal(kept.id, growing.id);
    assert.equal(kept.status, 'cancelled');
    assert.ok(kept.cases.length >= growing.cases.length);
    assert.ok((await view.locator('.results tr.data').count()) >= 2);
    assert.match(await view.innerText(), /Cancelled after/);
  });

  test('goes on when it is closed, says so, and can be reopened', async () => {
    await runCommand(page, 'Kernel Lens: Profile This Machine');
    const view = await lens(page);
    await view.getByRole('button', { name: 'Cancel', exact: true }).waitFor();
    await closeEditor(page);
    await seeNotification(page, 'Kernel Lens profiles on');
    await page.locator('.statusbar-item', { hasText: 'Kernel Lens' }).click();
    const again = await lens(page);
    await missNotification(page, 'Kernel Lens profiles on');
    await again.getByRole('button', { name: 'Cancel', exact: true }).click();
    await again.getByRole('button', { name: 'Run', exact: true }).waitFor();
  });

  test('has what had finished when its window was closed, and nothing is left running', async () => {
    await runCommand(page, 'Kernel Lens: Profile This Machine');
    const view = await lens(page);
    await view.getByRole('button', { name: 'Cancel', exact: true }).waitFor();
    await until('the first rows are there', async () => (await view.locator('.results tr.data').count()) >= 2, 180_000);
    await until('they are written', async () => (await reports()).at(-1)?.status === 'running');
    const rows = await view.locator('.results tr.data').count();
    const reloaded = page.waitForEvent('load', { timeout: SLOW_MS });
    await runCommand(page, 'Developer: Reload Window');
    await reloaded;
    const back = await lens(page);
    await back.getByRole('button', { name: 'Run', exact: true }).waitFor();
    await back.locator('.results').waitFor();
    assert.match(await back.innerText(), /The window was closed while it ran|Cancelled after/);
    assert.ok((await back.locator('.results tr.data').count()) >= rows);
    // Whoever measures holds a lock with its process id.
    await until('nobody measures', async () => {
      const locks = (await readdir(workbench.temporary)).filter((name) => name.endsWith('.lock'));
      const holders = await Promise.all(locks.map((name) => readFile(path.join(workbench.temporary, name), 'utf8')));
      return !holders.some((pid) => existsSync(`/proc/${pid}`));
    });
  });

  test('broke no content security policy', () => {
    assert.deepEqual(workbench.violations, []);
  });
});
