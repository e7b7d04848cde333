import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findNode, nodeVersion, type NodeSearch } from '../../src/profile/webgpu/nodeRuntime';

describe('the program that runs the GPU worker', () => {
  let home: string;
  let search: NodeSearch;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'kernel-lens-node-'));
    const env = { HOME: home, PATH: join(home, 'bin') };
    search = { platform: 'linux', env, execPath: '/editor/code', electron: true, chosen: null };
  });
  afterEach(async () => {
    await rm(home, { recursive: true, force: true });
  });

  async function install(path: string): Promise<string> {
    const file = join(home, path, 'node');
    await mkdir(join(home, path), { recursive: true });
    await writeFile(file, '');
    await chmod(file, 0o755);
    return file;
  }
  const versions = (known: Readonly<Record<string, string>>) => (program: string) =>
    Promise.resolve(known[program] ?? null);

  test('outside of Electron it is the one that runs already', async () => {
    expect(await findNode({ ...search, electron: false }, versions({}))).toBe('/editor/code');
  });

  test('in Electron the first on the PATH that is new enough', async () => {
    const old = await install('bin');
    const managed = await install('.nvm/versions/node/v22.1.0/bin');
    expect(await findNode(search, versions({ [old]: '20.0.0', [managed]: '22.1.0' }))).toBe(old);
    expect(await findNode(search, versions({ [old]: '18.20.0', [managed]: '22.1.0' }))).toBe(managed);
  });

  test('of several managed ones the newest', async () => {
    await install('.nvm/versions/node/v9.11.0/bin');
    const newest = await install('.nvm/versions/node/v22.1.0/bin');
    const any = () => Promise.resolve('22.1.0');
    expect(
      await findNode({ ...search, platform: 'linux', env: { HOME: home } }, async (program) =>
        program.startsWith(home) ? any() : null,
      ),
    ).toBe(newest);
  });

  test('when there is none, the error says what to do', async () => {
    await expect(findNode(search, versions({}))).rejects.toThrow(/Node\.js 20 or newer.*Install it/);
  });

  test('one that is chosen is used or refused, never replaced', async () => {
    const good = await install('bin');
    const chosen = { ...search, chosen: '/mine/node' };
    expect(await findNode(chosen, versions({ '/mine/node': '24.0.1' }))).toBe('/mine/node');
    const old = versions({ '/mine/node': '18.0.0', [good]: '22.0.0' });
    await expect(findNode(chosen, old)).rejects.toThrow(/\/mine\/node is Node\.js 18\.0\.0/);
    await expect(findNode(chosen, versions({ [good]: '22.0.0' }))).rejects.toThrow(/is no Node\.js that starts/);
  });

  test('a version is read by running it; what is no Node.js has none', async () => {
    expect(await nodeVersion(process.execPath)).toBe(process.versions.node);
    expect(await nodeVersion('/bin/true')).toBeNull();
    expect(await nodeVersion(join(home, 'nothing'))).toBeNull();
  });
});
