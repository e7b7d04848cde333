import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseWhole } from '../../src/code/parseSource';
import { readPythonNames } from '../../src/code/pythonNames';
import { torchOperations } from '../../src/code/torchOperations';
import { readBuiltInCatalogue } from '../../src/hub/builtInCatalogue';
import { offersFor } from '../../src/insert/offers';
import type { OperationSite } from '../../src/code/operation';
import { summary } from './kernelSummaries';

const file = path.join(import.meta.dirname, '../../media/catalogue.json');
const { kernels } = readBuiltInCatalogue(readFileSync(file, 'utf8'));

function siteOf(code: string): OperationSite {
  const source = parseWhole(
    `import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n${code}\n`,
    'python',
  );
  const [site] = torchOperations(source, readPythonNames(source));
  if (site === undefined) throw new Error(`No operation in ${code}`);
  return site;
}

const members = (code: string, rows = kernels): readonly string[] =>
  offersFor(siteOf(code), rows).map(({ id, member }) => `${id.replace('kernels-community/', '')} ${member.name}`);

describe('what is offered for an operation', () => {
  it.each([
    ['y = F.gelu(x)', ['activation gelu']],
    ["y = F.gelu(x, approximate='tanh')", ['activation gelu_tanh']],
    ['y = F.silu(x)', ['activation silu']],
    ['y = F.silu(gate) * up', ['activation silu_and_mul']],
    ['m = nn.GELU()', ['activation gelu', 'activation Gelu']],
    ['y = F.rms_norm(x, (8,), w, 1e-6)', ['flash-attn-ops rms_norm_fn', 'mlx-rmsnorm/mlx-rmsnorm rmsnorm_forward']],
    ['y = F.layer_norm(x, (8,))', ['flash-attn-ops layer_norm_fn']],
    ['y = F.softmax(x, dim=-1)', ['aiter-kernels softmax']],
  ])('%s', (code, expected) => {
    expect(members(code)).toEqual(expected);
  });

  it.each([
    ['y = F.scaled_dot_product_attention(q, k, v)', ['flash-attn2 flash_attn_func', 'sage-attention sageattn']],
    ['m = nn.RMSNorm(8)', ['liger-kernels LigerRMSNorm', 'rmsnorm RMSNorm', 'layer-norm LlamaRMSNorm']],
    ['m = nn.LayerNorm(8)', ['layer-norm LayerNorm']],
  ])('%s, among others', (code, expected) => {
    expect(members(code)).toEqual(expect.arrayContaining(expected));
  });

  it('never takes another function for the same', () => {
    expect(members('y = F.gelu(x)').join(' ')).not.toMatch(/fast|tanh|new|quick/u);
    expect(members("y = F.gelu(x, approximate='tanh')").join(' ')).not.toMatch(/quick|gelu$/u);
  });

  const own = (id: string, change: object = {}) =>
    summary({ id, functions: [{ name: 'gelu', signature: '(x)' }], ...change });

  it('offers kernels of anybody, by what their functions take', () => {
    const rows = [
      own('me/mine'),
      own('me/strange', { functions: [{ name: 'gelu', signature: '(x, table)' }] }),
      own('me/unread', { functions: [{ name: 'gelu', signature: '' }] }),
      own('me/script', { language: 'javascript' }),
      own('not an id'),
    ];
    expect(members('y = F.gelu(x)', rows)).toEqual(['me/mine gelu']);
  });

  it('puts trusted publishers first, then those whose kernels are downloaded more', () => {
    const rows = [
      own('a/few', { downloads: 1 }),
      own('b/none', { trusted: false, downloads: 900 }),
      own('c/many', { downloads: 50 }),
      own('d/trusted', { trusted: true }),
    ];
    expect(members('y = F.gelu(x)', rows)).toEqual(['d/trusted gelu', 'c/many gelu', 'a/few gelu', 'b/none gelu']);
  });

  it('says what differs', () => {
    const [flash] = offersFor(siteOf('y = F.scaled_dot_product_attention(q, k, v)'), kernels);
    expect(flash?.note).toContain('float16');
    const [gelu] = offersFor(siteOf('y = F.gelu(x)'), kernels);
    expect(gelu).toMatchObject({ version: 1, signature: '(out, x)', member: { kind: 'function', name: 'gelu' } });
    expect(gelu?.note).toContain('no backward');
  });
});
