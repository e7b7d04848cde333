// The picture of code in an editor: the Hub of the tests, and a Python made for the picture.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildHub } from './build-hub.mjs';
import { makePicturePython } from './picture-python.mjs';
import { choose, runCommand, SLOW_MS } from './vscode-page.mjs';

const file = 'llama.py';
const code = `import torch
import torch.nn.functional as F
from kernels import get_kernel
from torch import nn

rotary = get_kernel("kernels-community/rotary", version=2)
attention = get_kernel("kernels-community/flash-attn2")


class LlamaRMSNorm(nn.Module):
    def __init__(self, size, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):
        mean = x.float().pow(2).mean(-1, keepdim=True)
        x = x * torch.rsqrt(mean + self.eps)
        return self.weight * x.to(self.weight.dtype)


class LlamaMLP(nn.Module):
    def __init__(self, size, inner):
        super().__init__()
        self.gate = nn.Linear(size, inner, bias=False)
        self.up = nn.Linear(size, inner, bias=False)
        self.down = nn.Linear(inner, size, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * self.up(x))
`;
/** What has to be there before the picture is taken. */
const lenses = [/runs here · v2/, /fails as written/, /has .*RMSNorm for this/, /has silu_and_mul for this/];

/**
 * @param {import('./vscode-host.mjs').HostOptions & import('./vscode-server.mjs').ServerOptions} look
 * @param {string} picture
 */
export async function photographEditor(look, picture) {
  const { startVSCode } = await import('./vscode-host.mjs');
  const folder = await mkdtemp(path.join(tmpdir(), 'kernel-lens-picture-'));
  const workspace = path.join(folder, 'llama');
  const hub = await (await buildHub()).startHub({ torchKernels: true });
  try {
    await mkdir(workspace);
    await writeFile(path.join(workspace, file), code);
    const settings = {
      ...look.settings,
      'editor.minimap.enabled': false,
      'editor.occurrencesHighlight': 'off',
      'editor.renderLineHighlight': 'none',
      'kernelLens.adapter': 'software',
      'kernelLens.python.path': await makePicturePython(folder, null),
      'kernelLens.hub.endpoint': hub.endpoint,
    };
    const vscode = await startVSCode({ ...look, folder: workspace, settings, env: { HF_HOME: folder } });
    try {
      const { page } = vscode;
      await choose(page, 'Control+P', file, file);
      for (const lens of lenses) {
        await page.locator('.codelens-decoration', { hasText: lens }).waitFor({ timeout: SLOW_MS });
      }
      await page.locator('.cdr.squiggly-error').first().waitFor({ timeout: SLOW_MS });
      await runCommand(page, 'View: Close Primary Side Bar');
      await page.mouse.move(1100, 20);
      await page.screenshot({ path: picture, animations: 'disabled' });
    } finally {
      await vscode.close();
    }
  } finally {
    await hub.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
