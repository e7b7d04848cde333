import { describe, expect, test } from 'vitest';
import type { TracedBinding, TracedBuffer, TracedCommand, TracedDispatch } from '../../src/profile/webgpu/launchTrace';
import { makeTensor } from '../../src/profile/webgpu/tensor';
import { constantBuffers, PeerRefusal, tracedProgram } from '../../src/profile/webgpu/tracedProgram';

const [X, Y] = [makeTensor('x', 'float32', [4]), makeTensor('y', 'float32', [4])];
const buffer = (size = 16, usage = 0x8c): TracedBuffer => ({ size, usage });
const [x, y, between, weights] = [buffer(), buffer(), buffer(32), buffer(8)];
const OWN = new Map([
  [x, X],
  [y, Y],
]);

function bind(index: number, one: TracedBuffer, access: TracedBinding['access'], more: Partial<TracedBinding> = {}) {
  return { index, buffer: one, access, part: false, data: null, ...more };
}

function launch(bindings: readonly TracedBinding[], workgroups: [number, number, number] = [2, 1, 1]): TracedDispatch {
  const pipeline = {} as GPUComputePipeline;
  return {
    kind: 'dispatch',
    name: 'Softmax',
    wgsl: '…',
    pipeline,
    layout: {} as GPUBindGroupLayout,
    bindings,
    workgroups,
  };
}

function traced(commands: readonly TracedCommand[], constants = new Map<TracedBuffer, Uint8Array>()) {
  return tracedProgram('ONNX Runtime', 'as Softmax', commands, OWN, [Y], constants);
}

const NUMBERS = Uint8Array.of(1, 2, 3, 4);
const TWO_PASSES = [
  launch([bind(0, x, 'read'), bind(1, between, 'read_write'), bind(2, buffer(8), 'uniform', { data: NUMBERS })]),
  launch([bind(0, between, 'read'), bind(1, weights, 'read'), bind(2, y, 'read_write')]),
];

test('passes, scratch, weights and numbers of a run become a program over the tensors of the case', () => {
  const { program, launches } = traced(TWO_PASSES, new Map([[weights, NUMBERS]]));
  expect(program).toMatchObject({ variant: 'ONNX Runtime', inputs: [X], outputs: [Y], bindsPadding: true });
  expect(program.buffers).toEqual([
    { kind: 'scratch', id: 'scratch 0', bytes: 32, zeroInit: false },
    { kind: 'uniform', id: 'uniform 1', bytes: 8, data: Uint8Array.of(1, 2, 3, 4, 0, 0, 0, 0) },
    { kind: 'uniform', id: 'constant 2', bytes: 8, data: NUMBERS },
  ]);
  expect(program.passes.map(({ bindings }) => bindings.map(({ resource }) => resource))).toEqual([
    ['x', 'scratch 0', 'uniform 1'],
    ['scratch 0', 'constant 2', 'y'],
  ]);
  expect(program.passes.map(({ name, workgroups }) => [name, workgroups])).toEqual([
    ['Softmax', [2, 1, 1]],
    ['Softmax', [2, 1, 1]],
  ]);
  expect(launches).toEqual(TWO_PASSES);
});

test('weights are what is read and was written by nobody', () => {
  expect(constantBuffers(TWO_PASSES, OWN)).toEqual([weights]);
});

test('a copy of a whole buffer is a pass; a launch of nothing is none', () => {
  const copy = { kind: 'copy', from: between, to: y, whole: true } as const;
  const { program, launches } = traced([
    launch([bind(0, x, 'read'), bind(1, between, 'read_write')]),
    launch([bind(0, x, 'read')], [0, 1, 1]),
    copy,
  ]);
  expect(program.passes.map(({ name }) => name)).toEqual(['Softmax', 'copy']);
  expect(launches[1]).toBeNull();
});

describe('what cannot be repeated is refused', () => {
  const copy = { kind: 'copy', from: x, to: y, whole: true } as const;
  test.each<[RegExp, readonly TracedCommand[]]>([
    [/the GPU itself decides/, [{ kind: 'obstacle', reason: 'the GPU itself decides how much it launches' }]],
    [/parts of buffers/, [launch([bind(0, x, 'read', { part: true })])]],
    [/not seen/, [launch([bind(0, buffer(), 'uniform')])]],
    [/copies parts/, [{ ...copy, whole: false }]],
    [/back to the CPU/, [{ ...copy, to: buffer(16, 0x9) }]],
    [/from the CPU in every run/, [{ ...copy, from: buffer(16, 0x6) }]],
    [/launches nothing/, []],
  ])('%s', (message, commands) => {
    expect(() => traced(commands)).toThrow(PeerRefusal);
    expect(() => traced(commands)).toThrow(message);
  });
});
