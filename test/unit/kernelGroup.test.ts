import { describe, expect, test } from 'vitest';
import { kernelGroup } from '../../src/kernels/kernelGroup';
import type { KernelGroup } from '../../src/kernels/kernelSummary';

const NOTHING = { tags: [], summary: null };

describe('a kernel is told by its name', () => {
  const cases: readonly (readonly [string, KernelGroup])[] = [
    ['kernels-community/flash-attn2', 'attention'],
    ['kernels-community/flash-mla', 'attention'],
    ['kernels-community/metal-flash-sdpa', 'attention'],
    ['webgpu-kernels/com.microsoft.GroupQueryAttention', 'attention'],
    ['kernels-community/flash-attn-ops', 'normalisation'],
    ['kernels-community/layer-norm', 'normalisation'],
    ['webgpu-kernels/ai.onnx.LRN', 'normalisation'],
    ['someone/random-normal', 'other'],
    ['someone/normalized_rows', 'normalisation'],
    ['webgpu-kernels/ai.onnx.Softmax', 'activation'],
    ['webgpu-kernels/ai.onnx.Tanh', 'activation'],
    ['webgpu-kernels/ai.onnx.Tan', 'elementwise'],
    ['kernels-community/quantization-gptq', 'quantisation'],
    ['webgpu-kernels/com.microsoft.MatMulNBits', 'quantisation'],
    ['webgpu-kernels/ai.onnx.QLinearConv', 'convolution'],
    ['webgpu-kernels/ai.onnx.GlobalAveragePool', 'convolution'],
    ['webgpu-kernels/com.microsoft.QMoE', 'mixture of experts'],
    ['kernels-community/megablocks', 'mixture of experts'],
    ['kernels-community/deep-gemm', 'matrix product'],
    ['webgpu-kernels/com.microsoft.GemmFastGelu', 'matrix product'],
    ['kernels-community/aiter-rope', 'positional encoding'],
    ['someone/property-store', 'other'],
    ['kernels-community/mamba-ssm', 'state space'],
    ['webgpu-kernels/ai.onnx.LSTM', 'state space'],
    ['webgpu-kernels/ai.onnx.ReduceLogSumExp', 'reduction'],
    ['webgpu-kernels/ai.onnx.Gather', 'shape and indexing'],
    ['webgpu-kernels/ai.onnx.TopK', 'sampling and loss'],
    ['webgpu-kernels/ai.onnx.NonMaxSuppression', 'vision'],
    ['webgpu-kernels/ai.onnx.If', 'other'],
    ['no-slash', 'other'],
    ['', 'other'],
  ];
  test.each(cases)('%s: %s', (id, group) => {
    expect(kernelGroup(id, NOTHING)).toBe(group);
  });
});

test('a tag decides where the name says nothing, and a licence is no such tag', () => {
  const id = 'someone/x';
  expect(kernelGroup(id, { tags: ['kernel', 'convolution'], summary: 'Attention' })).toBe('convolution');
  expect(kernelGroup(id, { tags: ['license:attention'], summary: null })).toBe('other');
});

test('the summary decides where neither does, and a bundle of everything is of no group', () => {
  expect(kernelGroup('someone/yoso', { tags: ['kernel'], summary: 'Attention by hashing' })).toBe('attention');
  expect(kernelGroup('someone/all', { tags: [], summary: 'Bundle: norms, rotary, experts' })).toBe('other');
});
