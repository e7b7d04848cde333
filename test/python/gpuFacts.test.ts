import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { writeFiles } from './fakePackages';

const python = inject('python');
const pythonFolder = join(import.meta.dirname, '../../media/python');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kernel-lens-gpus-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** What an expression over the module `gpu_facts` gives; `folder` is the first argument. */
async function evaluate(expression: string, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const script = `import gpu_facts, json, sys\nfolder = sys.argv[1]\nprint(json.dumps(${expression}))`;
  const { stdout } = await promisify(execFile)(python, ['-c', script, folder], {
    env: { ...process.env, PYTHONPATH: pythonFolder, PYTHONDONTWRITEBYTECODE: '1', ...env },
  });
  return JSON.parse(stdout);
}

/** A node of AMD's kernel driver, as /sys/class/kfd lists it. */
function node(index: number, version: number, gibibytes: number): Record<string, string> {
  return {
    [`${index}/properties`]: `cpu_cores_count 0\nsimd_count ${version === 0 ? 0 : 304}\ngfx_target_version ${version}\n`,
    [`${index}/mem_banks/0/properties`]: `heap_type 1\nsize_in_bytes ${gibibytes * 1024 ** 3}\n`,
    [`${index}/mem_banks/1/properties`]: `heap_type 0\nsize_in_bytes 7\n`,
  };
}

describe("AMD's GPUs", () => {
  const names = async (env: Readonly<Record<string, string>> = {}): Promise<unknown> =>
    evaluate('[gpu["architecture"] for gpu in gpu_facts.read_amd(folder)]', env);

  test('their architectures are as the compiler names them, in the order of the nodes', async () => {
    await writeFiles(folder, {
      ...node(0, 0, 64),
      ...node(1, 90402, 192),
      ...node(2, 90010, 64),
      ...node(3, 110000, 24),
      ...node(10, 100300, 16),
    });
    expect(await names()).toEqual(['gfx942', 'gfx90a', 'gfx1100', 'gfx1030']);
    expect(await evaluate('gpu_facts.read_amd(folder)[0]')).toEqual({
      name: 'AMD GPU',
      architecture: 'gfx942',
      memoryBytes: 192 * 1024 ** 3,
    });
  });

  test('those that the variables hide are not seen', async () => {
    await writeFiles(folder, { ...node(1, 90402, 1), ...node(2, 90010, 1), ...node(3, 110000, 1) });
    expect(await names({ HIP_VISIBLE_DEVICES: '2,0' })).toEqual(['gfx1100', 'gfx942']);
    expect(await names({ ROCR_VISIBLE_DEVICES: '1,2', HIP_VISIBLE_DEVICES: '1' })).toEqual(['gfx1100']);
    expect(await names({ HIP_VISIBLE_DEVICES: '' })).toEqual([]);
    expect(await names({ CUDA_VISIBLE_DEVICES: '1,-1,0' })).toEqual(['gfx90a']);
    expect(await names({ CUDA_VISIBLE_DEVICES: '7' })).toEqual([]);
  });

  test("HIP's own variable goes before CUDA's, which frameworks set beside it", async () => {
    await writeFiles(folder, { ...node(1, 90402, 1), ...node(2, 90010, 1) });
    expect(await names({ HIP_VISIBLE_DEVICES: '1', CUDA_VISIBLE_DEVICES: '1' })).toEqual(['gfx90a']);
  });

  test('a card that is to be taken for another one is', async () => {
    await writeFiles(folder, { ...node(1, 100301, 1), ...node(2, 110002, 1) });
    expect(await names({ HSA_OVERRIDE_GFX_VERSION: '10.3.0' })).toEqual(['gfx1030', 'gfx1030']);
    expect(await names({ HSA_OVERRIDE_GFX_VERSION_2: '11.0.0' })).toEqual(['gfx1031', 'gfx1100']);
    expect(await names({ HSA_OVERRIDE_GFX_VERSION: 'gfx1030' })).toEqual(['gfx1031', 'gfx1102']);
  });

  test('files that hold nonsense are no GPUs', async () => {
    await writeFiles(folder, {
      '1/properties': 'gfx_target_version many\n\n\0',
      'x/properties': 'simd_count 4',
      'y/z': '',
    });
    expect(await names()).toEqual([]);
  });
});

test('the makers of graphics controllers on the bus, with or without a driver', async () => {
  await writeFiles(folder, {
    '0000:00:02.0/class': '0x030000\n',
    '0000:00:02.0/vendor': '0x8086\n',
    '0000:01:00.0/class': '0x030200\n',
    '0000:01:00.0/vendor': '0x10de\n',
    '0000:01:00.1/class': '0x040300\n',
    '0000:01:00.1/vendor': '0x1002\n',
    '0000:02:00.0/class': '0x030000\n',
    '0000:02:00.0/vendor': '0x1a03\n',
  });
  expect(await evaluate('gpu_facts.read_pci_vendors(folder)')).toEqual(['intel', 'nvidia']);
});

test('the name of the distribution', async () => {
  await writeFiles(folder, { 'os-release': 'NAME="Ubuntu"\nID=ubuntu\n', quoted: 'ID="opensuse-leap"\n' });
  expect(await evaluate('gpu_facts.read_distribution(folder + "/os-release")')).toBe('ubuntu');
  expect(await evaluate('gpu_facts.read_distribution(folder + "/quoted")')).toBe('opensuse-leap');
  expect(await evaluate('gpu_facts.read_distribution(folder + "/none")')).toBeNull();
});

describe('a driver', () => {
  /** The answer where the script stands in for the one that asks the driver. */
  async function ask(script: string): Promise<unknown> {
    await writeFiles(folder, { 'ask.py': script });
    return evaluate('gpu_facts.DriverQuestion(folder + "/ask.py").answer()');
  }
  const device = { name: 'H100', architecture: '9.0', memoryBytes: 80 };
  const answer = { devices: [device], driver: '580.1', driverCuda: '13.0' };
  const first = `import os, sys, time\nprint('''kernelLensDriver: ${JSON.stringify(answer)}''', flush=True)\n`;
  const nothing = { devices: [], driver: null, driverCuda: null, runtime: null };

  test.each([
    ['answers', `${first}print('kernelLensDriver: {"runtime": "12.9"}')`, { ...answer, runtime: '12.9' }, null],
    ['is not there', 'print(\'kernelLensDriver: {"devices": []}\')', nothing, null],
    ['has its answer cut off', `${first}print('kernelLensDriver: {"run')`, { ...answer, runtime: null }, null],
    ['prints what is none of its own', 'print(\'{"devices": 3}\\n{1: 2}\')', nothing, null],
    ['crashes', 'import os\nos.abort()', nothing, "NVIDIA's driver ended the process that asked it."],
    [
      'crashes late',
      `${first}os.abort()`,
      { ...answer, runtime: null },
      "NVIDIA's driver ended the process that asked it.",
    ],
    ['hangs', 'import time\ntime.sleep(60)', nothing, "NVIDIA's driver did not answer within 1.2 s."],
    [
      'hangs late',
      `${first}time.sleep(60)`,
      { ...answer, runtime: null },
      "NVIDIA's driver did not answer within 1.2 s.",
    ],
  ])('that %s', async (_name, script, facts, problem) => {
    expect(await ask(script)).toEqual([facts, problem]);
  });
});
