import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { runCommand, SLOW_MS, until } from '../../scripts/vscode-page.mjs';
import { lens, openFile, openWorkbench, reportFixtures, screenshots } from './workbench';
import type { Workbench } from './workbench';

const GOOD = path.join(reportFixtures, 'h100.kernel-lens.json');
const SUITE = path.join(reportFixtures, 'suite.kernel-lens.json');
const THEMES = [
  { name: 'light', theme: 'Default Light Modern', kind: 'vs' },
  { name: 'dark', theme: 'Default Dark Modern', kind: 'vs-dark' },
  { name: 'high-contrast', theme: 'Default High Contrast', kind: 'hc-black' },
  { name: 'high-contrast-light', theme: 'Default High Contrast Light', kind: 'hc-light' },
];

suite('report files', function () {
  this.timeout(120_000);
  let workbench: Workbench;
  let page: Page;
  let files: string;

  suiteSetup(async () => {
    files = await mkdtemp(path.join(tmpdir(), 'kernel-lens-files-'));
    const text = await readFile(GOOD, 'utf8');
    const future = JSON.stringify({ ...(JSON.parse(text) as object), version: 99 });
    const broken: Record<string, string> = {
      'future.kernel-lens.json': future,
      'truncated.kernel-lens.json': text.slice(0, text.length / 2),
      'words.kernel-lens.json': 'These are no numbers.',
      'other.kernel-lens.json': '{"name": "something else"}',
      'damaged.kernel-lens.json': text.replace('"medianNs":', '"median":'),
      'empty.kernel-lens.json': '',
      'changing.kernel-lens.json': '',
    };
    for (const [name, content] of Object.entries(broken)) await writeFile(path.join(files, name), content);
    workbench = await openWorkbench({
      files: [
        [GOOD, 'good.kernel-lens.json'],
        [SUITE, 'suite.kernel-lens.json'],
        ...Object.keys(broken).map((name) => [path.join(files, name), name] as const),
      ],
    });
    page = workbench.page;
  });
  suiteTeardown(async () => {
    await workbench.close();
    await rm(files, { recursive: true, force: true });
  });
  teardown(async function () {
    if (this.currentTest?.state === 'failed') {
      const name = this.currentTest.title.replaceAll(/\W+/g, '-');
      await page.screenshot({ path: path.join(screenshots, `failed-${name}.png`) });
    }
    await runCommand(page, 'View: Close All Editors');
  });

  test('show their answer, every verdict in words, and no time for a wrong row', async () => {
    await openFile(page, 'good.kernel-lens.json');
    const view = await lens(page);
    const text = await view.innerText();
    for (const word of ['FASTER', 'SLOWER', 'SAME', 'UNCLEAR', 'WRONG', 'FAILED', 'NOT RUN']) {
      assert.match(text, new RegExp(word));
    }
    const wrong = view.locator('tr.data', { hasText: 'WRONG' }).first();
    assert.doesNotMatch(await wrong.innerText(), /×|µs|ms/);
    assert.match(text, /max error 0\.31 at \[16383, 17\]/);
  });

  test('sort by a column with the mouse', async () => {
    await openFile(page, 'good.kernel-lens.json');
    const view = await lens(page);
    const heading = view.getByRole('columnheader', { name: 'Speed-up', exact: true });
    const first = view.locator('.results tbody').first();
    const own = await first.innerText();
    await heading.click();
    await heading.click();
    await until('it is sorted', async () => (await heading.getAttribute('aria-sort')) === 'descending');
    assert.match(await first.innerText(), /4\.84×/);
    await heading.click();
    await until('it is not', async () => (await heading.getAttribute('aria-sort')) === 'none');
    assert.equal(await first.innerText(), own);
  });

  test('are walked and sorted with the keyboard', async () => {
    await openFile(page, 'good.kernel-lens.json');
    const view = await lens(page);
    const focused = view.locator('[data-cell]:focus');
    await view.locator('.results thead th').first().focus();
    const walk: [string, RegExp][] = [
      ['ArrowRight', /^Time/],
      ['ArrowDown', /^RMSNormalization 16384×4096 f32/],
      ['ArrowDown', /^unfused \(baseline\)/],
      ['ArrowRight', /^652 µs/],
      ['ArrowDown', /^186 µs/],
      ['End', /3e-7/],
      ['Home', /^fused/],
      ['Control+Home', /^Contender/],
      ['ArrowRight', /^Time/],
    ];
    for (const [key, words] of walk) {
      await page.keyboard.press(key);
      assert.match((await focused.innerText()).trim(), words, key);
    }
    await page.keyboard.press('Enter');
    const time = view.getByRole('columnheader', { name: 'Time' });
    await until('it is sorted', async () => (await time.getAttribute('aria-sort')) === 'ascending');
    assert.match((await focused.innerText()).trim(), /^Time/, 'the walk stays where it is');
    assert.equal(await view.locator('[data-cell][tabindex="0"]').count(), 1, 'one cell is in the tab order');
  });

  test('leave of many cases those that are looked for, on every tab', async () => {
    await openFile(page, 'suite.kernel-lens.json');
    const view = await lens(page);
    const cases = view.locator('.results tbody');
    const shown = view.getByRole('search', { name: 'Cases' }).getByRole('status');
    await until('all are shown', async () => (await cases.count()) === 9 && (await shown.innerText()) === '9 cases');
    await view.getByRole('table', { name: 'Kernels' }).getByRole('button', { name: 'Attention' }).click();
    await until('those of one kernel are left', async () => (await cases.count()) === 2);
    assert.match(await shown.innerText(), /^2 of 9 cases$/);
    await view.getByRole('searchbox', { name: 'Words of a case' }).fill('decode f16');
    await until('one case is left', async () => (await cases.count()) === 1);
    await view.getByRole('tab', { name: 'What fusing saves' }).click();
    assert.equal(await view.getByRole('region').count(), 1);
    await view.getByRole('searchbox', { name: 'Words of a case' }).fill('no such words');
    await view.getByText('No case is like that.').waitFor();
    await view.getByRole('button', { name: 'Show all' }).click();
    await view.getByRole('combobox', { name: 'Outcome' }).selectOption('WRONG');
    await until('wrong ones are left', async () => (await shown.innerText()).includes('of 9 cases'));
    await view.getByRole('button', { name: 'Show all' }).click();
    await view.getByRole('tab', { name: 'Table' }).click();
  });

  test('explain what fusing saves, and strike out what no longer goes through memory', async () => {
    await openFile(page, 'suite.kernel-lens.json');
    const view = await lens(page);
    await view.getByRole('tab', { name: 'What fusing saves' }).click();
    const explained = view.getByRole('region', { name: 'RMSNormalization 16384×4096 f32' });
    assert.match(await explained.innerText(), /fused moves 3\.5× less and ran 3\.4× faster: memory was the limit\./);
    assert.match(await explained.innerText(), /ONNX Runtime took 910\sµs, fused is 4\.9× faster/);
    const passes = explained.getByRole('list', { name: 'Passes of unfused (baseline), in order' });
    assert.equal(await passes.getByRole('listitem').count(), 6);
    assert.equal(await passes.locator('s').count(), 5);
    const first = (await passes.getByRole('listitem').first().textContent())?.replaceAll(/\s+/g, ' ') ?? '';
    assert.match(
      first,
      /The result of squares goes through memory: 268 MB, read back by mean of squares\. Not with fused\./,
    );
    await page.screenshot({ path: path.join(screenshots, 'report-savings.png') });
  });

  test('draw a roofline that the keyboard walks, and that is there as a table too', async () => {
    await openFile(page, 'suite.kernel-lens.json');
    const view = await lens(page);
    await view.getByRole('tab', { name: 'Chart' }).click();
    await view.getByRole('radio', { name: 'Roofline' }).check();
    const marks = view.getByRole('group', { name: /^Roofline: operations a second/ }).getByRole('img');
    await until('the marks are drawn', async () => (await marks.count()) === 11);
    assert.equal(await view.locator('kernel-lens-plot [tabindex="0"]').count(), 2, 'one mark of each in the tab order');
    await marks.first().focus();
    assert.match((await marks.first().getAttribute('aria-label')) ?? '', /^Attention 1×32×1→4096×128 f16, unfused/);
    await page.keyboard.press('End');
    const last = (await marks.last().getAttribute('aria-label')) ?? '';
    assert.equal(
      last,
      'MatMul 4096×4096 · 4096×4096 f16, tiled: 1,365 operations per byte, 163 TFLOP/s, 52% of the product rate',
    );
    await until('it is said below', async () => (await view.locator('.told').first().innerText()) === last);
    await page.screenshot({ path: path.join(screenshots, 'report-roofline.png') });
    await view.getByText('As a table').click();
    assert.match(await view.getByRole('grid', { name: 'Roofline' }).innerText(), /310 TFLOP\/s\s+52% product/);
    await view.getByRole('radio', { name: 'Speed-up over the baseline' }).check();
  });

  const broken: [string, RegExp][] = [
    ['future.kernel-lens.json', /version 99.*Update Kernel Lens/s],
    ['truncated.kernel-lens.json', /cut short/],
    ['words.kernel-lens.json', /not JSON/],
    ['other.kernel-lens.json', /no Kernel Lens report/],
    ['damaged.kernel-lens.json', /damaged: cases\[0\]\.rows\[0\]\.timing/],
    ['empty.kernel-lens.json', /is empty/],
  ];
  for (const [name, words] of broken) {
    test(`${name} says in words what is wrong, and opens as text`, async () => {
      await openFile(page, name);
      const view = await lens(page);
      await view.getByRole('heading', { name: 'This file cannot be shown as a report' }).waitFor();
      assert.match(await view.innerText(), words);
      await view.getByRole('button', { name: 'Open as Text' }).click();
      await page.locator('.monaco-editor .view-lines').first().waitFor({ timeout: SLOW_MS });
    });
  }

  test('show a file again when it has changed', async () => {
    await openFile(page, 'changing.kernel-lens.json');
    const view = await lens(page);
    await view.getByRole('button', { name: 'Open as Text' }).waitFor();
    await writeFile(path.join(workbench.folder, 'changing.kernel-lens.json'), await readFile(GOOD, 'utf8'));
    await view.locator('.results').waitFor({ timeout: SLOW_MS });
  });

  test('show on every theme, and in a narrow window', async () => {
    await openFile(page, 'good.kernel-lens.json');
    const view = await lens(page);
    await mkdir(path.join(workbench.folder, '.vscode'));
    for (const { name, theme, kind } of THEMES) {
      const settings = { 'workbench.colorTheme': theme };
      await writeFile(path.join(workbench.folder, '.vscode', 'settings.json'), JSON.stringify(settings));
      await page.locator(`.monaco-workbench.${kind}`).waitFor({ timeout: SLOW_MS });
      await view.locator('.results').waitFor();
      await page.screenshot({ path: path.join(screenshots, `report-${name}.png`) });
    }
    await page.setViewportSize({ width: 660, height: 860 });
    await runCommand(page, 'View: Close Primary Side Bar');
    await view.locator('.results').waitFor();
    const overflow = await view.evaluate((main) => main.ownerDocument.documentElement.scrollWidth - innerWidth);
    await page.screenshot({ path: path.join(screenshots, 'report-narrow.png') });
    assert.ok(overflow <= 0, `nothing sticks out: ${String(overflow)} px`);
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  test('broke no content security policy', () => {
    assert.deepEqual(workbench.violations, []);
  });
});
