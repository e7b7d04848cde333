import { describe, expect, test } from 'vitest';
import { encodeOnnxModel, type OnnxNode } from '../../src/profile/webgpu/onnxModel';

type Field = number | bigint | Uint8Array;

/** A message's fields by number, in order: varints as bigint, 32-bit ones as float, the rest as bytes. */
function decode(bytes: Uint8Array): Map<number, Field[]> {
  const fields = new Map<number, Field[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    let value: Field;
    if ((tag & 7) === 0) value = BigInt.asIntN(64, varint());
    else if ((tag & 7) === 5) {
      value = new DataView(bytes.buffer, bytes.byteOffset + at).getFloat32(0, true);
      at += 4;
    } else {
      const length = Number(varint());
      value = bytes.subarray(at, at + length);
      at += length;
    }
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

const sub = (message: Map<number, Field[]>, field: number): Map<number, Field[]>[] =>
  (message.get(field) ?? []).map((value) => decode(value as Uint8Array));
const texts = (message: Map<number, Field[]>, field: number): string[] =>
  (message.get(field) ?? []).map((value) => new TextDecoder().decode(value as Uint8Array));

const node: OnnxNode = {
  domain: 'ai.onnx',
  name: 'Clip',
  sinceVersion: 13,
  inputs: [{ name: 'input', dtype: 'float16', rank: 2 }, null, { name: 'max', dtype: 'float16', rank: 0 }, null],
  outputs: [{ name: 'output', dtype: 'float16', rank: 2 }],
  attributes: {},
};

function nodeOf(change: Partial<OnnxNode>): Map<number, Field[]> {
  const [graph = new Map<number, Field[]>()] = sub(decode(encodeOnnxModel({ ...node, ...change })), 7);
  return sub(graph, 1)[0] ?? new Map<number, Field[]>();
}

test('a model has one node, its values and its operator set', () => {
  const model = decode(encodeOnnxModel(node));
  const [operatorSet] = sub(model, 8);
  const [graph = new Map<number, Field[]>()] = sub(model, 7);
  expect(model.get(1)).toEqual([10n]);
  expect(operatorSet?.get(2)).toEqual([13n]);
  expect(sub(graph, 11).flatMap((value) => texts(value, 1))).toEqual(['input', 'max']);
  expect(sub(graph, 12).flatMap((value) => texts(value, 1))).toEqual(['output']);
  const [type = new Map<number, Field[]>()] = sub(sub(graph, 11)[0] ?? new Map<number, Field[]>(), 2);
  const [tensor = new Map<number, Field[]>()] = sub(type, 1);
  expect(tensor.get(1)).toEqual([10n]);
  expect(sub(sub(tensor, 2)[0] ?? new Map<number, Field[]>(), 1)).toHaveLength(2);
});

test('an absent input is an empty name, and nothing at the end', () => {
  expect(texts(nodeOf({}), 1)).toEqual(['input', '', 'max']);
  expect(texts(nodeOf({ outputs: [null, { name: 'mean', dtype: 'float32', rank: 1 }, null] }), 2)).toEqual([
    '',
    'mean',
  ]);
});

test('the ONNX domain has no name, another keeps its own', () => {
  expect(texts(nodeOf({}), 7)).toEqual(['']);
  expect(texts(nodeOf({ domain: 'com.microsoft' }), 7)).toEqual(['com.microsoft']);
});

describe('attributes', () => {
  const [FLOAT, INT, STRING, FLOATS, INTS, STRINGS] = [1n, 2n, 3n, 6n, 7n, 8n];

  test.each<[string, unknown, bigint | undefined, number, readonly unknown[]]>([
    ['axis', -1, INT, 3, [-1n]],
    ['axis', 2 ** 40, INT, 3, [2n ** 40n]],
    ['keepdims', true, INT, 3, [1n]],
    ['epsilon', 1e-5, FLOAT, 2, [Math.fround(1e-5)]],
    ['epsilon', 1, FLOAT, 2, [1]],
    ['anything', 0.5, FLOAT, 2, [0.5]],
    ['perm', [1, 0, -2], INTS, 8, [1n, 0n, -2n]],
    ['axes', [], INTS, 8, []],
    ['scales', [1, 2.5], FLOATS, 7, [1, 2.5]],
    ['value_floats', [1, 2], FLOATS, 7, [1, 2]],
  ])('%s = %j', (name, value, type, field, want) => {
    const [attribute = new Map<number, Field[]>()] = sub(nodeOf({ attributes: { [name]: value } }), 5);
    expect(texts(attribute, 1)).toEqual([name]);
    expect(attribute.get(20)).toEqual([type]);
    expect(attribute.get(field) ?? []).toEqual(want);
  });

  test('text, and lists of text', () => {
    const [one, many] = sub(nodeOf({ attributes: { approximate: 'tänh', names: ['a', ''] } }), 5);
    expect(one?.get(20)).toEqual([STRING]);
    expect(texts(one ?? new Map<number, Field[]>(), 4)).toEqual(['tänh']);
    expect(many?.get(20)).toEqual([STRINGS]);
    expect(texts(many ?? new Map<number, Field[]>(), 9)).toEqual(['a', '']);
  });

  test.each([[null], [{}], [['a', 1]], [[[1]]]])('%j has no type in ONNX', (value) => {
    expect(() => encodeOnnxModel({ ...node, attributes: { strange: value } })).toThrow(/Attribute strange: /);
  });
});

test('an operator can be a graph of nodes, each with its own operator set', () => {
  const model = decode(
    encodeOnnxModel({ ...node, domain: 'kernel-lens' }, [
      { domain: 'ai.onnx', name: 'Neg', sinceVersion: 13, inputs: ['in0'], outputs: ['negative'], attributes: {} },
      {
        domain: 'ai.onnx',
        name: 'Min',
        sinceVersion: 8,
        inputs: ['negative', 'in2'],
        outputs: ['least'],
        attributes: {},
      },
      {
        domain: 'com.microsoft',
        name: 'QuickGelu',
        sinceVersion: 1,
        inputs: ['least'],
        outputs: ['out0'],
        attributes: {},
      },
    ]),
  );
  const [graph = new Map<number, Field[]>()] = sub(model, 7);
  expect(sub(graph, 1).map((one) => [texts(one, 1), texts(one, 2), texts(one, 4), texts(one, 7)])).toEqual([
    [['input'], ['negative'], ['Neg'], ['']],
    [['negative', 'max'], ['least'], ['Min'], ['']],
    [['least'], ['output'], ['QuickGelu'], ['com.microsoft']],
  ]);
  expect(sub(model, 8).map((set) => [texts(set, 1), set.get(2)])).toEqual([
    [[''], [13n]],
    [['com.microsoft'], [1n]],
  ]);
});
