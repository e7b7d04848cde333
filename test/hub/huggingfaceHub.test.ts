// The `huggingface_hub` client from PyPI against the Hub of the tests, in fair weather and foul.
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { startHub } from './hub';
import type { Fault, TestHub } from './hubTypes';
import { askPython } from './pythonClient';
import type { PythonSetting } from './pythonClient';
import { temporaryFolders } from './temporaryFolders';

const folders = temporaryFolders();
let hub: TestHub;

beforeAll(async () => {
  hub = await startHub({ treePageSize: 3 });
});
afterEach(() => {
  hub.clearRequests();
  hub.faults.clear();
});
afterAll(async () => {
  await hub.close();
  await folders.remove();
});

async function setting(token?: string): Promise<PythonSetting> {
  const home = await folders.make();
  return { python: inject('python'), hub, home, ...(token === undefined ? {} : { token }) };
}

test('reads what a kernel is, its branches, its folders and its commits', async () => {
  const result = await askPython(
    await setting('hf_reader'),
    `
from huggingface_hub import HfApi
api = HfApi()
id = "kernels-community/activation"
info = api.kernel_info(id, revision="v2")
refs = api.list_repo_refs(id, repo_type="kernel")
entries = list(api.list_repo_tree(id, "build/torch-universal", repo_type="kernel", revision="refs/heads/v2"))
paths = api.get_paths_info(id, ["build/torch-universal/tanh.bin", "missing", "build"], repo_type="kernel", revision="v2")
result = {
    "info": [info.id, info.author, info.sha, info.private, info.gated],
    "branches": {branch.name: branch.target_commit for branch in refs.branches},
    "entries": {entry.path: [entry.size, entry.lfs and entry.lfs.size] for entry in entries},
    "paths": sorted(type(one).__name__ + " " + one.path for one in paths),
    "commits": [commit.title for commit in api.list_repo_commits(id, repo_type="kernel", revision="v1")],
    "exists": [api.repo_exists(name, repo_type="kernel") for name in [id, "kernels-community/nothing"]],
    "files": len(api.list_repo_files(id, repo_type="kernel", revision="v2")),
    "organisation": api.get_organization_overview("kernels-community").trustedKernelPublisher,
    "me": api.whoami()["name"],
}
`,
  );
  const commit = (branch: string): string => hub.commitOf('kernels-community/activation', branch);
  expect(result).toMatchObject({
    info: ['kernels-community/activation', 'kernels-community', commit('v2'), false, false],
    branches: { main: commit('main'), v1: commit('v1'), v2: commit('v2') },
    entries: { 'build/torch-universal/tanh.bin': [2052, 2052], 'build/torch-universal/layers.py': [382, null] },
    paths: ['RepoFile build/torch-universal/tanh.bin', 'RepoFolder build'],
    commits: ['Upload'],
    exists: [true, false],
    organisation: true,
    me: 'reader',
  });
  expect(Object.keys((result as { entries: object }).entries)).toHaveLength(4);
  // Eleven builds of four files each, two more in each that is compiled, and the benchmark.
  expect(result).toMatchObject({ files: 11 * 4 + 10 * 2 + 1 });
});

test('a snapshot of chosen files is whole, is found without the Hub, and keeps the token home', async () => {
  const client = await setting('hf_reader');
  const script = (local: boolean): string => `
from pathlib import Path
from huggingface_hub import snapshot_download
folder = Path(snapshot_download("kernels-community/activation", repo_type="kernel", revision="v2", allow_patterns="build/torch-stable-abi210-cu126-x86_64-linux/*",
    local_files_only=${local ? 'True' : 'False'}))
result = {path.name: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
`;
  const first = await askPython(client, script(false));
  expect(Object.keys(first as object)).toHaveLength(6);
  expect(Object.values(first as Record<string, number>)).toContain(20_000);
  const large = hub.requests.filter(({ origin }) => origin === 'files');
  expect(large.map(({ authorization }) => authorization)).toEqual([null, null]);
  hub.clearRequests();
  expect(await askPython(client, script(true))).toEqual(first);
  expect(hub.requests).toEqual([]);
});

const missing: readonly [string, string, string][] = [
  ['a file', '"kernels-community/relu", "nothing.txt", revision="v1"', 'EntryNotFoundError'],
  ['a revision', '"kernels-community/relu", "README.md", revision="v9"', 'RevisionNotFoundError'],
];
test.each(missing)('says that %s is missing', async (_, call, expected) => {
  const result = await askPython(
    await setting(),
    `from huggingface_hub import hf_hub_download\nresult = tried(lambda: hf_hub_download(${call}, repo_type="kernel"))`,
  );
  expect(result).toContain(expected);
});

const download = `
from pathlib import Path
from huggingface_hub import hf_hub_download
file = lambda name: Path(hf_hub_download("kernels-community/activation", f"build/torch-universal/{name}", repo_type="kernel", revision="v2"))
`;

test('a renamed kernel is found at its new name', async () => {
  const result = await askPython(
    await setting('hf_reader'),
    `
from huggingface_hub import HfApi
old = "kernels-community/rectifier"
branches = HfApi().list_repo_refs(old, repo_type="kernel").branches
with open(HfApi().hf_hub_download(old, "README.md", repo_type="kernel")) as file:
    result = [[branch.target_commit for branch in branches if branch.name == "v1"], file.readline()]
`,
  );
  expect(result).toEqual([[hub.commitOf('kernels-community/relu', 'v1')], '# relu\n']);
});

test('a connection that breaks is tried again', async () => {
  hub.faults.add({ match: /^\/repos\//, times: 1, kind: 'cut' });
  const result = await askPython(await setting(), `${download}\nresult = file("tanh.bin").stat().st_size`);
  expect(result).toBe(2052);
  expect(hub.requests.filter(({ origin }) => origin === 'files')).toHaveLength(2);
});

test('a 429 is waited out as long as it says', async () => {
  hub.faults.add({ match: /\/tree\//, times: 2, kind: 'status', status: 429, headers: { 'retry-after': '0' } });
  const result = await askPython(
    await setting(),
    `
from huggingface_hub import HfApi
result = len(list(HfApi().list_repo_tree("kernels-community/relu", repo_type="kernel", revision="v1")))
`,
  );
  expect(result).toBe(1);
  const asked = hub.requests.filter(({ path }) => path.includes('/tree/'));
  expect(asked.map(({ status }) => status)).toEqual([429, 429, 200]);
});

// What is wrong, with which file, its size, and what the client says.
const foul: readonly [string, Fault, string, number, string][] = [
  [
    'a large file that is shorter than stated',
    { match: /^\/repos\//, kind: 'wrong-length', lengthBy: -52 },
    'tanh.bin',
    2052,
    'Consistency check failed',
  ],
  [
    'a page in place of a file',
    { match: /\/resolve\//, kind: 'garbage' },
    'layers.py',
    382,
    "missing the 'X-Repo-Commit' header",
  ],
  ['a Hub that hangs up', { match: /./, kind: 'reset' }, 'layers.py', 382, 'Error'],
];
test.each(foul)('%s leaves no file behind', async (_, fault, name, size, expected) => {
  hub.faults.add(fault);
  const client = await setting();
  const failed = await askPython(client, `${download}\nresult = tried(lambda: str(file("${name}")))`);
  expect(failed).toContain(expected);
  hub.faults.clear();
  expect(await askPython(client, `${download}\nresult = file("${name}").stat().st_size`)).toBe(size);
});
