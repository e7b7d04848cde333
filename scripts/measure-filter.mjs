// Times the filter of the Kernels view on a list far longer than the Hub's: what a key in the search box costs.
//   node scripts/measure-filter.mjs [KERNELS]
// Drawing is the editor's; it asks for at most 500 rows of an open group.
import path from 'node:path';
import * as esbuild from 'esbuild';
import { root } from './paths.mjs';
import { program } from './program.mjs';

/** @typedef {import('../src/kernels/kernelSummary').KernelSummary} KernelSummary */

const rounds = 200;
const searches = ['a', 'no', 'norm', 'attention', 'flash attn 3', 'zzz', 'rms layer', ''];

await program(import.meta.url, async () => {
  const count = Number(process.argv[2] ?? 10_000);
  const { KernelIndex, NO_FILTER, sortKernels, groupKernels } = await filter();
  const kernels = await someKernels(count);
  const began = performance.now();
  const index = new KernelIndex(sortKernels(kernels, 'trending'));
  console.log(`${kernels.length} kernels; put in order and prepared in ${(performance.now() - began).toFixed(1)} ms`);
  for (const text of searches) {
    /** @type {number[]} */
    const times = [];
    let found = 0;
    for (let round = 0; round < rounds; round += 1) {
      const start = performance.now();
      const groups = groupKernels(
        index.find({ ...NO_FILTER, text, platforms: ['cuda', 'webgpu'], worksHere: true }, ({ id }) => id.length > 0),
      );
      times.push(performance.now() - start);
      found = [...groups.values()].reduce((sum, { length }) => sum + length, 0);
    }
    times.sort((a, b) => a - b);
    const [median = NaN, worst = NaN] = [times[rounds >> 1], times[rounds - 1]];
    console.log(
      `${JSON.stringify(text).padEnd(16)} ${String(found).padStart(6)} found   median ${median.toFixed(2)} ms   worst ${worst.toFixed(2)} ms`,
    );
  }
  return 0;
});

/**
 * The catalogue that ships, over and over under other names.
 * @param {number} count
 * @returns {Promise<readonly KernelSummary[]>}
 */
async function someKernels(count) {
  const { catalogueText } = await import('./catalogue.mjs');
  /** @type {{ kernels: readonly KernelSummary[] }} */
  const { kernels } = JSON.parse(await catalogueText());
  return Array.from({ length: count }, (_, i) => {
    const kernel = kernels[i % kernels.length];
    if (kernel === undefined) throw new Error('The catalogue is empty.');
    return { ...kernel, id: `${kernel.id}-${i}`, downloads: (i * 7919) % 100_000, trending: (i * 104_729) % 1000 };
  });
}

/** @returns {Promise<typeof import('../src/kernels/kernelFilter')>} */
async function filter() {
  const outfile = path.join(root, 'out', 'measure', 'kernelFilter.mjs');
  await esbuild.build({
    entryPoints: [path.join(root, 'src', 'kernels', 'kernelFilter.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  /** @type {typeof import('../src/kernels/kernelFilter')} */
  const built = await import(outfile);
  return built;
}
