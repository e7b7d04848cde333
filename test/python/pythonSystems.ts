// Machines, likely and unlikely, from which the differential test draws.
import fc from 'fast-check';
import type { PythonSystem } from '../../src/kernels/system';
import { CANN, CUDA, folderName, pick, ROCM, TORCH, XPU } from './variantNames';

/** Versions as machines report them. Python reads most of them, and prints them its own way. */
const oddVersion = pick(
  '2.10.0+cu128',
  '2.10.0a0+git1234ab',
  '02.010',
  'v2.9',
  '2.9rc1',
  '2',
  ' 2.10 ',
  '1!2.10',
  '2.10.post1',
  '2.10-1',
  '2.10.dev20260101',
  '2.9.0.1',
  '2.8.0+cpu.local-1',
  '',
  'unknown',
  '2.x',
  '2..1',
  '٢.٩',
  '2.10+',
  '2.10.0preview_3',
  '26.0b2',
  '26.0.post1.dev2',
  '25.9',
  '26',
);

function version(...usual: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 30, arbitrary: pick(...usual) }, { weight: 1, arbitrary: oddVersion });
}

type Backend = PythonSystem['backend'];
const versioned = (name: Backend['name'], ...versions: readonly string[]): fc.Arbitrary<Backend> =>
  version(...versions).map((text) => ({ name, version: text }));

const backend: fc.Arbitrary<Backend> = fc.oneof(
  { weight: 8, arbitrary: versioned('cuda', ...CUDA, '12.8.1', '12.10') },
  { weight: 3, arbitrary: versioned('rocm', ...ROCM, '6.4.43482', '7.1.25424') },
  versioned('xpu', ...XPU),
  versioned('cann', ...CANN),
  {
    weight: 5,
    arbitrary: fc
      .constantFrom<Backend['name']>('cpu', 'cpu', 'metal', 'neuron', 'tpu')
      .map((name) => ({ name, version: null })),
  },
);

const hardware = fc.oneof(
  { weight: 8, arbitrary: fc.constant({ cpu: 'x86_64', os: 'linux' }) },
  fc.constantFrom(
    { cpu: 'aarch64', os: 'linux' },
    { cpu: 'aarch64', os: 'darwin' },
    { cpu: 'x86_64', os: 'windows' },
    { cpu: 'riscv64', os: 'linux' },
    { cpu: '', os: 'java' },
  ),
);

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 8 });

/** The modules that dependencies ask for, each there or not. */
const modules = fc.record({
  einops: fc.boolean(),
  helion: fc.boolean(),
  tvm_ffi: fc.boolean(),
  cutlass: fc.boolean(),
  nki: fc.boolean(),
});

/** A Python environment, with what the library would see of it. */
export const pythonSystem: fc.Arbitrary<PythonSystem> = fc
  .record({
    backend,
    hardware,
    torch: maybe(version(...TORCH)),
    torchCxx11Abi: fc.constantFrom(true, true, false, null),
    tvmFfi: fc.option(version('0.1', '0.2', '1.0', '0.12'), { freq: 2 }),
    macos: fc.option(version('15.7', '26.0', '26.1', '27.0'), { freq: 2 }),
    freeThreadedWithoutAbi: fc.nat(19).map((n) => n === 0),
    cuda: maybe(pick('7.5', '8.0', '8.6', '8.9', '9.0', '10.0', '10.3', '12.0', '12.1')),
    rocm: maybe(pick('gfx90a:sramecc+:xnack-', 'gfx942', 'gfx1100', 'gfx950:xnack-', '')),
    kernelsVersion: version('0.17.2', '0.16.0', '0.17.0.dev0', '0.18', '1.0.0'),
    modules,
  })
  .map(({ hardware: { cpu, os }, cuda, rocm, ...rest }) => ({
    ...rest,
    // Metal is on nothing else.
    ...(rest.backend.name === 'metal' ? { cpu: 'aarch64', os: 'darwin' } : { cpu, os }),
    architecture: rest.backend.name === 'cuda' ? cuda : rest.backend.name === 'rocm' ? rocm : null,
  }));

/** A name changed so that processor, system and, for Metal, backend are those of a machine. */
function suit(name: string, { cpu, os, backend: { name: backend } }: PythonSystem): string {
  const here = name.replace('x86_64-linux', `${cpu}-${os}`);
  return backend === 'metal' ? here.replace(/-(cu|rocm|xpu|cann)[0-9]+-/, '-metal-') : here;
}

/** A machine with a set of folders, in half of the cases made for its processor and system. */
export const machineWithBuilds = fc
  .record({ names: fc.array(folderName, { maxLength: 12 }), system: pythonSystem, suited: fc.boolean() })
  .map(({ names, system, suited }) => ({
    names: [...new Set(suited ? names.map((name) => suit(name, system)) : names)],
    system,
  }));
