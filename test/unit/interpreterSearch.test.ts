import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findInterpreter, type InterpreterSearch } from '../../src/machine/interpreterSearch';

const windows = process.platform === 'win32';
const [PYTHON3, VENV] = windows
  ? ['python.exe', ['.venv', 'Scripts', 'python.exe']]
  : ['python3', ['.venv', 'bin', 'python']];

let folder: string;
let search: InterpreterSearch;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'kernel-lens-interpreter-')));
  search = {
    named: null,
    workspaceFolders: [join(folder, 'project')],
    workspaceTrusted: true,
    env: { PATH: join(folder, 'bin') },
    platform: process.platform,
    home: join(folder, 'home'),
  };
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function install(...path: readonly string[]): Promise<string> {
  const file = join(folder, ...path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, '');
  await chmod(file, 0o755);
  return file;
}

describe('the interpreter that is meant', () => {
  test('is named by somebody, there or not, before all others', async () => {
    await install('project', ...VENV);
    const named = { path: join(folder, 'other', 'python'), source: 'command line' } as const;
    expect(await findInterpreter({ ...search, named })).toEqual(named);
  });

  test.each([
    ['~/env/bin/python', 'home/env/bin/python'],
    ['env/bin/python', 'project/env/bin/python'],
    ['../env/bin/python', 'env/bin/python'],
  ])('may be named as %s', async (path, expected) => {
    const found = await findInterpreter({ ...search, named: { path, source: 'setting' } });
    expect(found).toEqual({ path: join(folder, expected), source: 'setting' });
  });

  test('else is that of the environment that is active', async () => {
    await install('project', ...VENV);
    const path = await install('active', ...VENV.slice(1));
    const env = { ...search.env, VIRTUAL_ENV: join(folder, 'active') };
    expect(await findInterpreter({ ...search, env })).toEqual({ path, source: 'activated environment' });
  });

  test("else is the workspace's own", async () => {
    await install('bin', PYTHON3);
    const path = await install('project', ...VENV);
    expect(await findInterpreter(search)).toEqual({ path, source: 'workspace folder' });
  });

  test('else is the first on the PATH', async () => {
    const path = await install('bin', PYTHON3);
    await install('later', PYTHON3);
    const env = {
      PATH: ['', '.', 'relative', join(folder, 'none'), ...[join(folder, 'bin'), join(folder, 'later')]].join(
        delimiter,
      ),
    };
    expect(await findInterpreter({ ...search, env })).toEqual({ path, source: 'PATH' });
  });

  test('is nowhere', async () => {
    expect(await findInterpreter(search)).toEqual({
      missing:
        'No Python was found. Install Python 3.10 or newer, or name one: kernelLens.python.path in the editor, --python on the command line.',
    });
    expect(await findInterpreter({ ...search, env: {} })).toHaveProperty('missing');
  });

  test.skipIf(windows)('is not a file that may not be run', async () => {
    const path = await install('bin', PYTHON3);
    await chmod(path, 0o644);
    expect(await findInterpreter(search)).toHaveProperty('missing');
  });
});

describe('in a workspace that is not trusted', () => {
  const NOT_TRUSTED = 'is in this workspace, which is not trusted, so it is not run. Trust the workspace to use it.';
  beforeEach(() => {
    search = { ...search, workspaceTrusted: false };
  });

  test("the workspace's own environment is not run, and nothing else stands in for it", async () => {
    await install('bin', PYTHON3);
    const path = await install('project', ...VENV);
    expect(await findInterpreter(search)).toEqual({ missing: `${path} ${NOT_TRUSTED}` });
  });

  test('one that is named inside is not run', async () => {
    const path = join(folder, 'project', 'python');
    const named = { path, source: 'setting' } as const;
    expect(await findInterpreter({ ...search, named })).toEqual({ missing: `${path} ${NOT_TRUSTED}` });
  });

  test.skipIf(windows)(
    'nor one outside that is a link to the inside, nor one inside that is a link to the outside',
    async () => {
      const inside = await install('project', 'tools', 'python3');
      await mkdir(join(folder, 'links'));
      await symlink(inside, join(folder, 'links', 'python3'));
      const outside = await install('bin', PYTHON3);
      await symlink(outside, join(folder, 'project', 'python3'));
      for (const path of [join(folder, 'links', 'python3'), join(folder, 'project', 'python3')]) {
        expect(await findInterpreter({ ...search, named: { path, source: 'setting' } })).toHaveProperty('missing');
      }
    },
  );

  test.skipIf(windows)('nor one behind another name of the workspace', async () => {
    const path = await install('project', 'python3');
    await symlink(join(folder, 'project'), join(folder, 'alias'));
    const other = { ...search, workspaceFolders: [join(folder, 'alias')] };
    expect(await findInterpreter({ ...other, named: { path, source: 'setting' } })).toHaveProperty('missing');
  });

  test('a PATH that leads inside is passed over', async () => {
    await install('project', 'bin', PYTHON3);
    const path = await install('bin', PYTHON3);
    const env = { PATH: [join(folder, 'project', 'bin'), join(folder, 'bin')].join(delimiter) };
    expect(await findInterpreter({ ...search, env })).toEqual({ path, source: 'PATH' });
  });

  test('one outside is run', async () => {
    const path = await install('project-of-mine', PYTHON3);
    const named = { path, source: 'setting' } as const;
    expect(await findInterpreter({ ...search, named })).toEqual(named);
  });
});
