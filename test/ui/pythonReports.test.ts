import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { runCommand, until } from '../../scripts/vscode-page.mjs';
import { lens, openFile, openWorkbench, reportFixtures, screenshots } from './workbench';
import type { Workbench } from './workbench';

/** The headings by the width of the window in pixels. That of the bars, between speed-up and verdict, is empty. */
const HEADINGS_BY_WIDTH = [
  [1500, 'Contender|Time|±|Speed-up||Verdict|Limit|Bandwidth|Compute|Launches|Memory|Error'],
  [1200, 'Contender|Time|±|Speed-up||Verdict|Limit|Launches|Memory|Error'],
  [1000, 'Contender|Time|±|Speed-up||Verdict|Limit|Error'],
  [700, 'Contender|Time|±|Speed-up|Verdict|Limit|Error'],
] as const;

suite('report files of Python', function () {
  this.timeout(120_000);
  let workbench: Workbench;
  let page: Page;

  suiteSetup(async () => {
    workbench = await openWorkbench({
      files: ['python-h100', 'python-cpu', 'software'].map((name) => [
        path.join(reportFixtures, `${name}.kernel-lens.json`),
        `${name}.kernel-lens.json`,
      ]),
    });
    page = workbench.page;
  });
  suiteTeardown(async () => {
    await workbench.close();
  });
  teardown(async function () {
    if (this.currentTest?.state === 'failed') {
      const name = this.currentTest.title.replaceAll(/\W+/g, '-');
      await page.screenshot({ path: path.join(screenshots, `failed-${name}.png`) });
    }
    await runCommand(page, 'View: Close All Editors');
  });

  const tab = async (view: Locator, title: string): Promise<string> => {
    await view.getByRole('tab', { name: title, exact: true }).click();
    await until(`${title} is shown`, async () => (await view.getByRole('grid').count()) === 1);
    return view.innerText();
  };

  test('show what ran where, the limit that a row came near to, and no time for a row that is wrong', async () => {
    await openFile(page, 'python-h100.kernel-lens.json');
    const view = await lens(page);
    const text = await view.innerText();
    assert.match(text, /activation v1 is 1\.5× faster than PyTorch here/);
    assert.match(text, /PyTorch 2\.11\.0, CUDA 13\.0\) · copy rate here 2,895 GB\/s · bfloat16 product 640 TFLOP\/s/);
    for (const words of [
      /98%\s*copy/,
      /85%\s*product/,
      /launches 2 → 1 · peak memory 235 MB → 117 MB/,
      /UNCLEAR/,
      /FAILED/,
    ])
      assert.match(text, words);
    assert.match(
      text,
      /activation v1, activation v2: less exact than the oracle \(2e-3\), but more exact than PyTorch \(4e-3\)/,
    );
    assert.match(text, /activation v2 does not take part: the kernel has no function for SwiGLU MLP/);
    const wrong = view.locator('tr.data', { hasText: 'WRONG' });
    assert.equal(await wrong.count(), 2);
    for (const row of await wrong.all()) assert.doesNotMatch(await row.innerText(), /×|µs|ms/);
  });

  test('say what one call launches and needs, and how exact it is beside PyTorch', async () => {
    await openFile(page, 'python-h100.kernel-lens.json');
    const view = await lens(page);
    const cost = await tab(view, 'Launches and memory');
    assert.match(cost, /On the device/);
    await view.getByText('launches by name').first().click();
    assert.match(await view.innerText(), /triton_poi_fused_mul_silu_0/);
    const accuracy = await tab(view, 'Accuracy');
    assert.match(accuracy, /Of baseline/);
    assert.match(accuracy, /0\.45×/);
    assert.match(accuracy, /Its time cannot be trusted: 1 of 1 launches ran on another stream/);
    assert.match(accuracy, /\d+ checks of the times passed/);
    await view.getByRole('tab', { name: 'Machine', exact: true }).click();
    for (const words of [
      '2.11.0+cu130, CUDA 13.0',
      'Product, float16',
      'by CUDA events',
      'torch211-cxx11-cu130-x86_64-linux',
    ])
      await view.getByText(words).first().waitFor();
  });

  test('fill the page at every width, with the columns that have room', async () => {
    await openFile(page, 'python-h100.kernel-lens.json');
    await runCommand(page, 'View: Close Primary Side Bar');
    const view = await lens(page);
    const headings = async (): Promise<string> => {
      const texts = await view.locator('thead th').allInnerTexts();
      return texts.map((text) => text.trim()).join('|');
    };
    try {
      for (const [width, wanted] of HEADINGS_BY_WIDTH) {
        await page.setViewportSize({ width, height: 860 });
        await until(
          `the table fills ${width} pixels with ${wanted}`,
          async () => (await headings()) === wanted && (await lastEdge(view)) <= 1,
        );
      }
    } finally {
      await page.setViewportSize({ width: 1280, height: 860 });
      await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
    }
  });

  test('of a CPU say that it is the time of the CPU', async () => {
    await openFile(page, 'python-cpu.kernel-lens.json');
    const view = await lens(page);
    assert.match(await view.innerText(), /on the CPU, which says nothing about a GPU/);
    assert.match(await view.locator('thead').innerText(), /Error/);
    assert.doesNotMatch(await view.locator('thead').innerText(), /Launches|Memory/);
    assert.match(await tab(view, 'Launches and memory'), /can be seen on a GPU only/);
  });

  test('and those of WebGPU keep their own tab', async () => {
    await openFile(page, 'software.kernel-lens.json');
    const view = await lens(page);
    assert.match(await tab(view, 'What fusing saves'), /counted from each variant's passes/);
    assert.deepEqual(workbench.violations, []);
  });
});

/** How far the last heading is from the table's edge, pixels: hidden columns must leave no room behind. */
async function lastEdge(view: Locator): Promise<number> {
  return view.locator('table').evaluate((table) => {
    const last = [...table.querySelectorAll('thead th')].at(-1);
    return Math.abs(table.getBoundingClientRect().right - (last?.getBoundingClientRect().right ?? 0));
  });
}
