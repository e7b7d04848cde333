// How fast this adapter multiplies matrices in this run, by this program's own kernel: the limit of what is bound by arithmetic.
import type { ReportReference } from '../report';
import { median } from '../statistics';
import { compileProgram } from './compile';
import { ProgramInstance, makeInputSet, type InputSet } from './execute';
import { fillTensor } from './fill';
import { destroySets } from './inputSets';
import type { WebGpuKernel } from './kernel';
import { loadOne } from './kernelSource';
import { LEAST_SAMPLE_NS } from './measureLimits';
import type { OpenGpu } from './openGpu';
import { buildProgram, caseTensors } from './programBuilder';
import { GpuError } from './device';
import { KernelError, type CallSpec } from './program';
import { ScratchPool } from './scratchPool';
import { rankVariants } from './selection';
import type { TimedRun } from './timer';
import { fillBuffer } from './transfer';

export type ProductRates = ReportReference['products'];
export type ProductDtype = 'float16' | 'float32';

const PRODUCT_KERNEL = 'ai.onnx.MatMul';
/** Never the fastest. */
const SLOW_VARIANTS: readonly string[] = ['small_tiles', 'plain'];
/** Variants that are tried, in the order of selection. */
const MOST_VARIANTS = 2;
const SAMPLES = { hardware: 10, software: 3 } as const;
/** Rows and columns of the matrices: the largest that a product of the first one says is affordable. */
const SIZES = { hardware: [1024, 2048, 4096], software: [256] } as const;
const MOST_PRODUCT_NS = 50e6;
/** Elements that are drawn and then repeated: zeros would take less power than data do. */
const DRAWN_ELEMENTS = 99_991;

/** The dtype whose products a case is held against: its first float; null where it has none. */
export function productDtype(dtype: string): ProductDtype | null {
  return dtype.split('+').find((one): one is ProductDtype => one === 'float16' || one === 'float32') ?? null;
}

/**
 * The fastest product of two square matrices of each dtype. A dtype that no variant of the kernel can take here, or for
 * which memory does not suffice, is left out.
 * @param kernelsRoot the folder of the bundled kernels.
 */
export async function measureProducts(
  gpu: OpenGpu,
  kernelsRoot: string,
  dtypes: ReadonlySet<ProductDtype>,
): Promise<ProductRates> {
  const { kernel } = await loadOne({ kind: 'bundled', id: PRODUCT_KERNEL }, kernelsRoot);
  const rates: ProductRates = {};
  if (kernel === null) return rates;
  for (const dtype of dtypes) {
    try {
      const rate = await measureProduct(gpu, kernel, dtype);
      if (rate !== null) rates[dtype] = rate;
    } catch (error) {
      const known = error instanceof KernelError || (error instanceof GpuError && error.kind !== 'device-lost');
      if (!known) throw error;
    }
  }
  return rates;
}

async function measureProduct(
  gpu: OpenGpu,
  kernel: WebGpuKernel,
  dtype: ProductDtype,
): Promise<ProductRates[string] | null> {
  const kind = gpu.software ? 'software' : 'hardware';
  const [first, ...larger] = SIZES[kind];
  const pilot = await timeProduct(gpu, kernel, dtype, first, 1);
  if (pilot === null) return null;
  const size = larger.findLast((one) => (one / first) ** 3 * median(pilot) <= MOST_PRODUCT_NS) ?? first;
  await gpu.clock?.raise(gpu.software ? 0 : 200);
  const samplesNs = await timeProduct(gpu, kernel, dtype, size, SAMPLES[kind]);
  if (samplesNs === null) return null;
  return { flopsPerSecond: (2 * size ** 3) / (median(samplesNs) * 1e-9), size, samplesNs };
}

/** Times of the fastest variant, nanoseconds; null where none could be timed. */
async function timeProduct(
  gpu: OpenGpu,
  kernel: WebGpuKernel,
  dtype: ProductDtype,
  size: number,
  samples: number,
): Promise<number[] | null> {
  const square = { dtype, shape: [size, size] };
  const call: CallSpec = { inputs: { a: square, b: square } };
  const { inputs } = caseTensors(kernel, call, gpu.facts);
  const variants = rankVariants(kernel, call, gpu.facts)
    .filter(({ id, status }) => status === 'eligible' && !SLOW_VARIANTS.includes(id))
    .slice(0, MOST_VARIANTS);
  const set = await makeInputSet(gpu.open, inputs);
  try {
    for (const [seed, tensor] of inputs.entries()) {
      const drawn = { ...tensor, elements: DRAWN_ELEMENTS, bytes: 4 * DRAWN_ELEMENTS };
      const buffer = set.get(tensor.port);
      const element = tensor.bytes / tensor.elements;
      const block = fillTensor(drawn, seed).subarray(0, Math.min(DRAWN_ELEMENTS * element, tensor.bytes));
      if (buffer !== undefined) await fillBuffer(gpu.open, buffer, block, tensor.bytes);
    }
    let best: number[] | null = null;
    for (const { id } of variants) {
      const times = await timeVariant(gpu, kernel, id, call, set, samples);
      if (times.length > 0 && (best === null || median(times) < median(best))) best = times;
    }
    return best;
  } finally {
    destroySets([set]);
  }
}

async function timeVariant(
  gpu: OpenGpu,
  kernel: WebGpuKernel,
  variant: string,
  call: CallSpec,
  set: InputSet,
  samples: number,
): Promise<number[]> {
  const scratch = new ScratchPool(gpu.open);
  let instance: ProgramInstance | null = null;
  try {
    const compiled = await compileProgram(gpu.open, buildProgram(kernel, variant, call, gpu.facts));
    const made = await ProgramInstance.create(gpu.open, compiled, [set], scratch);
    instance = made;
    const run = (count: number): TimedRun => ({
      prepare: () => undefined,
      record: (recorder, stamps) => {
        made.record(recorder, new Array<number>(count).fill(0), stamps);
      },
    });
    // The first run finds out what the driver has put off, the second how many make a sample like those held against it.
    const [, oneNs = 0] = await gpu.timer.time([run(1), run(1)]);
    const count = oneNs > 0 ? Math.ceil(LEAST_SAMPLE_NS / oneNs) : 1;
    const times = await gpu.timer.time(Array.from({ length: samples }, () => run(count)));
    return times.filter((time) => time > 0).map((time) => time / count);
  } finally {
    instance?.destroy();
    scratch.destroy();
  }
}
