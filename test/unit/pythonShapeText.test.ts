import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFunctionInputs, printFunctionInputs } from '../../src/profile/python/inputsText';
import type { FunctionInputs, ShapeSizes } from '../../src/profile/python/pythonOptions';
import { parseShapes, printShapes, ShapeTextError } from '../../src/profile/python/shapeText';

function messageOf(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (error instanceof ShapeTextError) return error.message;
    throw error;
  }
  throw new Error('it was read');
}

const tensor = (name: string, shape: number[], more: Partial<FunctionInputs['tensors'][number]> = {}) => ({
  ...{ name, shape, dtype: null, values: 'normal' as const },
  ...more,
});

test.each<[string, ShapeSizes[]]>([
  ['', []],
  [' ; ', []],
  ['tokens=4096', [{ tokens: 4096 }]],
  [
    'tokens=4096,inner=14336; tokens=1 , inner = 14336;',
    [
      { tokens: 4096, inner: 14336 },
      { tokens: 1, inner: 14336 },
    ],
  ],
  ['tokens=1,causal=true', [{ tokens: 1, causal: true }]],
  ['tokens=1,causal=False', [{ tokens: 1, causal: false }]],
  ['name=one token,tokens=1', [{ name: 'one token', tokens: 1 }]],
])('shapes of %j', (text, shapes) => {
  expect(parseShapes(text)).toEqual(shapes);
});

test.each([
  ['tokens', /“tokens” is not of the form name=number.*tokens=4096/],
  ['tokens=4,096', /“096” is not of the form/],
  ['=4', /“=4” is not of the form/],
  ['tokens=', /“tokens=” is not of the form/],
  ['tokens=many', /tokens is “many”: write a whole number such as 4096, or true or false/],
  ['tokens=1.5', /tokens is “1.5”/],
  ['tokens=-4', /tokens is “-4”/],
  ['tokens=0', /tokens has the size 0: the smallest is 1/],
  ['tokens=99999999999999999999', /no memory holds/],
  ['tokens=1,tokens=2', /says tokens twice/],
  ['name=empty', /has no size: write at least one/],
  ['token=4', /“token” is no size of what is measured: there is tokens, inner/],
  ['__proto__=4', /“__proto__” is no size/],
])('shapes of %j are refused, and how they would be right is said', (text, message) => {
  expect(messageOf(() => parseShapes(text, ['tokens', 'inner']))).toMatch(message);
});

const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,7}$/).filter((one) => one !== 'name' && one !== '__proto__');
const size = fc.integer({ min: 1, max: 2 ** 31 });

test('shapes are read as they are printed', () => {
  const shape = fc
    .tuple(
      fc.dictionary(name, fc.oneof(size, fc.boolean()), { minKeys: 1, maxKeys: 4 }),
      fc.option(fc.stringMatching(/^[a-z][a-z0-9× ]{0,8}[a-z]$/)),
    )
    .map(([sizes, label]): ShapeSizes => (label === null ? { ...sizes } : { ...sizes, name: label }));
  fc.assert(
    fc.property(fc.array(shape, { maxLength: 4 }), (shapes) => {
      expect(parseShapes(printShapes(shapes))).toEqual(shapes);
    }),
  );
});

test.each<[string, FunctionInputs[]]>([
  [
    'x=4096x4096:float16; idx=1024:int64[0..31999]; eps=1e-6',
    [
      {
        tensors: [
          tensor('x', [4096, 4096], { dtype: 'float16' }),
          tensor('idx', [1024], { dtype: 'int64', values: 'whole', low: 0, high: 32000 }),
        ],
        arguments: { eps: 1e-6 },
        outputs: [],
      },
    ],
  ],
  ['x=4×8; weight=8', [{ tensors: [tensor('x', [4, 8]), tensor('weight', [8])], arguments: {}, outputs: [] }]],
  [
    'x = 4 x 8 : bf16 [ones] (written)',
    [{ tensors: [tensor('x', [4, 8], { dtype: 'bfloat16', values: 'ones' })], arguments: {}, outputs: ['x'] }],
  ],
  ['x=scalar:f32', [{ tensors: [tensor('x', [], { dtype: 'float32' })], arguments: {}, outputs: [] }]],
  ['mask=8:bool', [{ tensors: [tensor('mask', [8], { dtype: 'bool', values: 'whole' })], arguments: {}, outputs: [] }]],
  [
    'x=2; dim:=1; keep=True; other=None; how=tanh; text="a;b|c\\"d"; p=-1',
    [
      {
        tensors: [tensor('x', [2])],
        arguments: { dim: 1, keep: true, other: null, how: 'tanh', text: 'a;b|c"d', p: -1 },
        outputs: [],
      },
    ],
  ],
  [
    'x=2 | x=4',
    [
      { tensors: [tensor('x', [2])], arguments: {}, outputs: [] },
      { tensors: [tensor('x', [4])], arguments: {}, outputs: [] },
    ],
  ],
])('inputs of %j', (text, inputs) => {
  expect(parseFunctionInputs(text)).toEqual(inputs);
});

test.each([
  ['', /There are no inputs: write a tensor like x=4096x4096:float16, or an argument like eps=1e-6/],
  ['4096x4096', /“4096x4096” is no input/],
  ['x=4096x', /x is “4096x”: write a tensor like/],
  ['x=4096x4096:flot16', /x has the dtype “flot16”.*did you mean float16\?/],
  ['x=4096x4096:tensor', /x has the dtype “tensor”.*use one of float64, float32/],
  ['x=8[1..0]', /x is filled from 1 to 0: write the smaller number first/],
  ['x=8[random]', /x is filled with “random”: write \[0..31999\] for whole numbers, or \[ones\]/],
  ['x=0x8', /x has the size 0/],
  ['x=8; x=4', /says x twice/],
  ['eps=1e-6', /has no tensor: write at least one, such as x=4096x4096/],
  ['x=8; text="unended', /text is “"unended”/],
  ['x=8; text="\\q"', /does not end where it should/],
])('inputs of %j are refused, and how they would be right is said', (text, message) => {
  expect(messageOf(() => parseFunctionInputs(text))).toMatch(message);
});

test('inputs are read as they are printed', () => {
  const dtype = fc.option(fc.constantFrom('float32', 'bfloat16', 'int64', 'bool', 'float8_e4m3fn'));
  const values = fc.oneof(
    fc.constant({ values: 'ones' as const }),
    fc
      .tuple(fc.integer({ min: -1000, max: 1000 }), fc.nat(1000))
      .map(([low, more]) => ({ values: 'whole' as const, low, high: low + 1 + more })),
  );
  const drawn = fc.record({ name, shape: fc.array(size, { maxLength: 4 }), dtype });
  const tensors = fc.array(fc.tuple(drawn, fc.option(values), fc.boolean()), { minLength: 1, maxLength: 4 });
  const value = fc.oneof(
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const inputs = fc
    .tuple(tensors, fc.dictionary(name, value, { maxKeys: 4 }))
    .map(([drawnTensors, given]): FunctionInputs => {
      const all = drawnTensors.map(([one, filled]) => ({
        ...one,
        ...(filled ?? {
          values: one.dtype !== null && /int|bool/.test(one.dtype) ? ('whole' as const) : ('normal' as const),
        }),
      }));
      const unique = all.filter((one, at) => all.findIndex((other) => other.name === one.name) === at);
      const names = unique.map((one) => one.name);
      const others = Object.entries(given).filter(([key]) => !names.includes(key));
      const written = drawnTensors.filter(([, , isWritten]) => isWritten).map(([one]) => one.name);
      return {
        tensors: unique,
        arguments: Object.fromEntries(others),
        outputs: names.filter((one) => written.includes(one)),
      };
    });
  fc.assert(
    fc.property(fc.array(inputs, { minLength: 1, maxLength: 3 }), (sets) => {
      // There is but one zero among numbers as text.
      const plain = JSON.parse(JSON.stringify(sets)) as FunctionInputs[];
      expect(parseFunctionInputs(printFunctionInputs(plain))).toEqual(plain);
    }),
  );
});
