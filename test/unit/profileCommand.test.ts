import { expect, test } from 'vitest';
import fc from 'fast-check';
import { parseCommandLine } from '../../src/cliArguments';
import { commandLine } from '../../src/profile/profileCommand';
import type { KernelRef, ProfileOptions } from '../../src/profile/profileOptions';

const BUNDLED = ['ai.onnx.Gelu', 'ai.onnx.Softmax'];
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);

const bundled = fc.constantFrom(...BUNDLED).map((id): KernelRef => ({ kind: 'bundled', id }));
const hub = fc.record({
  kind: fc.constant('hub' as const),
  id: fc.stringMatching(/^[a-z]{1,8}\/[a-z]{1,8}$/),
  version: fc.option(fc.nat()),
  commit: fc.stringMatching(/^[0-9a-f]{40}$/),
  folder: fc.constant('/cache/of/another/machine'),
});

const options: fc.Arbitrary<ProfileOptions> = fc.record({
  kernels: fc.array(fc.oneof(bundled, hub), { minLength: 1, maxLength: 4 }),
  adapter: fc.oneof(fc.constantFrom('auto', 'software'), name),
  variants: fc.array(name, { maxLength: 3 }),
  cases: fc.option(name),
  dtypes: fc.subarray(['float32', 'float16', 'int8', 'bool']),
  quick: fc.boolean(),
  aa: fc.boolean(),
  peer: fc.constantFrom(undefined, 'onnxruntime' as const),
  seed: fc.integer({ min: 0, max: 0xffffffff }),
});

test('the command a report names asks for the same profile again, of the Hub for the same commit', () => {
  fc.assert(
    fc.property(options, (asked) => {
      const [, ...argv] = commandLine(asked);
      const { kernels, adapter, variants, peer, ...rest } = asked;
      expect(parseCommandLine(argv, BUNDLED)).toMatchObject({
        name: 'profile',
        subjects: kernels.map((kernel) =>
          kernel.kind === 'hub' ? { kind: 'hub', id: kernel.id, version: null, revision: kernel.commit } : kernel,
        ),
        webgpu: { adapter, variants, peer },
        ...rest,
      });
    }),
  );
});
