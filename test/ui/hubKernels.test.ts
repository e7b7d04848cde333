import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { runCommand, SLOW_MS, until } from '../../scripts/vscode-page.mjs';
import { startHub, type HubProcess } from './hubProcess';
import { answer, lens, openWorkbench, screenshots, type Workbench } from './workbench';

/** Chooses a kernel of the Hub under `Profile Kernel…`. */
async function profileFromHub(page: Page, id: string): Promise<void> {
  await runCommand(page, 'Kernel Lens: Profile Kernel…');
  await answer(page, 'Which kernel?', 'From the Hub…');
  await answer(page, 'Which kernel of the Hub?', id);
}

suite('a kernel of the Hub', function () {
  this.timeout(240_000);
  let hub: HubProcess;
  let home: string;
  let workbench: Workbench;
  let page: Page;

  suiteSetup(async () => {
    hub = await startHub();
    home = await mkdtemp(path.join(tmpdir(), 'kernel-lens-hub-ui-'));
    workbench = await openWorkbench({
      settings: { 'kernelLens.hub.endpoint': hub.endpoint },
      env: { HF_HOME: home },
    });
    page = workbench.page;
  });
  suiteTeardown(async () => {
    await workbench.close();
    hub.close();
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  test('of a publisher who is not trusted runs nothing before somebody agrees', async () => {
    await profileFromHub(page, 'stranger/ai.onnx.Softmax');
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.waitFor({ timeout: SLOW_MS });
    const text = await dialog.innerText();
    assert.match(text, /Run stranger\/ai\.onnx\.Softmax on this GPU\?/);
    assert.match(text, /does not list stranger.*as a trusted publisher of kernels/);
    await page.screenshot({ path: path.join(screenshots, 'hub-consent.png') });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const fetched = await readdir(path.join(home, 'hub'), { recursive: true }).catch(() => []);
    assert.deepEqual(
      fetched.filter((name) => name.endsWith('manifest.json')),
      [],
    );
  });

  test('is fetched, profiled and offered again', async () => {
    await profileFromHub(page, 'webgpu-kernels/ai.onnx.Add');
    const view = await lens(page);
    await view.locator('.results tr.data').first().waitFor({ timeout: 150_000 });
    await page.screenshot({ path: path.join(screenshots, 'hub-kernel.png') });
    assert.match(await view.innerText(), /Add/);
    await view.locator('kernel-lens-popover', { hasText: 'Kernels' }).locator('button.opener').click();
    const choice = view.locator('.sheet label', { hasText: 'webgpu-kernels/ai.onnx.Add v1' });
    await choice.waitFor({ timeout: SLOW_MS });
    assert.ok(await choice.getByRole('checkbox').isChecked());
    await page.keyboard.press('Escape');
    await until('the run has ended', async () => view.getByRole('button', { name: 'Run', exact: true }).isVisible());
  });

  test('that somebody agreed to runs, and is not asked about again', async () => {
    await profileFromHub(page, 'stranger/ai.onnx.Softmax');
    await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Run It' }).click({ timeout: SLOW_MS });
    const view = await lens(page);
    const cancel = view.getByRole('button', { name: 'Cancel', exact: true });
    await cancel.click({ timeout: SLOW_MS });
    const run = view.getByRole('button', { name: 'Run', exact: true });
    await run.waitFor({ timeout: SLOW_MS });
    await profileFromHub(page, 'stranger/ai.onnx.Softmax');
    await cancel.click({ timeout: SLOW_MS });
    assert.equal(await page.locator('.monaco-dialog-box').count(), 0);
    await run.waitFor({ timeout: SLOW_MS });
  });
});
