// Contents of metadata.json, and names of branches, likely and unlikely, from which the differential test draws.
import fc from 'fast-check';
import { pick } from './variantNames';

const ARCHITECTURES = '7.5 8.0 8.6 8.9 9.0 9.0a 10.0 10.0a 10.0f 12.0f 8.0+PTX 9.0a+PTX 12.0+PTX gfx90a gfx942 gfx1100';
const BROKEN_ARCHITECTURES = '. a 9 9. .0 sm_90 9.0b 9.0af 9.0+ptx +PTX 9.0.0 -9.0 ٨.٦ 𝟡.𝟘 9.² ② ①.0';

const architecture = fc.oneof(
  { weight: 12, arbitrary: pick(...ARCHITECTURES.split(' ')) },
  { weight: 4, arbitrary: pick(...BROKEN_ARCHITECTURES.split(' '), '', ' 9.0', `9.${'1'.repeat(4301)}`) },
);

const BACKEND_TYPES = 'cuda cuda cuda rocm rocm cpu metal xpu neuron tpu cann';

/** A metadata.json that the library can read. */
export const metadataFile = fc.record({
  id: fc.constant('abc'),
  name: fc.constantFrom('relu', 'flash-attn2', 'a-b-c'),
  version: fc.constant(1),
  license: fc.constant('MIT'),
  'python-depends': fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    fc.array(pick('einops', 'helion', 'tvm-ffi', 'nvidia-cutlass-dsl', 'nki', 'onednn', 'numpy', 'constructor'), {
      maxLength: 2,
    }),
  ),
  'kernels-minver': fc.option(fc.constantFrom('0.14.0', '0.17.2', '0.17.3', '0.17.0', '0.18.0', '1.0.00', '0.017.2'), {
    freq: 2,
    nil: undefined,
  }),
  backend: fc.record({
    type: pick(...BACKEND_TYPES.split(' ')),
    archs: fc.option(fc.array(architecture, { maxLength: 4 }), { freq: 6, nil: undefined }),
  }),
});

const BRANCHES =
  'main v V1 v1.0 v01 v1_0 v_1 v1__0 v+2 v-0 v٣ v２ v² v𝟙𝟚 v९९ version1 vv1 v0x1 v1e3 v007 v9007199254740991';
const BLANK_BRANCHES = ['v 1', 'v- 1', 'v1\n', 'v1\u2003', 'v1\u001f', 'v1\u200b', 'v\u00a0٣'];

/** A branch's name. */
export const branchName = fc.oneof(
  fc.integer({ min: -3, max: 30 }).map((n) => `v${n}`),
  pick(...BRANCHES.split(' '), ...BLANK_BRANCHES, `v${'0'.repeat(4299)}7`, `v${'0'.repeat(4300)}7`),
);
