import { expect, test } from 'vitest';
import type { HubEntry } from '../../src/hub/hubTypes';
import { hashVariants } from '../../src/hub/lockKernelsOlder';
import { serialiseLockFile } from '../../src/kernels/lockFile';

function file(path: string, digit: string, sha256: string | null = null): HubEntry {
  return { path, type: 'file', size: 1, oid: digit.repeat(40), lfsSha256: sha256 };
}

const files: readonly HubEntry[] = [
  file('README.md', '1'),
  { ...file('build/torch-universal', '0'), type: 'directory' },
  file('build/torch-universal/b.py', '2'),
  file('build/torch-universal/_ops.py', '3'),
  file('build/torch-universal/a/z.py', '4'),
  file('build/torch-universal/B.py', '5'),
  file('build/torch-universal/é.py', '6'),
  file('build/torch-universal/__pycache__/b.cpython-312.pyc', '7'),
  file('build/torch-universal/c.pyc', '8'),
  file('build/torch210-cxx11-cu128-x86_64-linux/k.abi3.so', '9', 'a'.repeat(64)),
  file('build/torch210-cxx11-cu128-x86_64-linux/__init__.py', 'b'),
  file('build/webgpu/manifest.json', 'c'),
  file('build/tvm-ffi01-cu128-x86_64-linux/k.so', 'd'),
  file('build/torch.txt', 'e'),
];

test('the lock of these files is the one that kernels 0.16.0 writes', () => {
  const locks = [{ id: 'a/b', commit: 'f'.repeat(40), variants: hashVariants(files) }];
  expect(serialiseLockFile({ form: 'older', locks })).toBe(`[
  {
    "repo_id": "a/b",
    "sha": "ffffffffffffffffffffffffffffffffffffffff",
    "variants": {
      "torch-universal": {
        "hash": "sha256-f73a9247532e9df7c0f2ca4a19e91c5b21ffd6524146a885279bafdc5a06df11",
        "hash_type": "git_lfs_concat"
      },
      "torch210-cxx11-cu128-x86_64-linux": {
        "hash": "sha256-0707c969cef97f332ab5869a1b3810b5d0d9cacd17800531af9e67a7c1c1af80",
        "hash_type": "git_lfs_concat"
      },
      "torch.txt": {
        "hash": "sha256-0c7d81537d546d4a0eb624bb6c36c4d79e3920d20f1dde4efb7add9a20538013",
        "hash_type": "git_lfs_concat"
      }
    }
  }
]`);
});
