// Names of folders below `build/`, likely and unlikely, from which the differential test draws.
import fc from 'fast-check';

export const TORCH = ['2.7', '2.8', '2.9', '2.10', '2.11', '2.12', '3.0'];
export const CUDA = ['11.8', '12.6', '12.8', '12.9', '13.0', '13.1'];
export const ROCM = ['6.3', '6.4', '7.0', '7.1'];
export const XPU = ['2025.2', '2025.3'];
export const CANN = ['8.0', '8.1'];

const digits = (version: string): string => version.replace('.', '');
/** One of these texts. */
export const pick = (...values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values);

const backendName = fc.oneof(
  { weight: 4, arbitrary: pick(...CUDA).map((version) => `cu${digits(version)}`) },
  { weight: 2, arbitrary: pick(...ROCM).map((version) => `rocm${digits(version)}`) },
  pick(...XPU).map((version) => `xpu${digits(version)}`),
  pick(...CANN).map((version) => `cann${digits(version)}`),
  { weight: 3, arbitrary: pick('cpu', 'cpu', 'metal', 'neuron', 'tpu') },
);

const framework = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(pick(...TORCH), pick('-cxx11', '-cxx11', '-cxx98', ''))
      .map(([t, a]) => `torch${digits(t)}${a}`),
  },
  { weight: 3, arbitrary: pick(...TORCH).map((version) => `torch-stable-abi${digits(version)}`) },
  { weight: 1, arbitrary: pick('01', '02', '10', '012').map((version) => `tvm-ffi${version}`) },
);

const machine = fc.oneof(
  { weight: 8, arbitrary: fc.constant('x86_64-linux') },
  pick('aarch64-linux', 'aarch64-darwin', 'x86_64-windows', 'aarch64-windows', 'x86_64-darwin', 'riscv64-linux'),
);

const archName = fc.tuple(framework, backendName, machine).map((parts) => parts.join('-'));

const noarchName = pick('cpu', 'cuda', 'rocm', 'xpu', 'npu', 'metal', 'neuron', 'tpu', 'universal', 'cann', '').map(
  (backend) => `torch-${backend}`,
);

/** Pieces that break a name, or that one would think break it. */
const piece = fc.oneof(
  { weight: 10, arbitrary: pick(...'- -- 0 00 9 torch cu cpu abi cxx11- ffi . + _ v / ..'.split(' '), '', ' ', '\n') },
  // Digits of other scripts, superscripts, and what looks like nothing.
  { weight: 8, arbitrary: pick('٣', '２', '७', '𝟚', '²', '①', '\u200b', '\u202e', '\u0000', 'é', '\ud800', '💥') },
  { weight: 8, arbitrary: fc.string({ maxLength: 6 }) },
  // Python reads numbers of up to 4300 digits.
  {
    weight: 1,
    arbitrary: pick('0'.repeat(40), '1'.repeat(4299), '1'.repeat(4300), '1'.repeat(4301), '0'.repeat(4301)),
  },
);

const brokenName = fc
  .tuple(fc.oneof(archName, noarchName), piece, fc.nat(), fc.nat(3))
  .map(([name, inserted, position, removed]) => {
    const at = position % (name.length + 1);
    return name.slice(0, at) + inserted + name.slice(at + removed);
  });

const ODD_NAMES = [
  'torch2010-cxx11-cu128-x86_64-linux torch-stable-abi2009-cu0126-x86_64-linux torch28-cu1208-x86_64-linux',
  'tvm-ffi-01-cpu-x86_64-linux tvm-ffi1-cpu-x86_64-linux Torch210-cpu-x86_64-linux torch210-npu-x86_64-linux',
  'webgpu torch torch- torch210 torch-stable-abi torch-universal-linux tvm tvm-ffi - ../torch-cpu __pycache__ .git',
  'constructor __proto__',
];
const oddName = fc.oneof(
  { weight: 3, arbitrary: pick(...ODD_NAMES.join(' ').split(' '), '', 'torch-cpu\n', '; rm -rf ~') },
  fc.string({ maxLength: 30, unit: 'grapheme' }),
);

/** A folder's name below `build/`. */
export const folderName: fc.Arbitrary<string> = fc.oneof(
  { weight: 10, arbitrary: archName },
  { weight: 3, arbitrary: noarchName },
  { weight: 3, arbitrary: brokenName },
  { weight: 1, arbitrary: oddName },
);
