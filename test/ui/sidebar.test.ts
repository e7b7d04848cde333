import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { runCommand, SLOW_MS } from '../../scripts/vscode-page.mjs';
import { openWorkbench, root, screenshots, type Workbench } from './workbench';

const row = (page: Page, name: RegExp): Locator => page.getByRole('treeitem', { name }).first();

suite('the sidebar of a fresh install with the network cut', () => {
  let workbench: Workbench;

  suiteSetup(async () => {
    workbench = await openWorkbench({
      env: { HF_HUB_OFFLINE: '1' },
      files: [[path.join(root, 'test/fixtures/reports/h100.kernel-lens.json'), 'h100.kernel-lens.json']],
    });
    await runCommand(workbench.page, 'View: Show Kernel Lens');
  });
  suiteTeardown(async () => {
    await workbench.close();
  });

  test('lists the kernels that are built in, and says why it is not the list of now', async () => {
    const { page } = workbench;
    await row(page, /^Attention, \d+ kernels$/).waitFor({ timeout: SLOW_MS });
    await page.getByText(/Offline, because HF_HUB_OFFLINE is set\. This is the built-in list/).waitFor();
  });

  test('opens a kernel to what is known of it, and to why the rest is not', async () => {
    const { page } = workbench;
    await row(page, /^Attention, /).click();
    await row(page, /^flash-attn2, .*version 3, CUDA, XPU, CPU/).click();
    await row(page, /^Functions: \d+/).waitFor();
    await row(page, /^Not read: HF_HUB_OFFLINE/).waitFor();
    await page.screenshot({ path: path.join(screenshots, 'sidebar.png') });
  });

  test('follows what is typed, and says what to do where nothing is found', async () => {
    const { page } = workbench;
    await runCommand(page, 'Kernel Lens: Search Kernels…');
    const input = page.locator('.quick-input-widget input.input');
    await input.fill('rms norm');
    await row(page, /^RMSNormalization \(WebGPU\), .*bundled/).waitFor();
    await row(page, /^Attention, /).waitFor({ state: 'detached' });
    await input.fill('there is no such kernel');
    await page.getByText(/No kernel is like that among those that are known here/).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clear Search and Filters' }).first().click();
    await row(page, /^Attention, /).waitFor();
  });

  test('lists the reports of the folder with their answers', async () => {
    const { page } = workbench;
    await runCommand(page, 'Kernel Lens: Focus on Results View');
    await row(page, /(FASTER|SLOWER|SAME|UNCLEAR|WRONG).*h100\.kernel-lens\.json/).waitFor({ timeout: SLOW_MS });
  });
});
