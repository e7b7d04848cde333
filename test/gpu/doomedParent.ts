// A program of its own: starts a kernel that never ends, prints the worker's process id, and waits to be killed.
import { join } from 'node:path';
import process from 'node:process';
import { DEFAULT_PROFILE_OPTIONS } from '../../src/profile/profileOptions';
import { GpuWorker } from '../../src/profile/webgpu/workerClient';
import { writeReluKernel } from './reluKernel';

const [root = '', folder = ''] = process.argv.slice(2);
const kernel = join(folder, 'doomed');
await writeReluKernel(kernel, { variants: ['endless'], cases: { tiny: [8, 8] } });
const worker = new GpuWorker({
  workerPath: join(root, 'dist', 'gpuWorker.mjs'),
  cacheFolder: join(root, '.cache'),
  signal: new AbortController().signal,
  onPhase: (text) => {
    if (text.startsWith('checking')) process.stdout.write(`${worker.pids().join()}\n`);
  },
});
await worker.call('open', { adapter: 'software', quick: true });
await worker.call('plan', {
  kernelsRoot: folder,
  options: { ...DEFAULT_PROFILE_OPTIONS, kernels: [{ kind: 'folder', path: kernel }] },
});
await worker.call('case', { id: 'ai.onnx.Relu/tiny/float32' });
