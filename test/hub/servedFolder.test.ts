// Repositories of a folder, served beside the others: for kernels that are built where they run.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startHub } from './hub';
import { temporaryFolders } from './temporaryFolders';

const folders = temporaryFolders();
afterAll(() => folders.remove());

const LIBRARY = 'a library';
const build = 'build/torch211-cxx11-cu130-x86_64-linux';

/** `new-here/own` and `kernels-community/relu`, each with a library and a script. */
async function repositories(): Promise<string> {
  const folder = await folders.make();
  for (const id of ['new-here/own', 'kernels-community/relu', 'stranger/own']) {
    const files = { [`${build}/ops.abi3.so`]: LIBRARY, 'benchmarks/benchmark.py': 'pass\n' };
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, id, 'v1', name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  }
  return folder;
}

test('a folder is served with commits and large files, and stands before what has the same name', async () => {
  const hub = await startHub({ repositories: await repositories() });
  for (const id of ['new-here/own', 'kernels-community/relu']) {
    const commit = hub.commitOf(id, 'v1');
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    hub.clearRequests();
    const answer = await fetch(`${hub.endpoint}/kernels/${id}/resolve/${commit}/${build}/ops.abi3.so`);
    expect(await answer.text()).toBe(LIBRARY);
    expect(hub.requests.map(({ origin, status }) => `${origin} ${status}`)).toEqual(['hub 302', 'files 200']);
    expect(hub.requests.at(-1)?.bytes).toBe(LIBRARY.length);
  }
  await hub.close();
});

test('its organisations are trusted, but for one that is known not to be', async () => {
  const hub = await startHub({ repositories: await repositories() });
  const trusted = async (name: string): Promise<unknown> => {
    const answer = await fetch(`${hub.endpoint}/api/organizations/${name}/overview`);
    return ((await answer.json()) as { trustedKernelPublisher?: boolean }).trustedKernelPublisher;
  };
  expect(await Promise.all(['new-here', 'stranger', 'nobody'].map(trusted))).toEqual([true, undefined, undefined]);
  await hub.close();
});

test('kernels are models only for whoever asked for that', async () => {
  const paths = ['/api/models/new-here/own/revision/v1', '/new-here/own/resolve/v1/benchmarks/benchmark.py'];
  const statuses = async (models: boolean): Promise<number[]> => {
    const hub = await startHub({ repositories: await repositories(), models });
    const answers = await Promise.all(paths.map((asked) => fetch(hub.endpoint + asked)));
    await hub.close();
    return answers.map(({ status }) => status);
  };
  expect(await statuses(true)).toEqual([200, 200]);
  expect(await statuses(false)).toEqual([404, 404]);
});

test.each([
  ['GET', 43],
  ['HEAD', 0],
])('the log tells what was sent for %s', async (method, bytes) => {
  const hub = await startHub();
  const url = `${hub.endpoint}/kernels/kernels-community/relu/resolve/main/README.md`;
  await (await fetch(url, { method })).arrayBuffer();
  expect(hub.requests.at(-1)?.bytes).toBe(bytes);
  await hub.close();
});

test.each([
  ['kernels-community/activation', 1, ['benchmark.py']],
  ['kernels-community/flash-attn2', 4, ['benchmark.py']],
  ['kernels-community/layer-norm', 1, ['benchmark.py']],
  ['kernels-community/causal-conv1d', 1, ['benchmark.py']],
  ['kernels-community/rmsnorm', 1, []],
])('%s brings its benchmark scripts in version %d', async (id, version, names) => {
  const hub = await startHub({ torchKernels: true });
  const answer = await fetch(`${hub.endpoint}/api/kernels/${id}/tree/v${version}/benchmarks`);
  const entries = answer.ok ? ((await answer.json()) as { path: string }[]) : [];
  await hub.close();
  expect(entries.map(({ path: file }) => file)).toEqual(names.map((name) => `benchmarks/${name}`));
});
