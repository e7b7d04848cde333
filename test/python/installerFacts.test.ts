import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { writeFiles } from './fakePackages';

const python = inject('python');
const pythonFolder = join(import.meta.dirname, '../../media/python');
const run = promisify(execFile);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kernel-lens-installer-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function evaluate(interpreter: string, expression: string, ...args: readonly string[]): Promise<unknown> {
  const script = `import installer_facts, json, sys\nprint(json.dumps(${expression}))`;
  const env = { ...process.env, PYTHONPATH: pythonFolder, PYTHONDONTWRITEBYTECODE: '1' };
  const { stdout } = await run(interpreter, ['-c', script, ...args], { env });
  return JSON.parse(stdout);
}

describe('the program that installs into an environment', () => {
  const HOME = 'home = /usr/bin\nversion = 3.12.4\n';
  const cases: [string, string, Record<string, string>, string, string | null][] = [
    ['pip', 'p/.venv', { 'p/.venv/pyvenv.cfg': HOME }, 'pip', null],
    ['pip beside the lock file of uv', 'p/.venv', { 'p/.venv/pyvenv.cfg': HOME, 'p/uv.lock': '' }, 'pip', null],
    ['uv', 'p/.venv', { 'p/.venv/pyvenv.cfg': `${HOME}uv = 0.9.1\n` }, 'uv', null],
    ["uv's project", 'p/.venv', { 'p/.venv/pyvenv.cfg': `${HOME}uv = 0.9.1\n`, 'p/uv.lock': '' }, 'uv', 'p'],
    ['conda', 'envs/a', { 'envs/a/conda-meta/history': '' }, 'conda', null],
    ['pixi', 'p/.pixi/envs/default', { 'p/.pixi/envs/default/conda-meta/pixi': '{}' }, 'pixi', null],
    ["poetry's project", 'p/.venv', { 'p/.venv/pyvenv.cfg': HOME, 'p/poetry.lock': '' }, 'poetry', 'p'],
    [
      "poetry's store",
      'pypoetry/virtualenvs/p-x-py3.12',
      { 'pypoetry/virtualenvs/p-x-py3.12/pyvenv.cfg': HOME },
      'poetry',
      null,
    ],
    ["pdm's project", 'p/.venv', { 'p/.venv/pyvenv.cfg': HOME, 'p/pdm.lock': '' }, 'pdm', 'p'],
    ["pdm's store", 'pdm/venvs/p-x', { 'pdm/venvs/p-x/pyvenv.cfg': HOME }, 'pdm', null],
    ['the system', 'usr', { 'usr/bin/python3': '' }, 'pip', null],
  ];
  test.each(cases)('%s', async (_name, prefix, files, kind, project) => {
    await writeFiles(folder, files);
    const found = await evaluate(python, 'installer_facts.read_kind(sys.argv[1])', join(folder, prefix));
    expect(found).toEqual([kind, project === null ? null : join(folder, project)]);
  });

  test('a real environment, without pip', async () => {
    const made = join(folder, '.venv');
    await run(python, ['-m', 'venv', '--without-pip', made]);
    const interpreter = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python';
    expect(await evaluate(join(made, interpreter), 'installer_facts.read_installer()')).toEqual({
      kind: 'pip',
      prefix: made,
      project: null,
      pip: false,
      externallyManaged: false,
    });
    expect(await evaluate(python, 'installer_facts.read_installer()')).toMatchObject({ kind: 'pip', pip: true });
  });
});
