// Kernels written into code that is odd and legal: it computes what it did, or nothing is written.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseWhole } from '../../src/code/parseSource';
import { readPythonNames } from '../../src/code/pythonNames';
import { torchOperations } from '../../src/code/torchOperations';
import { readBuiltInCatalogue } from '../../src/hub/builtInCatalogue';
import type { Form, Written } from '../../src/insert/insertTypes';
import { offersFor } from '../../src/insert/offers';
import { writeOperation } from '../../src/insert/writeOperation';
import { applied } from './appliedEdits';

const file = path.join(import.meta.dirname, '../../media/catalogue.json');
const { kernels } = readBuiltInCatalogue(readFileSync(file, 'utf8'));
const library = { kernelsVersion: '0.17.2', trustRemoteCode: false };
const HEAD = 'import torch\nimport torch.nn.functional as F\n';

function write(text: string, form: Form, kind?: string): Written {
  const source = parseWhole(text, 'python');
  const sites = torchOperations(source, readPythonNames(source));
  const site = kind === undefined ? sites[0] : sites.find((one) => one.kind === kind);
  const [offer] = site === undefined ? [] : offersFor(site, kernels);
  if (site === undefined || offer === undefined) throw new Error('No operation, or no offer.');
  return writeOperation({ source, site, offer, form, library });
}

function after(text: string, form: Form, kind?: string): string {
  const written = write(text, form, kind);
  if ('refused' in written) throw new Error(written.refused);
  return applied(text, written.edits);
}

describe('one after the other', () => {
  it.each([
    ['switch', 'def kernel_share', 'kernel_share("'],
    ['locked', 'KERNELS_LOCK = ', 'lockfile=KERNELS_LOCK'],
    ['fallback', 'def warn_once', 'warn_once("'],
  ] as const)('%s: what a second kernel uses stands in front of it', (form, defined, used) => {
    const text = `${HEAD}\n\ndef f(x):\n    return F.gelu(x)\n\n\ndef g(x):\n    return F.softmax(x, dim=-1)\n`;
    const both = after(after(text, form, 'gelu'), form, 'softmax');
    expect(both.split(defined)).toHaveLength(2);
    expect(both.split(used).length).toBeGreaterThan(2);
    expect(both.indexOf(defined)).toBeLessThan(both.indexOf(used));
  });

  it('imports behind a definition come too late', () => {
    const text =
      'def main(): ...\nimport functools, logging, os, random, kernels\nimport torch.nn.functional as F\ndef f(x): return F.gelu(x)\n';
    for (const [form, module] of [
      ['switch', 'import os\n'],
      ['fallback', 'import functools\n'],
      ['module', 'from kernels import get_kernel\n'],
    ] as const)
      expect(after(text, form).slice(0, 120)).toContain(module);
  });
});

describe('names and values', () => {
  it('takes a `yield` of nothing for code, as Python does', () => {
    const text = `${HEAD}def f(x):\n    yield\n    y = F.gelu(x)\n    return y\n`;
    expect(after(text, 'module')).toContain('y = kernel_gelu(x)\n');
  });

  it('computes an argument in brackets once', () => {
    const text = `${HEAD}x = torch.randn(3)\ny = F.gelu((x + 1))\n`;
    expect(after(text, 'module')).toContain('return F.gelu(x)\n');
    expect(after(text, 'plain').match(/x \+ 1/gu)).toHaveLength(1);
    expect(after(`${HEAD}def f(x):\n    y = F.gelu((yield x))\n`, 'plain').match(/yield/gu)).toHaveLength(1);
  });

  it.each([
    ['from torch.nn.functional import gelu as out\ndef f(x):\n    return out(x)\n', 'out_value = '],
    [
      'import torch as x\nfrom torch.nn import functional as dense\ndef f(t):\n    return dense.gelu(t)\n',
      '(x_value):',
    ],
  ])('hides no import with a name of its own: %s', (text, expected) => {
    expect(after(text, 'module')).toContain(expected);
  });

  it('reads no value of its own where the code means another', () => {
    const text = `${HEAD}out = F.gelu\ndef f(x):\n    return out(x)\n`;
    expect(after(text, 'module')).toContain('return F.gelu(x)');
  });

  it('gives a class no attributes', () => {
    expect(write(`${HEAD}class A:\n    y = F.gelu(torch.ones(2))\n`, 'plain')).toHaveProperty('refused');
  });
});

describe('what PyTorch keeps computing', () => {
  const norm = `${HEAD}def f(x, w):\n    return F.rms_norm(x, (64,), w)\n`;
  it.each([
    ['weights that may be missing or of another dtype', norm, ['weight is None', 'x.dtype != weight.dtype']],
    ['an eps that differs among releases', norm, ['x.dtype != torch.float32']],
    [
      'softmax of a dtype that may be None',
      `${HEAD}def f(x, d):\n    return F.softmax(x, -1, dtype=d)\n`,
      ['dtype is None'],
    ],
    ['softmax of nothing', `${HEAD}def f(x):\n    return F.softmax(x, -1)\n`, ['x.dim() == 0', 'x.numel() == 0']],
    ['two dtypes', `${HEAD}def f(gate, up):\n    return F.silu(gate) * up\n`, ['gate.dtype != up.dtype']],
    [
      'a batch that is repeated',
      `${HEAD}def f(q, k, v):\n    return F.scaled_dot_product_attention(q, k, v)\n`,
      ['q.shape[0] != k.shape[0]', 'k.shape[:3] != v.shape[:3]', 'q.shape[-1] > 256'],
    ],
  ])('%s', (_, text, guards) => {
    for (const guard of guards) expect(after(text, 'module')).toContain(guard);
  });

  it.each(['@torch.jit.script\ndef f(x):', '@torch.jit.script_if_tracing\ndef f(x):'])('%s', (head) => {
    const written = write(`${HEAD}${head}\n    return F.gelu(x)\n`, 'module');
    expect('refused' in written ? written.refused : '').toContain('torch.jit.script');
    expect(after(`${HEAD}@torch.compile\ndef f(x):\n    return F.gelu(x)\n`, 'module')).toContain('kernel_gelu(x)');
  });

  it('says that a function which is compiled elsewhere cannot call a kernel', () => {
    const written = write(`${HEAD}def f(x):\n    return F.gelu(x)\n\ng = torch.jit.script(f)\n`, 'module');
    expect(written).toMatchObject({ notes: [expect.stringContaining('torch.jit.script')] });
  });
});

describe('functions of other makers', () => {
  const call = (text: string, name: string, signature: string): string => {
    const source = parseWhole(text, 'python');
    const [site] = torchOperations(source, readPythonNames(source));
    if (site === undefined) throw new Error('No operation.');
    const member = { kind: 'function', name } as const;
    const offer = { id: 'me/own', version: 1, member, signature, note: null };
    const written = writeOperation({ source, site, offer, form: 'module', library });
    return 'refused' in written ? written.refused : applied(text, written.edits);
  };

  it.each([
    ['F.gelu(x)', 'gelu', '(x, out=None)', 'own.gelu(x)'],
    ['F.gelu(x)', 'gelu', '(input, *, out)', 'own.gelu(dense, out=out)'],
    ['F.gelu(x)', 'my_gelu', "(x, approximate='none')", 'own.my_gelu(x, approximate="none")'],
    ["F.gelu(x, approximate='tanh')", 'gelu', "(x, approximate='none')", "own.gelu(x, approximate='tanh')"],
    ['F.silu(x)', 'silu', '(x, inplace=True)', 'own.silu(x, inplace=False)'],
    ['F.gelu(x)', 'gelu', '(hidden, temperature)', 'The function has to be given `hidden`'],
    [
      'F.scaled_dot_product_attention(x, x, x)',
      'flash_attn_func',
      '(q, k, v, attn_mask=None, is_causal=False)',
      'The function does not say in which order',
    ],
  ])('%s by %s%s', (expression, name, signature, expected) => {
    expect(call(`${HEAD}def f(x):\n    return ${expression}\n`, name, signature)).toContain(expected);
  });
});

describe('shapes', () => {
  it('takes a norm without its weight along the shape that the code gives', () => {
    const text = `${HEAD}def f(x, w, b, s):\n    return F.layer_norm(x, s, w, b) + F.rms_norm(x, (x.size(-1),), w)\n`;
    expect(after(text, 'module', 'layer norm')).toContain('return F.layer_norm(x, shape, weight, bias)');
    expect(after(text, 'module', 'rms norm')).not.toContain('weight.shape');
  });

  it.each([
    ['8', 'refused', '2 to 4 steps'],
    ['4', 'edits', ''],
  ])('a causal convolution of %s steps', (width, has, reason) => {
    const made = `self.conv = torch.nn.Conv1d(9, 9, ${width}, groups=9, padding=${width} - 1)`;
    const text = `${HEAD}class M(torch.nn.Module):\n    def __init__(self):\n        ${made}\n    def forward(self, x):\n        return self.conv(x)[..., :x.shape[-1]]\n`;
    const written = write(text, 'module');
    expect(written).toHaveProperty(has);
    if ('refused' in written) expect(written.refused).toContain(reason);
  });
});

describe('a norm written by hand whose result has another dtype than its input', () => {
  const of = (...lines: readonly string[]): number => {
    const body = lines.map((line) => `    ${line}\n`).join('');
    const source = parseWhole(`${HEAD}\n\ndef norm(x, weight, eps=1e-6):\n${body}`, 'python');
    return torchOperations(source, readPythonNames(source)).length;
  };
  const root = 'x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps)';

  it.each([
    [['x = x.float()', `return weight * (${root})`], 0],
    [['x = x.to(torch.float32)', `x = ${root}`, 'return x * weight'], 0],
    [['x = x.float()', 'dtype = x.dtype', `return (weight * (${root})).to(dtype)`], 0],
    [[`return (weight * (${root})).half()`], 0],
    [['dtype = x.dtype', 'x = x.float()', `return (weight * (${root})).to(dtype)`], 1],
    [['dtype = x.dtype', 'x = x.float()', `return weight * (${root}).to(dtype)`], 1],
    [['y = x.float()', `return weight * (${root.replaceAll('x', 'y')}).type_as(x)`], 1],
    [[`return weight * (${root})`], 1],
    [
      [
        'x = x.float()',
        `x = ${root}`,
        'if weight.dtype in [torch.float16, torch.bfloat16]:',
        '    x = x.to(weight.dtype)',
        'return weight * x',
      ],
      1,
    ],
    [
      [
        'x = x.float()',
        `x = ${root}`,
        'if weight.dtype == torch.float16:',
        '    x = x.to(weight.dtype)',
        'return weight * x',
      ],
      0,
    ],
  ] as const)('%j', (lines, count) => {
    expect(of(...lines)).toBe(count);
  });
});
