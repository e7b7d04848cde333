// Many kernels, for lists that are long. Each can be opened: it has one version with one build.
import { makeBuilds } from './builds';
import type { BuildList } from './builds';
import { Repository, storeFile } from './repository';

const families = ['cuda', 'rocm', 'metal', 'xpu', 'cpu'];
const subjects = ['attention', 'layer-norm', 'gelu', 'quantize', 'moe', 'conv', 'rotary', 'top-k', 'softmax', 'scan'];

/** @param at from 0; kernels of the same number are the same in every run */
export function generatedRepository(at: number): Repository {
  const subject = subjects[at % subjects.length] ?? '';
  const family = families[at % families.length] ?? 'cpu';
  const name = `${subject}-${String(at).padStart(5, '0')}`;
  const list: BuildList = {
    name,
    version: 1,
    license: 'Apache-2.0',
    pythonDepends: [],
    kernelDepends: [],
    builds: { [`torch-${family}`]: [] },
  };
  const pack = new Map([['__init__.py', Buffer.from(`def run(out, x):\n    out[:] = x\n\n\n__all__ = ["run"]\n`)]]);
  const files = [...makeBuilds(list, pack)].map(([file, bytes]) => [file, storeFile(file, bytes)] as const);
  const card = storeFile('README.md', `# ${name}\n`);
  const facts = {
    id: `generated/${name}`,
    downloads: (at * 7919) % 100_000,
    likes: (at * 31) % 500,
    trendingScore: (at * 17) % 100,
    createdAt: new Date(Date.UTC(2026, 0, 1) + at * 3_600_000).toISOString(),
    private: false,
    gated: false as const,
    tags: ['kernel', 'license:apache-2.0', 'region:us'],
    families: [family],
    buildMetadata: { backends: [{ type: family, hardwareTypes: [], noArchs: true }] },
  };
  return new Repository(
    facts,
    new Map([
      ['main', new Map([['README.md', card]])],
      ['v1', new Map(files)],
    ]),
  );
}
