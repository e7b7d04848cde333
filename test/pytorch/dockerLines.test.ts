// The lines for a Dockerfile, their shell run as Docker would, and the kernel loaded from what the image has, offline.
import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { dockerLines } from '../../src/insert/dockerLines';
import { startHub } from '../hub/hub';
import type { TestHub } from '../hub/hubTypes';
import { temporaryFolders } from '../hub/temporaryFolders';
import { torchEnvironment } from './runWritten';

const run = promisify(execFile);
const folders = temporaryFolders();
let hub: TestHub;
beforeAll(async () => {
  hub = await startHub({ torchKernels: true });
});
afterAll(async () => {
  await hub.close();
  await folders.remove();
});

const LINES = dockerLines({ projectFolder: '.', kernelsVersion: '0.17.2' });

/** What stands behind RUN, without its options. */
function shellOf(lines: string): string {
  const start = lines.indexOf('RUN --mount');
  const rest = lines.slice(start).replace(/^RUN --mount=\S+ /u, '');
  return rest.slice(0, rest.search(/\nENV /u));
}

test('the kernels of the lock file are in the image, and load offline', async () => {
  const image = path.join(await folders.make(), 'opt kernels');
  const kept = path.join(await folders.make(), 'kept');
  const bin = await folders.make();
  await Promise.all([image, kept].map((folder) => mkdir(folder)));
  const setting = { python: inject('torchPython'), endpoint: hub.endpoint, home: await folders.make() };
  const program = path.join(bin, 'kernels');
  await writeFile(program, `#!/bin/sh\nexec '${setting.python}' -I -c 'from kernels.cli import main; main()' "$@"\n`);
  await chmod(program, 0o755);
  const env = { ...torchEnvironment(setting), PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` };
  const lock = (...kernels: readonly (readonly [string, number])[]): Promise<void> =>
    writeFile(
      path.join(image, 'kernels.lock'),
      JSON.stringify(
        kernels.map(([id, version]) => ({
          dependency: { 'repo-id': id, version },
          lock: { commit: hub.commitOf(id, `v${version}`) },
        })),
      ),
    );
  // Paths of the test hold a space, those of an image do not.
  const shell = shellOf(LINES)
    .replaceAll('/var/cache/kernels', kept)
    .replaceAll(/"\/opt\/kernels\//gu, `"${image}/`)
    .replaceAll(/ \/opt\/kernels(\/kernels\.lock)?/gu, (_all, file?: string) => ` "${image}${file ?? ''}"`);
  const build = async (): Promise<readonly string[]> => {
    await run('sh', ['-c', shell], { env });
    return (await readdir(image)).filter((name) => name !== 'kernels.lock').sort();
  };

  await lock(['kernels-community/activation', 1], ['kernels-community/flash-attn2', 3]);
  expect(await build()).toEqual(['kernels--kernels-community--activation', 'kernels--kernels-community--flash-attn2']);

  // A later build, of another image, with what is kept of the first: what is not locked any more stays out of it.
  await rm(image, { recursive: true });
  await mkdir(image);
  await lock(['kernels-community/activation', 1]);
  hub.clearRequests();
  expect(await build()).toEqual(['kernels--kernels-community--activation']);
  expect(hub.requests.filter(({ path: asked }) => asked.includes('/resolve/') && asked.endsWith('.py'))).toEqual([]);

  await rm(kept, { recursive: true });
  const script = `
import torch
from pathlib import Path
from kernels import load_kernel
kernel = load_kernel("kernels-community/activation", lockfile=Path(${JSON.stringify(path.join(image, 'kernels.lock'))}))
x = torch.randn(3, 4)
print(torch.allclose(kernel.silu(torch.empty_like(x), x), torch.nn.functional.silu(x)))
`;
  const offline = { ...env, KERNELS_CACHE: image, HF_HUB_OFFLINE: '1', HF_ENDPOINT: 'http://127.0.0.1:9' };
  const { stdout } = await run(setting.python, ['-I', '-c', script], { env: offline });
  expect(stdout.trim()).toBe('True');
}, 300_000);
