// Kernels whose names, files and fields are made to do harm. Every one must come to a clear word, and to nothing else.
import { Repository, storeFile } from './repository';
import type { RepositoryFacts } from './repository';

/** The name that a right-to-left override turns round on the screen. */
const reversed = 'stranger/\u202egpj.tfos';

const ids = [
  '../../../etc/passwd',
  'stranger/..',
  'stranger/$(touch${IFS}owned)',
  'stranger/`touch owned`; rm -rf ~',
  'stranger/--help',
  `stranger/${'a'.repeat(10_000)}`,
  reversed,
  'stranger/<img src=x onerror=alert(1)>',
  'stranger/command:workbench.action.terminal.new',
  'stranger/new\nline',
  'no-slash',
  '',
];

/** Paths that lead out of their folder, and others that a disk would rather not have. */
const paths = [
  'build/torch-universal/../../../../../../owned',
  '../owned',
  '/owned',
  'C:\\owned',
  'build/..\\..\\owned',
  `build/${'b'.repeat(10_000)}/metadata.json`,
  'build/torch-universal/\u202egpj.yp',
  'build/$(touch owned)/metadata.json',
  'build/torch-universal/nul',
];

export function hostileRepositories(): readonly Repository[] {
  const rows = ids.map((id) => new Repository(facts(id), new Map([['main', new Map()]])));
  const files = new Map(paths.map((path) => [path, storeFile(path, 'owned\n')]));
  const traps = new Repository(facts('stranger/hostile-paths'), new Map(['main', 'v1'].map((name) => [name, files])));
  return [...rows, traps];
}

function facts(id: string): RepositoryFacts {
  return {
    id,
    downloads: -1,
    likes: 1e308,
    trendingScore: 1e9,
    createdAt: '2026-09-01T00:00:00.000Z',
    private: false,
    gated: false,
    tags: ['<script>alert(1)</script>', 'kernel'],
    families: ['cuda', 'abacus'],
    buildMetadata: { compatibility: 'all', backends: [{ type: 'abacus', hardwareTypes: null }, 7] },
  };
}
