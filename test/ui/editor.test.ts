import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pick, SLOW_MS, until } from '../../scripts/vscode-page.mjs';
import { fakePython } from '../unit/fakePython';
import { openFile, openWorkbench, root, screenshots, type Workbench } from './workbench';

const CODE = `import torch
import torch.nn.functional as F
from kernels import get_kernel

kernel = get_kernel("kernels-community/activation", version=2)
without = get_kernel("kernels-community/activation")


def act(x):
    return F.silu(x)
`;

suite('code that concerns kernels', function () {
  this.timeout(180_000);
  let hub: ChildProcess;
  let home: string;
  let workbench: Workbench;

  suiteSetup(async () => {
    hub = spawn(process.execPath, [path.join(root, 'scripts', 'test-hub.mjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (hub.stdout === null) throw new Error('the Hub of the tests does not say where it is');
    const [line] = (await once(hub.stdout, 'data')) as [Buffer];
    home = await mkdtemp(path.join(tmpdir(), 'kernel-lens-editor-ui-'));
    const file = path.join(home, 'model.py');
    await writeFile(file, CODE);
    workbench = await openWorkbench({
      settings: {
        'kernelLens.hub.endpoint': line.toString().trim(),
        'kernelLens.python.path': await fakePython(home),
      },
      env: { HF_HOME: home },
      files: [[file, 'model.py']],
    });
    await openFile(workbench.page, 'model.py');
  });
  suiteTeardown(async () => {
    await workbench.close();
    hub.kill();
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  test('has lenses that say what runs here', async () => {
    const { page } = workbench;
    await page
      .locator('.codelens-decoration', { hasText: /runs here/ })
      .first()
      .waitFor({ timeout: SLOW_MS });
    await page.locator('.codelens-decoration', { hasText: /fails as written/ }).waitFor({ timeout: SLOW_MS });
    await page
      .locator('.codelens-decoration', { hasText: /activation has silu for this/ })
      .waitFor({ timeout: SLOW_MS });
    await page.locator('.cdr.squiggly-error').first().waitFor({ timeout: SLOW_MS });
    await page.screenshot({ path: path.join(screenshots, 'editor.png') });
  });

  test('is written after a click on a lens and a choice', async () => {
    const { page } = workbench;
    await page.locator('.codelens-decoration a', { hasText: /activation has silu for this/ }).click();
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Loaded once' }).waitFor({ timeout: SLOW_MS });
    await page.screenshot({ path: path.join(screenshots, 'editor-forms.png') });
    await pick(page, 'Loaded once');
    await until('the kernel is loaded', async () => {
      const text = await page.locator('.view-lines').first().innerText();
      return text.replaceAll('\u00a0', ' ').includes('.silu(out, ');
    });
  });
});
