// Kernels of the tests that compute, in plain PyTorch: the real ones' names, signatures and refusals, without their speed.
//   torchKernels/versions.json       kernel to its versions; each version has the same files
//   torchKernels/<org>/<name>/…      the package that its build `torch-universal` is
//   torchKernels/<org>/<name>/benchmarks/…   its benchmark scripts, if it has any
//   torchKernels/_calls.py           put into every package: counts the calls
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { makeBuilds } from './builds';
import { Repository, storeFile } from './repository';
import type { RepositoryFacts } from './repository';

const here = path.join(import.meta.dirname, 'torchKernels');

/** They take the place of those of the same name that compute nothing. */
export function torchRepositories(): readonly Repository[] {
  const versions = v.parse(
    v.record(v.string(), v.array(v.number())),
    JSON.parse(readFileSync(path.join(here, 'versions.json'), 'utf8')),
  );
  return Object.entries(versions).map(([id, numbers]) => torchRepository(id, numbers));
}

function torchRepository(id: string, versions: readonly number[]): Repository {
  const folder = path.join(here, id);
  const pack = new Map([['_calls.py', readFileSync(path.join(here, '_calls.py'))]]);
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.py')))
    pack.set(name, readFileSync(path.join(folder, name)));
  const scripts = scriptsOf(folder);
  const name = path.basename(id);
  const branches = versions.map((version) => {
    const builds = { 'torch-universal': [] };
    const rest = { pythonDepends: [], kernelDepends: [], builds };
    const files = new Map([...makeBuilds({ name, version, license: 'Apache-2.0', ...rest }, pack), ...scripts]);
    return [`v${version}`, new Map([...files].map(([file, bytes]) => [file, storeFile(file, bytes)]))] as const;
  });
  const card = storeFile('README.md', `# ${name}\n\nComputes in plain PyTorch, for tests.\n`);
  const facts: RepositoryFacts = {
    id,
    downloads: 0,
    likes: 0,
    trendingScore: 0,
    createdAt: '2026-03-02T09:00:00.000Z',
    private: false,
    gated: false,
    tags: ['kernel', 'license:apache-2.0', 'region:us'],
    families: ['cpu'],
    buildMetadata: null,
  };
  return new Repository(facts, new Map([['main', new Map([['README.md', card]])], ...branches]));
}

/** By their paths in the repository. */
function scriptsOf(folder: string): Map<string, Uint8Array> {
  const below = path.join(folder, 'benchmarks');
  const names = existsSync(below) ? readdirSync(below).filter((file) => file.endsWith('.py')) : [];
  return new Map(names.map((name) => [`benchmarks/${name}`, readFileSync(path.join(below, name))]));
}
