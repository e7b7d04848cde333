// The picture of the sidebar: the Hub of the tests, and a Python made for the picture.
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildHub } from './build-hub.mjs';
import { makePicturePython } from './picture-python.mjs';
import { runCommand, SLOW_MS, webview } from './vscode-page.mjs';

const project = `[project]
name = "llama-server"
version = "0.1.0"

[tool.kernels.dependencies]
"kernels-community/activation" = 1
`;

/**
 * @param {import('./vscode-host.mjs').HostOptions & import('./vscode-server.mjs').ServerOptions} look
 * @param {string} report what the view of results shows
 * @param {string} picture
 */
export async function photographSidebar(look, report, picture) {
  const { startVSCode } = await import('./vscode-host.mjs');
  const folder = await mkdtemp(path.join(tmpdir(), 'kernel-lens-picture-'));
  const workspace = path.join(folder, 'llama-server');
  const hub = await (await buildHub()).startHub();
  try {
    await mkdir(workspace);
    await writeFile(path.join(workspace, 'pyproject.toml'), project);
    await copyFile(report, path.join(workspace, path.basename(report)));
    const settings = {
      ...look.settings,
      'workbench.activityBar.location': 'default',
      'kernelLens.adapter': 'software',
      'kernelLens.python.path': await makePicturePython(folder, '12.8'),
      'kernelLens.hub.endpoint': hub.endpoint,
    };
    const vscode = await startVSCode({ ...look, folder: workspace, settings });
    try {
      const { page } = vscode;
      await runCommand(page, 'View: Show Kernel Lens');
      await page.getByRole('treeitem', { name: /^torch 2\.10/ }).waitFor({ timeout: SLOW_MS });
      await page.getByRole('treeitem', { name: /^Activation, / }).click();
      await runCommand(page, 'Kernel Lens: Open Kernel Details…');
      await page.locator('.quick-input-widget input.input').fill('kernels-community/activation');
      await page.locator('.quick-input-list .monaco-list-row').first().click();
      await webview(page).getByText('Taken here').waitFor({ timeout: SLOW_MS });
      await runCommand(page, 'Kernel Lens: Focus on Results View');
      await page.getByRole('treeitem', { name: /h100/ }).waitFor({ timeout: SLOW_MS });
      await runCommand(page, 'Kernel Lens: Focus on Pinned View');
      await page.mouse.move(640, 10);
      await page.screenshot({ path: picture, animations: 'disabled' });
    } finally {
      await vscode.close();
    }
  } finally {
    await hub.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
