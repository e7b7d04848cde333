import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OperationKind } from '../../src/code/operation';
import { mapParameters } from '../../src/insert/parameterRoles';
import { readSignature } from '../../src/insert/signatureText';

describe('a signature', () => {
  it.each([
    ['()', []],
    ['(out, x)', ['out positional', 'x positional']],
    ['(x, out=None)', ['x positional', 'out positional None']],
    ['(a, /, b, *, c=1, **d)', ['a positional only', 'b positional', 'c keyword only 1', 'd map']],
    ['(a, *rest, b)', ['a positional', 'rest list', 'b keyword only']],
    ['(w=(-1, -1), f=g(a, b=[1, {2: 3}]))', ['w positional (-1, -1)', 'f positional g(a, b=[1, {2: 3}])']],
    ["(t='a, b)', d=torch.float16)", ["t positional 'a, b)'", 'd positional torch.float16']],
    ['(x: torch.Tensor, eps: float = 1e-6) -> torch.Tensor', ['x positional', 'eps positional 1e-6']],
    ['(x: Optional[Tensor] = None,\n  y: "int" = 3,  # why, oh\n)', ['x positional None', 'y positional 3']],
  ])('%s', (text, expected) => {
    const read = readSignature(text)?.map(({ name, kind, default: given }) =>
      [name, kind, ...(given === null ? [] : [given])].join(' '),
    );
    expect(read).toEqual(expected);
  });

  it.each(['', 'out, x', '(', '(x', '(1)', '(x):\n    import os\ndef g()', '(x, =3)'])('%j is none', (text) => {
    expect(readSignature(text)).toBeNull();
  });
});

const mapping = (kind: OperationKind, signature: string): string => {
  const parameters = readSignature(signature);
  if (parameters === null) throw new Error('No signature.');
  const result = mapParameters(kind, parameters);
  if ('reason' in result) return result.reason;
  return result.mapped.map(({ part }) => part ?? '-').join(' ');
};

describe('the roles of parameters', () => {
  it.each<[OperationKind, string, string]>([
    ['gelu', '(out, x)', 'out x'],
    ['gelu', '(input)', 'x'],
    ['gelu', '(x, out=None)', 'x -'],
    ['rms norm', '(x, weight, bias, residual=None, eps=1e-06)', 'x weight bias - eps'],
    ['rms norm', '(out, input, gamma, epsilon)', 'out x weight eps'],
    ['layer norm', '(x, gamma, beta, variance_epsilon=1e-5)', 'x weight bias eps'],
    ['attention', '(q, k, v, dropout_p=0.0, softmax_scale=None, causal=False, **kwargs)', 'q k v dropout scale causal'],
    ['attention', "(q, k, v, tensor_layout='HND', is_causal=False, sm_scale=None)", 'q k v layout causal scale'],
    ['attention', '(query, key, value, scale=None, do_causal=True)', 'q k v scale causal'],
    ['rotary embedding', '(q, k, cos, sin, unsqueeze_dim=1)', 'q k cos sin unsqueeze dim'],
    ['4-bit linear', '(input, weight, absmax, blocksize, quant_type)', 'x weight absmax blocksize quant type'],
    ['8-bit linear', '(input, weight, scale)', 'x weight scales'],
  ])('%s %s', (kind, signature, parts) => {
    expect(mapping(kind, signature)).toBe(parts);
  });

  it.each<[OperationKind, string, string]>([
    ['gelu', '(x, threshold)', '`threshold`'],
    ['gelu', '(x, input)', '`input`'],
    ['gelu', '(out)', 'its input'],
    ['rms norm', '(x, eps=1e-5)', 'weight'],
    ['attention', '(q, k)', 'for v'],
    ['attention', '(q, k, v, cu_seqlens_q, cu_seqlens_k)', '`cu_seqlens_q`'],
    ['gelu', '(constructor)', '`constructor`'],
  ])('%s %s cannot be mapped, for %s', (kind, signature, reason) => {
    expect(mapping(kind, signature)).toContain(reason);
  });

  it('reads every signature of the catalogue', () => {
    const file = readFileSync(path.join(import.meta.dirname, '../../media/catalogue.json'), 'utf8');
    const { kernels } = JSON.parse(file) as {
      kernels: { id: string; language: string; functions?: { name: string; signature: string }[] }[];
    };
    const signatures = kernels
      .filter(({ language }) => language === 'python')
      .flatMap(({ functions = [] }) => functions.map(({ signature }) => signature))
      .filter((signature) => signature !== '');
    expect(signatures.length).toBeGreaterThan(100);
    expect(signatures.filter((signature) => readSignature(signature) === null)).toEqual([]);
  });
});
