// Kernels that do not run here: why, in the library's words, and what would help.
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { PythonKernelParts } from '../../src/hub/pythonKernel';
import type { KernelSummary } from '../../src/kernels/kernelSummary';
import { summary } from '../unit/kernelSummaries';
import { PLACE, probeFacts, pythonHere, TORCH } from '../unit/probeFacts';
import { buildFiles, KernelFinder } from './kernelFinder';
import { sharedHub } from './sharedHub';
import { temporaryFolders } from './temporaryFolders';

const NORM = 'kernels-community/triton-layer-norm';
const RELU = 'kernels-community/relu';

type Here = Pick<PythonKernelParts, 'system' | 'python'>;
const { gpus, installer } = probeFacts({});
const BARE = { ...TORCH, version: '2.9.0+cpu', cuda: null };
const GPU = pythonHere();
const CPU = pythonHere({ torch: BARE, gpus: { ...gpus, devices: [], driver: null, hardware: ['intel'] } });
const IDLE_GPU = pythonHere({ torch: BARE });
const NO_EINOPS = { modules: { einops: false } };
const UV = { ...PLACE, installer: { ...installer, kind: 'uv', prefix: '/home/mina/.venv' } as const };

const folders = temporaryFolders();
const at = sharedHub({ torchKernels: true });
let home: string;

beforeEach(async () => {
  home = await folders.make();
});
afterAll(() => folders.remove());

function unfit(
  reference: string,
  here: Here,
  kernels: readonly KernelSummary[] = [],
): Promise<readonly [string, ...string[]]> {
  return new KernelFinder({ endpoint: at.hub.endpoint, home, here, kernels }).unfit(reference);
}

/** Puts builds in the place of those of a version, on a Hub of this test's own. */
async function publish(version: number, ...builds: readonly Record<string, string>[]): Promise<void> {
  const hub = await at.own();
  const files: Record<string, string | null> = {};
  for (const name of ['torch-cuda', 'torch-rocm', 'torch-xpu']) {
    for (const file of ['metadata.json', '__init__.py']) files[`build/${name}/${file}`] = null;
  }
  for (const build of builds) Object.assign(files, build);
  hub.publish(NORM, `v${version}`, files);
}

describe('a package is missing', () => {
  test.each<[string, Here, string]>([
    ['pip', pythonHere(NO_EINOPS), '/env/bin/python -m pip install einops'],
    ['uv', pythonHere(NO_EINOPS, UV), 'uv pip install einops'],
  ])('%s installs it', async (_name, here, command) => {
    expect(await unfit(`${NORM}@v3`, here)).toEqual([
      `${NORM}@v3 does not run here: Kernel module \`triton_layer_norm\` requires Python dependency \`einops\`.`,
      command,
    ]);
  });

  test('all that are, and the newer library', async () => {
    const depends = ['einops', 'nvidia-cutlass-dsl', 'tvm-ffi', 'no-such-package'];
    await publish(4, buildFiles('torch-cuda', { 'python-depends': depends, 'kernels-minver': '0.18.1' }));
    const modules = { einops: false, cutlass: false, tvm_ffi: true };
    const [, ...remedies] = await unfit(`${NORM}@v4`, pythonHere({ modules }));
    expect(remedies).toEqual([
      '/env/bin/python -m pip install einops',
      '/env/bin/python -m pip install nvidia-cutlass-dsl',
      "/env/bin/python -m pip install 'kernels>=0.18.1'",
    ]);
  });

  test('what a publisher writes for a version goes into no command', async () => {
    await publish(
      4,
      buildFiles('torch-cuda', { 'kernels-minver': '9; rm -rf ~', 'python-depends': ['einops; rm -rf ~'] }),
    );
    const [, ...remedies] = await unfit(`${NORM}@v4`, GPU);
    expect(remedies.filter((remedy) => remedy.includes('rm'))).toEqual([]);
  });

  test('the library is too old for the build', async () => {
    await publish(4, buildFiles('torch-cuda', { 'kernels-minver': '0.19' }));
    expect(await unfit(`${NORM}@v4`, GPU)).toEqual([
      `${NORM}@v4 does not run here: Kernel 'test-kernel' variant 'torch-cuda' requires kernels>=0.19, but version 0.17.2 is installed.`,
      "/env/bin/python -m pip install 'kernels>=0.19'",
    ]);
  });
});

describe('no build fits', () => {
  const onCpu = `${NORM}@v3 does not run here: backend (cuda) does not match system backend (cpu) and is not universal.`;

  test('and nothing is known that would help', async () => {
    expect(await unfit(`${NORM}@v3`, CPU)).toEqual([onCpu]);
  });

  test('a GPU is idle: the torch for it comes first', async () => {
    await publish(2, buildFiles('torch-cpu'));
    expect(await unfit(`${NORM}@v3`, IDLE_GPU)).toEqual([
      onCpu,
      '/env/bin/python -m pip install --force-reinstall torch==2.9.0',
      'version 2',
    ]);
  });

  test('a GPU for which there is no build is no reason for another torch', async () => {
    await publish(4, buildFiles('torch-rocm'));
    expect((await unfit(`${NORM}@v4`, IDLE_GPU)).slice(1)).toEqual([]);
  });

  test('another version runs here: the newest that does', async () => {
    await publish(1, buildFiles('torch-cpu'));
    await publish(2, buildFiles('torch-universal'));
    await publish(4, buildFiles('torch-npu'));
    expect(await unfit(`${NORM}@v3`, CPU)).toEqual([onCpu, 'version 2']);
  });

  test('of many versions few are looked at', async () => {
    for (const version of [4, 5, 6, 7, 8, 9]) await publish(version, buildFiles('torch-npu'));
    await publish(2, buildFiles('torch-cpu'));
    at.hub.clearRequests();
    expect(await unfit(`${NORM}@v3`, CPU)).toEqual([onCpu]);
    const looked = at.hub.requests.filter(({ path }) => /\/tree\/[0-9a-f]{40}\/build/.test(path));
    expect(looked).toHaveLength(5);
  });

  test('the GPU is of another kind', async () => {
    await publish(4, buildFiles('torch-cuda', { backend: { type: 'cuda', archs: ['9.0a', '10.0'] } }));
    const ada = { ...gpus, devices: gpus.devices.map((device) => ({ ...device, architecture: '8.9' })) };
    const [message] = await unfit(`${NORM}@v4`, pythonHere({ gpus: ada }));
    expect(message).toContain('CUDA capability 8.9 of the current device');
  });

  test('a kernel that it loads does not run', async () => {
    await publish(4, buildFiles('torch-cpu', { 'kernel-depends': [{ 'repo-id': NORM, version: 3 }] }));
    await publish(5, buildFiles('torch-cpu', { 'kernel-depends': [{ 'repo-id': RELU, version: 1 }] }));
    expect((await unfit(`${NORM}@v4`, CPU))[0]).toContain(`Cyclic kernel dependency detected: ${NORM}`);
    at.hub.publish(RELU, 'v1', {
      ...{ 'build/torch-cpu/metadata.json': null, 'build/torch-universal/metadata.json': null },
      ...{ 'build/torch-cpu/__init__.py': null, 'build/torch-universal/__init__.py': null },
    });
    expect((await unfit(`${NORM}@v5`, CPU))[0]).toMatch(`${NORM}@v5 does not run here: It loads ${RELU}: `);
  });

  test('there are none at all', async () => {
    expect(await unfit(`${NORM}@main`, CPU)).toEqual([
      `${NORM}@main does not run here: No folder of build/ holds a build for Python.`,
    ]);
  });
});

describe('another kernel for the same operation', () => {
  const own = summary({ id: NORM, functions: [{ name: 'layer_norm_fn', signature: '(x)' }] });
  const other = summary({
    ...{ id: 'kernels-community/layer-norm', trusted: true, downloads: 10 },
    functions: [{ name: 'layer_norm', signature: '(x)' }],
    backends: [{ platform: 'cpu', hardware: [] }],
  });

  test.each<[string, readonly KernelSummary[], readonly string[]]>([
    ['runs here', [own, other], ['kernel kernels-community/layer-norm@v1']],
    ['is not of a trusted publisher', [own, { ...other, trusted: null }], []],
    ['computes something else', [own, { ...other, functions: [{ name: 'rms_norm', signature: '(x)' }] }], []],
    ['is not known to compute the same', [{ ...own, functions: [] }, other], []],
    ['is for JavaScript', [own, { ...other, language: 'javascript' }], []],
    ['is not there', [own, { ...other, id: 'kernels-community/gone' }], []],
    ['is less known', [other, own, { ...other, id: RELU, downloads: 20 }], [`kernel ${RELU}@v1`]],
  ])('%s', async (_name, kernels, remedies) => {
    expect((await unfit(`${NORM}@v3`, CPU, kernels)).slice(1)).toEqual(remedies);
  });

  test('after a version of its own', async () => {
    await publish(2, buildFiles('torch-cpu'));
    const remedies = (await unfit(`${NORM}@v3`, CPU, [own, other])).slice(1);
    expect(remedies).toEqual(['version 2', 'kernel kernels-community/layer-norm@v1']);
  });

  test('a Hub that fails costs the remedy alone', async () => {
    const hub = await at.own();
    hub.faults.add({ match: /kernels-community\/layer-norm\/refs/, kind: 'garbage' });
    expect(await unfit(`${NORM}@v3`, CPU, [own, other])).toHaveLength(1);
  });
});

describe('Python itself lacks something', () => {
  const which = 'The interpreter is /env/bin/python.';
  test.each<[string, Here, readonly string[]]>([
    ['no Python', { system: { missing: 'No Python was found.' }, python: null }, ['No Python was found.']],
    [
      'no torch',
      pythonHere({ torch: null }),
      [`PyTorch is not installed. ${which}`, '/env/bin/python -m pip install torch'],
    ],
    [
      'neither torch nor kernels',
      pythonHere({ torch: null, kernels: null }, UV),
      [
        `PyTorch is not installed. The kernels library is not installed. ${which}`,
        'uv pip install --torch-backend=auto torch',
        'uv pip install kernels',
      ],
    ],
    [
      'no kernels',
      pythonHere({ kernels: null }),
      [`The kernels library is not installed. ${which}`, '/env/bin/python -m pip install kernels'],
    ],
    [
      'an old library',
      pythonHere({ kernels: '0.14.1' }),
      [
        `kernels 0.14.1 is too old: measuring needs 0.15 or newer. ${which}`,
        "/env/bin/python -m pip install 'kernels>=0.15'",
      ],
    ],
    [
      'a damaged torch',
      pythonHere({ torch: { ...TORCH, version: null, problem: 'torch lacks its compiled part' } }),
      [
        'torch is damaged: torch lacks its compiled part. Install it again.',
        '/env/bin/python -m pip install --force-reinstall torch',
      ],
    ],
  ])('%s', async (_name, here, outcome) => {
    expect(await unfit(`${NORM}@v3`, here)).toEqual(outcome);
  });

  test.each(['0.15.0', '0.16.2', '0.17.0.dev0', '0.18', 'unknown'])('kernels %s will do', async (kernels) => {
    expect(await unfit(`${NORM}@v3`, pythonHere({ kernels }))).toEqual(['It runs here.']);
  });
});
