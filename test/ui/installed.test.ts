import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageExtension } from '../../scripts/package.mjs';
import { setUpSoftwareGpu } from '../../scripts/setup-software-gpu.mjs';
import { startVSCode } from '../../scripts/vscode-host.mjs';
import { pick, runCommand, webview } from '../../scripts/vscode-page.mjs';

suite('the packaged extension', () => {
  test('profiles a kernel in a VS Code that it was installed into', async function () {
    this.timeout(240_000);
    const folder = await mkdtemp(path.join(tmpdir(), 'kernel-lens-installed-'));
    const vscode = await startVSCode({
      vsix: [await packageExtension({ folder })],
      env: { KERNEL_LENS_SOFTWARE_GPU: await setUpSoftwareGpu() },
      settings: { 'kernelLens.quick': true },
    });
    try {
      const { page } = vscode;
      await runCommand(page, 'Kernel Lens: Profile Kernel…');
      await pick(page, 'Gelu');
      const view = webview(page);
      // Only a worker that found its addon, ran it and checked the outputs puts a speed-up into a table.
      await view
        .getByRole('row')
        .filter({ hasText: 'fused' })
        .filter({ hasText: '×' })
        .first()
        .waitFor({ timeout: 180_000 });
      await view.getByText('SwiftShader').first().waitFor();
    } finally {
      await vscode.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
