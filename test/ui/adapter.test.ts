import assert from 'node:assert/strict';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { pick, runCommand, SLOW_MS, until } from '../../scripts/vscode-page.mjs';
import { lens, openPanel, openWorkbench, root, screenshots } from './workbench';
import type { Workbench } from './workbench';

const GELU = path.join(root, 'media', 'kernels', 'ai.onnx.Gelu');

suite('a machine without the adapter that was asked for', function () {
  this.timeout(180_000);
  let workbench: Workbench;
  let page: Page;

  suiteSetup(async () => {
    workbench = await openWorkbench({ settings: { 'kernelLens.adapter': 'Quantum 9000' } });
    page = workbench.page;
  });
  suiteTeardown(async () => {
    await workbench.close();
  });

  test('is told so in words, with the next step', async () => {
    await runCommand(page, 'Kernel Lens: Profile This Machine');
    const view = await lens(page);
    const problem = view.locator('.problem');
    await problem.waitFor({ timeout: SLOW_MS });
    await page.screenshot({ path: path.join(screenshots, 'no-adapter.png') });
    assert.match(await problem.innerText(), /Quantum 9000/);
    await problem.getByRole('button', { name: 'Choose an Adapter' }).click();
    await pick(page, 'SwiftShader');
    await until('the page names the new choice', async () => (await view.innerText()).includes('Adapter: software'));
  });
});

suite('a workspace that is not trusted', function () {
  this.timeout(180_000);
  let workbench: Workbench;
  let page: Page;

  suiteSetup(async () => {
    workbench = await openWorkbench({ workspaceTrust: true, files: [[GELU, 'my-gelu']] });
    page = workbench.page;
  });
  suiteTeardown(async () => {
    await workbench.close();
  });

  test('does not run its own kernels, and says why', async () => {
    const view = await openPanel(page);
    await view.locator('kernel-lens-popover', { hasText: 'Kernels' }).locator('button.opener').click();
    const own = view.locator('.sheet label.refused');
    await own.waitFor({ timeout: SLOW_MS });
    assert.match(await own.innerText(), /my-gelu/);
    assert.match(await own.innerText(), /not trusted/);
    assert.ok(await own.getByRole('checkbox').isDisabled());
    await page.screenshot({ path: path.join(screenshots, 'not-trusted.png') });
  });

  test('runs bundled ones', async () => {
    const view = await lens(page);
    await page.keyboard.press('Escape');
    await view.getByRole('button', { name: 'Run', exact: true }).click();
    await view.locator('.results tr.data').first().waitFor({ timeout: 150_000 });
    await view.getByRole('button', { name: 'Cancel', exact: true }).click();
    await view.getByRole('button', { name: 'Run', exact: true }).waitFor();
  });
});
