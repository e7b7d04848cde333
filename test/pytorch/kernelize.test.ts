// `kernelize` as it is written, run: the model computes what it did, and the kernel's layer does it.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { offersFor } from '../../src/insert/offers';
import { writeKernelize } from '../../src/insert/writeKernelize';
import { startHub } from '../hub/hub';
import type { TestHub } from '../hub/hubTypes';
import { temporaryFolders } from '../hub/temporaryFolders';
import { applied, runWritten, type WrittenCase } from './runWritten';
import { computingKernels, LIBRARY, sitesOf } from './sites';

const folders = temporaryFolders();
let hub: TestHub;
beforeAll(async () => {
  hub = await startHub({ torchKernels: true });
});
afterAll(async () => {
  await hub.close();
  await folders.remove();
});

const NET = (imports: string, norm: string, more = ''): string => `${imports}


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(64, 64)
        self.middle = ${norm}

    def forward(self, x):
        return self.middle(self.first(x))

${more}
def build():
    net = Net()
    net.eval()
    return net


def make():
    return build()
`;

const HAND_WRITTEN = (name: string, weight: string, eps: string): string => `"""A model."""
import torch
from torch import nn


class ${name}(nn.Module):
    """RMS norm."""

    def __init__(self, size, eps=1e-6):
        super().__init__()
        self.${weight} = nn.Parameter(torch.ones(size))
        self.${eps} = eps

    def forward(self, hidden_states):
        input_dtype = hidden_states.dtype
        hidden_states = hidden_states.to(torch.float32)
        variance = hidden_states.pow(2).mean(-1, keepdim=True)
        hidden_states = hidden_states * torch.rsqrt(variance + self.${eps})
        return self.${weight} * hidden_states.to(input_dtype)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = ${name}(64)
        self.linear = nn.Linear(64, 64, bias=False)

    def forward(self, x):
        return self.linear(self.norm(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block() for _ in range(2)])

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


def make():
    model = Net()
    model.to(torch.float32).eval()
    return model
`;

const TORCH = 'import torch\nimport torch.nn as nn';
const FILES: readonly (readonly [file: string, offered: string, inputs: string])[] = [
  [NET(TORCH, 'nn.RMSNorm(64, eps=1e-5)'), 'rmsnorm RMSNorm', 'wide'],
  [NET(TORCH, 'nn.RMSNorm((64,), eps=1e-6)'), 'liger-kernels LigerRMSNorm', 'wide'],
  [NET('from torch import nn', 'nn.RMSNorm(64, eps=1e-6)'), 'rmsnorm RMSNorm', 'wide'],
  [NET(`${TORCH}\nfrom torch.nn import RMSNorm`, 'RMSNorm(64, eps=1e-6)'), 'layer-norm LlamaRMSNorm', 'even'],
  [NET('from torch import nn', 'nn.LayerNorm(64, bias=False)'), 'layer-norm LayerNorm', 'even'],
  [NET(TORCH, 'nn.GELU()'), 'activation Gelu', 'wide'],
  [NET(TORCH, "nn.GELU(approximate='tanh')"), 'activation GeluTanh', 'wide'],
  [NET('from torch import nn', 'nn.SiLU()'), 'activation Silu', 'wide'],
  [
    'from torch import nn\n\nmodel = nn.Sequential(nn.Linear(64, 9), nn.GELU()).eval()\n\n\ndef make():\n    return model\n',
    'activation Gelu',
    'wide',
  ],
  [HAND_WRITTEN('LlamaRMSNorm', 'weight', 'variance_epsilon'), 'rmsnorm RMSNorm', 'wide'],
  [HAND_WRITTEN('RMSNorm', 'weight', 'eps'), 'liger-kernels LigerRMSNorm', 'wide'],
  [HAND_WRITTEN('Norm', 'scale', 'eps'), 'layer-norm LlamaRMSNorm', 'even'],
  [HAND_WRITTEN('Norm', 'scale', 'epsilon').replaceAll('\n', '\r\n'), 'rmsnorm RMSNorm', 'wide'],
];

function cases(): readonly WrittenCase[] {
  const kernels = computingKernels();
  return FILES.map(([before, offered, inputs]) => {
    const { source, sites } = sitesOf(before);
    for (const site of sites) {
      if (site.form !== 'module' && site.form !== 'class') continue;
      const [name, layer] = offered.split(' ');
      const found = offersFor(site, kernels).find(
        ({ id, member }) => id.endsWith(`/${name ?? ''}`) && member.kind === 'layer' && member.name === layer,
      );
      if (found === undefined) continue;
      const offer = { ...found, platforms: ['cpu', 'cuda'] as const };
      const written = writeKernelize({ source, site, offer, form: 'kernelize', library: LIBRARY });
      if ('refused' in written) throw new Error(written.refused);
      const after = applied(before, written.edits);
      return { name: `${offered}\n${after}`, before, after, inputs, dtypes: ['float32', 'bfloat16'], gradients: false };
    }
    throw new Error(
      `No site for ${offered}: ${sites.map(({ kind, form }) => `${kind} ${form}`).join(', ')}\n${before}`,
    );
  });
}

test('a kernelized model computes what it did, by the kernel', async () => {
  const setting = { python: inject('torchPython'), endpoint: hub.endpoint, home: await folders.make() };
  const outcomes = await runWritten(setting, await folders.make(), cases());
  expect(outcomes.filter(({ problem }) => problem !== null)).toEqual([]);
  expect(outcomes.filter(({ calls, runs }) => calls < runs)).toEqual([]);
}, 300_000);
