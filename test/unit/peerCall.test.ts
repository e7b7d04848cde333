import { describe, expect, test } from 'vitest';
import type { CallShapes } from '../../src/profile/operators/operator';
import { attentionNodes, fusedConvNodes } from '../../src/profile/operators/peerNodes';
import { isPeer, PEER, peerCall, whyNoPeer } from '../../src/profile/webgpu/peerCall';
import type { LogicalDtype } from '../../src/profile/webgpu/program';
import { makeTensor } from '../../src/profile/webgpu/tensor';

const HALF = new Set(['shader-f16']);

function caseOf(dtype: LogicalDtype, shape: readonly number[], domain = 'ai.onnx', name = 'Softmax', out = 'y') {
  const port = (one: string) => ({ port: one, onnx: one.toUpperCase(), optional: false });
  return {
    kernel: {
      onnx: {
        ...{ domain, name, sinceVersion: 13, inputs: [port('x'), port('absent')], outputs: [port(out)] },
        attributes: { axis: -1, open: undefined },
        args: {},
      },
    },
    call: { inputs: { x: { dtype, shape } }, attributes: { axis: 0 } },
    inputs: [makeTensor('x', dtype, shape)],
    outputs: [makeTensor(out, dtype, shape)],
  };
}

describe('whether ONNX Runtime can be given a case', () => {
  test.each([
    ['float32', caseOf('float32', [2, 3]), new Set<string>(), null],
    ['float16 without half precision', caseOf('float16', [2]), new Set<string>(), /shader-f16/],
    ['float16 with it', caseOf('float16', [2]), HALF, null],
    ['bool', caseOf('bool', [2]), HALF, /`x` is bool, which it keeps otherwise in memory/],
    ['nothing to compute', caseOf('float32', [0, 3]), HALF, /empty/],
    ['an input that is written', caseOf('float32', [3], 'ai.onnx', 'Softmax', 'x'), HALF, /writes over/],
    ['an operator of our own with nodes', caseOf('float32', [3], 'kernel-lens', 'SiluMul'), HALF, null],
    ['one without', caseOf('float32', [3], 'kernel-lens', 'Unheard'), HALF, /no ONNX operators are known/],
  ])('%s', (_, of, features, reason) => {
    const why = whyNoPeer(of, features);
    if (reason === null) expect(why).toBeNull();
    else expect(why).toMatch(reason);
  });
});

test('a call has the names of its model, without what is absent', () => {
  const { models, inputs, outputs } = peerCall(caseOf('float16', [2, 3]));
  expect(models.map(({ text }) => text)).toEqual(['Softmax']);
  expect(inputs.map(([name, { port }]) => [name, port])).toEqual([['X', 'x']]);
  expect(outputs.map(([name]) => name)).toEqual(['Y']);
});

test('an operator of our own is asked for by its nodes alone', () => {
  const { models } = peerCall(caseOf('float32', [2, 3], 'kernel-lens', 'SiluMul'));
  expect(models.map(({ text }) => text)).toEqual(['Sigmoid, Mul, Mul']);
});

test('its twin is ONNX Runtime as well', () => {
  expect([isPeer(PEER), isPeer({ ...PEER, variant: 'fused' })]).toEqual([true, false]);
});

const value = (...shape: number[]) => ({ dtype: 'float32' as const, shape });

describe('nodes for what the provider lacks', () => {
  const names = (nodes: readonly { readonly name: string }[]) => nodes.map(({ name }) => name).join(' ');
  const conv = (attributes: CallShapes['attributes'], extra: CallShapes['inputs'] = []): CallShapes => ({
    attributes,
    inputs: [value(1, 3, 8, 8), value(4, 3, 3, 3), ...extra],
    outputs: [value(1, 4, 6, 6)],
  });
  const y = value(1, 4, 6, 6);
  test.each([
    [conv({ activation: 'Relu', group: 1 }), 'Conv Relu'],
    [conv({ activation: 'Relu' }, [value(4), y]), 'Conv Add Relu'],
    [conv({ activation: 'LeakyRelu', activation_params: [0.1] }), ''],
  ])('FusedConv %#', (call, expected) => {
    const nodes = fusedConvNodes(call);
    expect(names(nodes)).toBe(expected);
    expect(nodes.some(({ attributes }) => 'activation' in attributes)).toBe(false);
  });

  const attention = (attributes: CallShapes['attributes'], ...inputs: CallShapes['inputs']): CallShapes => ({
    attributes,
    inputs,
    outputs: [inputs[0] ?? null],
  });
  const apart = value(1, 8, 16, 32);
  const folded = value(1, 16, 256);
  const heads = { q_num_heads: 8, kv_num_heads: 8 };
  const turned = 'Constant Constant Transpose Reshape MultiHeadAttention Reshape Transpose';
  test.each([
    ['heads side by side', attention(heads, folded, folded, folded), 'MultiHeadAttention'],
    ['heads apart', attention({ is_causal: 1 }, apart, apart, apart), turned],
    ['grouped heads', attention({}, apart, value(1, 2, 16, 32), value(1, 2, 16, 32)), ''],
    ['a mask', attention(heads, folded, folded, folded, value(16, 16)), ''],
    ['a cap', attention({ ...heads, softcap: 2 }, folded, folded, folded), ''],
  ])('Attention with %s', (_, call, expected) => {
    expect(names(attentionNodes(call))).toBe(expected);
  });
});
