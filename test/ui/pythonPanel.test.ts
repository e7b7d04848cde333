import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { readReport } from '../../src/profile/reportFile';
import type { Report } from '../../src/profile/report';
import { pick, runCommand, SLOW_MS, until } from '../../scripts/vscode-page.mjs';
import { fakeTorch, type FakeTorch } from '../unit/fakeTorch';
import { startHub, type HubProcess } from './hubProcess';
import { answer, lens, openPanel, openWorkbench, screenshots, type Workbench } from './workbench';

const RESULTS = 'results';

/** Whether a button of VS Code's own make is disabled. */
async function isOff(button: Locator): Promise<boolean> {
  return (await button.getAttribute('disabled')) !== null;
}

suite('kernels for Python', function () {
  this.timeout(240_000);
  let hub: HubProcess;
  let home: string;
  let torch: FakeTorch;
  let workbench: Workbench;
  let page: Page;

  suiteSetup(async () => {
    hub = await startHub();
    home = await mkdtemp(path.join(tmpdir(), 'kernel-lens-python-ui-'));
    torch = await fakeTorch(home);
    workbench = await openWorkbench({
      settings: {
        'kernelLens.hub.endpoint': hub.endpoint,
        'kernelLens.python.path': torch.python,
        'kernelLens.results.folder': RESULTS,
      },
      env: { HF_HOME: home },
    });
    page = workbench.page;
  });
  suiteTeardown(async () => {
    await workbench.close();
    hub.close();
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  teardown(async function () {
    if (this.currentTest?.state !== 'failed') return;
    const name = this.currentTest.title.replaceAll(/\W+/g, '-');
    await page.screenshot({ path: path.join(screenshots, `failed-${name}.png`) });
  });

  function picker(view: Locator, label: string): Locator {
    return view.locator('kernel-lens-popover', { hasText: label });
  }

  /** Opens a picker, does something in it, and closes it. */
  async function within(view: Locator, label: string, act: (sheet: Locator) => Promise<void>): Promise<void> {
    await picker(view, label).locator('button.opener').click();
    await act(picker(view, label).locator('.sheet'));
    await page.keyboard.press('Escape');
  }

  async function newest(): Promise<Report | null> {
    const folder = path.join(workbench.folder, RESULTS);
    const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.kernel-lens.json')).sort();
    const last = files.at(-1);
    return last === undefined ? null : readReport(await readFile(path.join(folder, last), 'utf8'), last);
  }

  const run = (view: Locator): Locator => view.getByRole('button', { name: 'Run', exact: true });
  const cancel = (view: Locator): Locator => view.getByRole('button', { name: 'Cancel', exact: true });

  async function profileFromHub(id: string): Promise<void> {
    await runCommand(page, 'Kernel Lens: Profile Kernel from the Hub…');
    await answer(page, 'Which kernel of the Hub?', id);
  }

  test('have a setup of their own, reached with the keyboard', async () => {
    const view = await openPanel(page);
    await view.getByRole('radio', { name: 'WebGPU' }).focus();
    await page.keyboard.press('ArrowRight');
    await until('the interpreter is named', async () =>
      /Python 3\.12 .* torch 2\.10 \+ CPU/.test(await view.innerText()),
    );
    assert.ok(await view.getByRole('radio', { name: 'Python' }).isChecked());
    assert.match(await view.innerText(), /Kernels\s*none/);
    assert.ok(await isOff(run(view)));
    await view.getByRole('button', { name: 'Choose a Kernel…' }).click();
    await answer(page, 'Which Python kernel of the Hub?', 'kernels-community/activation');
    await until('it is chosen', async () => /Kernels\s*activation/.test(await view.innerText()));
    await page.screenshot({ path: path.join(screenshots, 'python-setup.png') });
  });

  test('take shapes as they are typed, and say beside them what is wrong', async () => {
    const view = await lens(page);
    await within(view, 'Inputs', async (sheet) => {
      const field = sheet.getByRole('textbox', { name: 'Shapes' });
      await field.fill('tokens=4096,innr=2');
      await sheet.getByText('“innr” is no size').waitFor();
      await page.screenshot({ path: path.join(screenshots, 'python-shapes.png') });
      assert.ok(await isOff(run(view)));
      await field.fill('tokens=8,inner=16; tokens=1,inner=16');
      await sheet.getByText('“innr” is no size').waitFor({ state: 'hidden' });
      await sheet.getByRole('checkbox', { name: 'float16', exact: true }).check();
    });
    await within(view, 'Against', async (sheet) => {
      await sheet.getByRole('checkbox', { name: 'torch.compile' }).uncheck();
      await sheet.getByRole('checkbox', { name: 'v1' }).check();
    });
    await within(view, 'Workloads', async (sheet) => {
      await sheet.getByRole('checkbox', { name: 'All that fit' }).waitFor();
    });
    await within(view, 'Size', (sheet) => sheet.getByRole('radio', { name: 'Full' }).check());
    await until('all is chosen', async () => {
      const text = await view.innerText();
      return /Against\s*PyTorch, v1/.test(text) && /Inputs\s*as typed, float16/.test(text) && /Size\s*Full/.test(text);
    });
  });

  test('are set up as before once the window is loaded again', async () => {
    const reloaded = page.waitForEvent('load', { timeout: SLOW_MS });
    await runCommand(page, 'Developer: Reload Window');
    await reloaded;
    const view = await lens(page);
    await until('it is as it was', async () => /Against\s*PyTorch, v1/.test(await view.innerText()));
    assert.match(await view.innerText(), /Kernels\s*activation[\s\S]*Inputs\s*as typed, float16[\s\S]*Size\s*Full/);
  });

  test('are measured as they were set up, and the report is kept', async () => {
    const view = await lens(page);
    await run(view).click();
    await view.locator('.results tr.data').first().waitFor({ timeout: SLOW_MS });
    await run(view).waitFor({ timeout: SLOW_MS });
    await page.screenshot({ path: path.join(screenshots, 'python-result.png') });
    assert.match(await view.innerText(), /PyTorch \(baseline\)[\s\S]*activation v2[\s\S]*activation v1/);
    const [request, ...others] = await torch.requests();
    assert.deepEqual(others, []);
    const { contenders, sources } = request as { contenders: { id: string }[]; sources: object[] };
    assert.deepEqual(
      contenders.map(({ id }) => id),
      ['eager', 'kernels-community/activation@v2', 'kernels-community/activation@v1'],
    );
    const shapes = [
      { tokens: 8, inner: 16 },
      { tokens: 1, inner: 16 },
    ];
    assert.deepEqual(sources, [{ kind: 'builtin', size: 'full', backward: false, shapes, dtypes: ['float16'] }]);
    const report = await newest();
    assert.equal(report?.status, 'complete');
    assert.equal(report.kernels[0]?.language, 'python');
    await within(view, 'Workloads', async (sheet) => {
      // The harness named one that is none of those that are built in: a benchmark script's.
      await sheet.getByRole('checkbox', { name: 'Plain.small' }).waitFor();
    });
  });

  test('are measured one run at a time, whichever they are, and stop when they are told to', async () => {
    await torch.hold(true);
    const view = await lens(page);
    await run(view).click();
    await view.locator('.results tr.data').first().waitFor({ timeout: SLOW_MS });
    await runCommand(page, 'Kernel Lens: Profile This Machine');
    await cancel(view).click();
    await run(view).waitFor({ timeout: SLOW_MS });
    await torch.hold(false);
    const report = await newest();
    assert.equal(report?.status, 'cancelled');
    assert.equal(report.cases.length, 1);
    assert.equal(report.kernels[0]?.language, 'python', 'the other run did not begin');
  });

  test('of a stranger run nothing before somebody agrees, and are asked about once', async () => {
    const before = (await torch.requests()).length;
    await profileFromHub('stranger/relu');
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.waitFor({ timeout: SLOW_MS });
    assert.match(await dialog.innerText(), /Run stranger\/relu on this machine\?/);
    assert.match(await dialog.innerText(), /A kernel is a program that runs with your rights/);
    await page.screenshot({ path: path.join(screenshots, 'python-consent.png') });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    const view = await lens(page);
    await run(view).waitFor({ timeout: SLOW_MS });
    assert.equal((await torch.requests()).length, before);
    await run(view).click();
    await dialog.getByRole('button', { name: 'Run It' }).click({ timeout: SLOW_MS });
    await until('it has run', async () => (await torch.requests()).length === before + 1);
    await run(view).waitFor({ timeout: SLOW_MS });
    await run(view).click();
    await until('it has run again', async () => (await torch.requests()).length === before + 2);
    assert.equal(await dialog.count(), 0);
    await run(view).waitFor({ timeout: SLOW_MS });
  });

  test('that do not run here say why', async () => {
    await profileFromHub('kernels-community/triton-layer-norm');
    const view = await lens(page);
    const problem = view.locator('.problem');
    await problem.getByText('The kernel does not run here').waitFor({ timeout: SLOW_MS });
    assert.match(await problem.innerText(), /kernels-community\/triton-layer-norm@v3 does not run here: /);
    await page.screenshot({ path: path.join(screenshots, 'python-unfit.png') });
  });

  test('that lack a package say which command would help, and copy it', async () => {
    await torch.become('0.13.0');
    await runCommand(page, 'Kernel Lens: Look at This Machine Again');
    const view = await lens(page);
    const problem = view.locator('.problem');
    await until('the old library is seen', async () => {
      await view.getByRole('button', { name: 'Run Again' }).click();
      return (await problem.innerText()).includes('kernels 0.13.0 is too old');
    });
    await problem.locator('code', { hasText: "pip install 'kernels>=0.15'" }).waitFor();
    await page.screenshot({ path: path.join(screenshots, 'python-lack.png') });
    await problem.getByRole('button', { name: 'Copy Command' }).click();
    await until('it is copied', async () => {
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      return copied.endsWith("python -m pip install 'kernels>=0.15'");
    });
    await problem.getByRole('button', { name: 'Run in Terminal' }).click();
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.waitFor({ timeout: SLOW_MS });
    assert.match(await dialog.innerText(), /Run this command in a terminal\?[\s\S]*pip install 'kernels>=0\.15'/);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await page.locator('.terminal-wrapper').count(), 0);
  });

  test('broke no content security policy', () => {
    assert.deepEqual(workbench.violations, []);
  });
});

suite('kernels for Python in a workspace that is not trusted', function () {
  this.timeout(180_000);
  let home: string;
  let torch: FakeTorch;
  let workbench: Workbench;

  suiteSetup(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'kernel-lens-python-ui-'));
    torch = await fakeTorch(home);
    workbench = await openWorkbench({ workspaceTrust: true, settings: { 'kernelLens.python.path': torch.python } });
  });
  suiteTeardown(async () => {
    await workbench.close();
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  test('are not run, and the page says why', async () => {
    const { page } = workbench;
    const view = await openPanel(page);
    await view.getByRole('radio', { name: 'Python' }).check();
    await until('it says so', async () => /Nothing is run with Python.*not trusted/.test(await view.innerText()));
    assert.ok(await isOff(view.getByRole('button', { name: 'Run', exact: true })));
    await view.getByRole('button', { name: 'manage workspace trust' }).waitFor();
    await page.screenshot({ path: path.join(screenshots, 'python-not-trusted.png') });
    await runCommand(page, 'Kernel Lens: Profile Kernel…');
    await pick(page, 'From the Hub…');
    await until('nothing is offered', async () => (await page.locator('.quick-input-widget:visible').count()) === 0);
    assert.deepEqual(await torch.requests(), []);
  });
});
