import { describe, expect, test } from 'vitest';
import type { MachineState, PythonFacts } from '../../src/machine/machineTypes';
import { machineRows } from '../../src/sidebar/machineRows';
import { pythonSystem } from '../../src/machine/pythonSystem';
import { PLACE, probeFacts, TORCH } from './probeFacts';

const PYTHON: PythonFacts = {
  environment: { path: '/home/mina/project/.venv/bin/python', source: 'Python extension' },
  version: '3.12.4',
  torchVersion: '2.12.0+cu128',
  kernelsVersion: '0.17.2',
  gpus: [{ name: 'NVIDIA RTX 4090', architecture: '8.9', memoryBytes: 24 * 1024 ** 3 }],
  driver: '580.159.04',
  missing: [],
  installing: PLACE,
};
const RTX = { name: 'NVIDIA RTX 4090', software: false, driver: null };
const STATE: MachineState = {
  system: {
    python: pythonSystem(probeFacts({ torch: { ...TORCH, version: '2.12.0+cu128' } })),
    webgpu: { system: { ...RTX, features: [], limits: {} } },
  },
  python: PYTHON,
  missing: [],
  adapters: [RTX],
  loading: false,
};

/** Each row as it is seen: icon, label, description. */
function seen(change: Partial<MachineState>, trusted = true): string[] {
  return machineRows({ ...STATE, ...change }, trusted).map(
    ({ icon, label, description }) => `${icon} ${label} | ${description}`,
  );
}

describe('This Machine', () => {
  test('shows what is there', () => {
    expect(seen({})).toEqual([
      'pass NVIDIA RTX 4090 | compute 8.9 · 24 GiB · driver 580.159.04',
      'pass NVIDIA RTX 4090 | WebGPU',
      'pass Python 3.12.4 | .venv',
      'pass torch 2.12.0+cu128 | CUDA 12.8',
      'pass kernels 0.17.2 | ',
    ]);
  });

  test('shows what is missing, with the command to copy', () => {
    const missing = [{ what: 'kernels library missing', command: 'uv pip install kernels' }];
    const [row] = machineRows({ ...STATE, missing }, true).slice(-1);
    expect(row).toMatchObject({
      icon: 'error',
      label: 'kernels library missing',
      description: 'uv pip install kernels',
      command: 'uv pip install kernels',
      spoken: 'kernels library missing, needs mending, uv pip install kernels',
    });
  });

  test('without Python shows why, and the adapters all the same', () => {
    const what = 'No Python was found. Install it.';
    const none = { python: null, missing: [{ what, command: null }] };
    expect(seen(none)).toEqual(['pass NVIDIA RTX 4090 | WebGPU', `error No usable Python | ${what}`]);
    expect(machineRows({ ...STATE, ...none }, true).at(-1)).toMatchObject({ command: null, leadsTo: 'python setting' });
  });

  test('in a workspace that is not trusted says what is held back, and leads to what grants it', () => {
    expect(seen({}, false).at(-1)).toBe('workspace-untrusted Workspace not trusted | a Python inside it is not asked');
    expect(machineRows(STATE, false).at(-1)?.leadsTo).toBe('workspace trust');
    expect(seen({ python: null, adapters: [], loading: true }, false)).toHaveLength(1);
    expect(seen({}).join()).not.toContain('trusted');
  });

  test('says where verdicts cannot be given though torch is there', () => {
    const system = { ...STATE.system, python: { missing: 'torch_npu finds no CANN toolkit.' } };
    expect(seen({ system })).toContain('warning torch 2.12.0+cu128 | torch_npu finds no CANN toolkit.');
  });

  test('names the adapter that is used where there are several, and the one that is no GPU', () => {
    const soft = { name: 'SwiftShader (software)', software: true, driver: '5.0' };
    expect(seen({ adapters: [RTX, soft] }).slice(1, 3)).toEqual([
      'pass NVIDIA RTX 4090 | WebGPU · used here',
      'info SwiftShader (software) | WebGPU on the CPU · 5.0',
    ]);
  });

  test('shows why there is no adapter, once that is known', () => {
    const system = { ...STATE.system, webgpu: { missing: 'Dawn needs a driver.' } };
    const row = 'warning No WebGPU adapter | Dawn needs a driver.';
    expect(seen({ system, adapters: [] })).toContain(row);
    expect(seen({ system, adapters: [], loading: true })).not.toContain(row);
  });

  test('is never empty while it is being looked at', () => {
    const nothing = { python: null, adapters: [], loading: true };
    expect(seen(nothing)).toEqual(['loading~spin Looking at this machine… | ']);
  });

  test.each([
    ['/usr/bin/python3', '/usr/bin/python3'],
    ['/opt/conda/envs/train/bin/python', 'train'],
    ['/opt/conda/envs/train/python', 'train'],
    ['C:\\work\\.venv\\Scripts\\python.exe', '.venv'],
    ['/usr/local/bin/python3', '/usr/local/bin/python3'],
    ['/python', '/python'],
  ])('calls %s %s', (path, name) => {
    const environment = { ...PYTHON.environment, path };
    const row = machineRows({ ...STATE, python: { ...PYTHON, environment } }, true).find(({ id }) => id === 'python');
    expect(row?.description).toBe(name);
    expect(row?.detail).toContain(`${path}\nFrom: Python extension`);
  });

  test('names of others hide and turn nothing, and rows differ by their id', () => {
    const gpus = [
      { name: 'GPU\u202eUPG\n\u0007', architecture: 'gfx942', memoryBytes: null },
      { name: 'x'.repeat(10_000), architecture: null, memoryBytes: null },
    ];
    const rows = machineRows({ ...STATE, python: { ...PYTHON, gpus, driver: null } }, true);
    expect(rows[0]).toMatchObject({ label: 'GPU\ufffdUPG', description: 'gfx942' });
    expect(rows[1]?.label).toHaveLength(200);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  test('each icon has its meaning in words', () => {
    const missing = [{ what: 'torch missing', command: null }];
    for (const row of machineRows({ ...STATE, missing }, true)) {
      expect(row.spoken).toMatch(row.icon === 'pass' ? /, is there/ : /, needs mending/);
    }
  });
});
