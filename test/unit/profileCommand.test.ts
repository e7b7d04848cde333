import { expect, test } from 'vitest';
import fc from 'fast-check';
import { parseCommandLine } from '../../src/cliArguments';
import { commandLine } from '../../src/profile/profileCommand';
import type { ProfileOptions } from '../../src/profile/profileOptions';

const BUNDLED = ['ai.onnx.Gelu', 'ai.onnx.Softmax'];
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);

const options: fc.Arbitrary<ProfileOptions> = fc.record({
  kernels: fc
    .uniqueArray(fc.constantFrom(...BUNDLED), { minLength: 1 })
    .map((ids) => ids.map((id) => ({ kind: 'bundled' as const, id }))),
  adapter: fc.oneof(fc.constantFrom('auto', 'software'), name),
  variants: fc.array(name, { maxLength: 3 }),
  cases: fc.option(name),
  dtypes: fc.subarray(['float32', 'float16', 'int8', 'bool']),
  quick: fc.boolean(),
  aa: fc.boolean(),
  seed: fc.integer({ min: 0, max: 0xffffffff }),
});

test('the command a report names asks for the same profile again', () => {
  fc.assert(
    fc.property(options, (asked) => {
      const [, ...argv] = commandLine(asked);
      expect(parseCommandLine(argv, BUNDLED)).toMatchObject({ name: 'profile', options: asked });
    }),
  );
});
