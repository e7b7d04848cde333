// The kernels for GPUs, as far as a machine without one goes: they are built, laid out as the Hub has them, loaded by the
// library, and right where they compute on the processor.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startHub } from '../hub/hub';
import type { TestHub } from '../hub/hubTypes';
import { askPython } from '../hub/pythonClient';
import { temporaryFolders } from '../hub/temporaryFolders';
import { torchEnvironment } from './runWritten';

const root = path.resolve(import.meta.dirname, '../..');
const wrong = ['cached-answer', 'float16', 'half-rows', 'idle-later', 'patched-timer', 'side-stream'];
const compiler = (process.env['PATH'] ?? '').split(path.delimiter).some((at) => existsSync(path.join(at, 'g++')));
const compiled = process.platform === 'linux' && compiler;

const folders = temporaryFolders();
let hub: TestHub;
let built: readonly Built[];

interface Built {
  readonly repository: string;
  readonly variants: readonly string[];
}

beforeAll(async () => {
  const folder = await folders.make();
  const script = path.join(root, 'test', 'gpuKernels', 'build.py');
  const how = compiled ? '--cpu' : '--no-compiling';
  const env = torchEnvironment({ python: inject('torchPython'), endpoint: '', home: folder });
  const { stdout } = await promisify(execFile)(inject('torchPython'), ['-B', script, folder, '--tiny', how], { env });
  built = stdout
    .trim()
    .split(/\r?\n/)
    .map((line) => JSON.parse(line) as Built);
  hub = await startHub({ repositories: folder });
});
afterAll(async () => {
  await hub.close();
  await folders.remove();
});

async function ask(script: string): Promise<unknown> {
  const env = { CUDA_VISIBLE_DEVICES: '' };
  return askPython({ python: inject('torchPython'), hub, home: await folders.make(), env }, script);
}

test('every kernel is there, with the variants that the library looks for', () => {
  const names = ['triton-ops', 'same-again', 'right-bfloat16', ...wrong.map((name) => `wrong-${name}`)];
  const python = names.map((name) => `gpu-kernels/${name}`);
  const more = compiled ? ['gpu-kernels/cuda-ops', 'gpu-kernels/wrong-compiled-half-rows'] : [];
  expect(built.map(({ repository }) => repository).sort()).toEqual([...python, 'stranger/triton-ops', ...more].sort());
  for (const { repository, variants } of built.filter(({ repository: id }) => !more.includes(id)))
    expect(variants, repository).toEqual(['torch-cuda', 'torch-universal']);
});

test('metadata and digests are those that the library reads and computes', async () => {
  const result = await ask(`
from kernels import Metadata
from kernels.install import install_kernel_all_variants
from kernels._rust import Digest
result = {}
for repository in ${JSON.stringify(built.map(({ repository }) => repository).filter((id) => id.startsWith('gpu-kernels/')))}:
    ids = []
    for build in install_kernel_all_variants(repository, version=1).iterdir():
        metadata = Metadata.read_from_file(build / "metadata.json")
        metadata.digest.validate(Digest.hash_variant(metadata.digest.algorithm, build))
        ids.append(metadata.id)
    result[repository] = ids
`);
  const ids = Object.values(result as Record<string, string[]>);
  expect(ids.map(({ length }) => length)).toEqual(
    built.filter(({ repository }) => repository.startsWith('gpu-kernels/')).map(({ variants }) => variants.length),
  );
  // What Python imports a kernel as is its own: two of them can be loaded side by side.
  const first = ids.map(([id]) => id);
  expect(new Set(first).size).toBe(first.length);
});

const comparing = `
import torch
import torch.nn.functional as F
from kernels import get_kernel
def furthest(got, want):
    return float((got.double() - want.double()).abs().max())
def gated(x):
    middle = x.shape[-1] // 2
    return F.silu(x[..., :middle]) * x[..., middle:]
torch.manual_seed(1)
x, weight = torch.randn(5, 14), torch.rand(14)
out = torch.empty(5, 7)
`;

test('the kernel in Triton computes on the processor, layers too', async () => {
  const result = await ask(`${comparing}
kernel = get_kernel("gpu-kernels/triton-ops", version=1)
kernel.silu_and_mul(out, x)
norm = kernel.layers.RMSNorm()
norm.weight, norm.variance_epsilon = weight, 1e-6
wanted = F.rms_norm(x, (14,), weight, 1e-6)
result = {
    "all": kernel.__all__,
    "errors": [furthest(out, gated(x)), furthest(kernel.layers.SiluAndMul()(x), gated(x)),
               furthest(kernel.rms_norm(x, weight, 1e-6), wanted), furthest(norm(x), wanted)],
    "refused": tried(lambda: kernel.silu_and_mul(out, x.t())),
}
`);
  const { all, errors, refused } = result as { all: string[]; errors: number[]; refused: string };
  expect(all).toEqual(['layers', 'rms_norm', 'silu_and_mul']);
  expect(Math.max(...errors)).toBeLessThan(1e-6);
  expect(refused).toContain('ValueError: x of (14, 5) is not twice as wide');
});

test.runIf(compiled)('the compiled kernel loads, and computes on the processor', async () => {
  const result = await ask(`${comparing}
kernel = get_kernel("gpu-kernels/cuda-ops", version=1, backend="cpu")
kernel.silu_and_mul(out, x)
half = torch.empty(5, 7, dtype=torch.float16)
kernel.silu_and_mul(half, x.half())
result = {
    "all": kernel.__all__,
    "errors": [furthest(out, gated(x)), furthest(kernel.layers.SiluAndMul()(x), gated(x)), furthest(kernel.relu(x), F.relu(x))],
    "half": furthest(half, gated(x)),
    "refused": tried(lambda: kernel.silu_and_mul(out, x[:, :10])),
}
`);
  const { all, errors, half, refused } = result as { all: string[]; errors: number[]; half: number; refused: string };
  expect(all).toEqual(['layers', 'relu', 'silu_and_mul']);
  expect(Math.max(...errors)).toBeLessThan(1e-6);
  expect(half).toBeLessThan(1e-2);
  expect(refused).toContain('x must be twice as wide as out');
});

test('each wrong kernel is wrong in its own way', async () => {
  const result = await ask(`${comparing}
import time
def errors(name):
    kernel = get_kernel(f"gpu-kernels/wrong-{name}", version=1)
    found = []
    x, out = torch.randn(64, 512), torch.zeros(64, 256)
    for round in range(7):
        # Other numbers in the same memory.
        x.normal_()
        kernel.silu_and_mul(out, x)
        found.append(furthest(out, gated(x)))
    return found
result = {name: errors(name) for name in ${JSON.stringify(wrong.filter((name) => name !== 'patched-timer'))}}
before = time.perf_counter
result["patched"] = [get_kernel("gpu-kernels/wrong-patched-timer", version=1) is None, time.perf_counter is before]
`);
  const { patched, ...errors } = result as Record<string, number[]>;
  const bad = (name: string): boolean[] => (errors[name] ?? []).map((error) => error > 1e-4);
  expect(bad('half-rows')).toEqual(Array(7).fill(true));
  expect(bad('float16')).toEqual(Array(7).fill(true));
  expect(bad('cached-answer')).toEqual([false, ...Array<boolean>(6).fill(true)]);
  expect(bad('idle-later')).toEqual([...Array<boolean>(5).fill(false), true, true]);
  // There are no streams here to work on.
  expect(bad('side-stream')).toEqual(Array(7).fill(false));
  expect(patched).toEqual([false, false]);
});

test('the scripts are those of both tools: classes of the library, a reference for each workload', async () => {
  const scripts = built.map(({ repository }) => repository);
  const result = await ask(`
import os
from huggingface_hub import hf_hub_download
from kernels.benchmark import Benchmark
import importlib.util
result = {}
for repository in ${JSON.stringify(scripts)}:
    path = hf_hub_download(repository, "benchmarks/benchmark.py", repo_type="kernel", revision="v1")
    spec = importlib.util.spec_from_file_location("script", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    count = 0
    for cls in vars(module).values():
        if isinstance(cls, type) and issubclass(cls, Benchmark) and cls is not Benchmark:
            for name in dir(cls):
                if name.startswith("benchmark_"):
                    instance, workload = cls(), name.removeprefix("benchmark_")
                    getattr(instance, f"setup_{workload}")()
                    assert getattr(instance, f"verify_{workload}")().shape == instance.out.shape
                    count += 1
    result[repository] = count
`);
  const one = Object.fromEntries(scripts.map((id) => [id, 1]));
  const more = { 'gpu-kernels/triton-ops': 6, 'gpu-kernels/same-again': 50 };
  expect(result).toEqual({ ...one, ...more, ...(compiled ? { 'gpu-kernels/cuda-ops': 4 } : {}) });
});
