// Which cases a profile runs on this adapter, and which it leaves out and why.
import type { ProfileOptions } from '../profileOptions';
import type { BenchCase } from './benchFile';
import type { Repeat } from './caseData';
import { caseFlops, partlyRead } from './caseFlops';
import { sharesOf } from './caseShares';
import { chooseContenders, isNamed, whyNobody, type Contender } from './contenders';
import type { WebGpuKernel } from './kernel';
import { caseTensors } from './programBuilder';
import { rankVariants } from './selection';
import type { Spread } from './spread';
import { suitedCases, type TimedGuess } from './suitedCases';
import { loadKernels, type LoadedKernel } from './kernelSource';
import { PEER, whyNoPeer } from './peerCall';
import { measureLimits, type MeasureLimits } from './measureLimits';
import { UsageError, type OpenGpu } from './openGpu';
import { KernelError, type CallSpec, type Tensor, type VariantVerdict } from './program';
import { elementCount } from './tensor';
import { testBenches } from './testBench';
import type { Plan, PlannedCase } from './workerProtocol';

/** A case with all that running it needs. */
export interface RunnableCase {
  readonly planned: PlannedCase;
  readonly name: string;
  readonly kernel: WebGpuKernel;
  readonly call: CallSpec;
  readonly given: BenchCase['given'];
  readonly draws: BenchCase['draws'];
  readonly tolerances: BenchCase['tolerances'];
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly repeat: Repeat | null;
  readonly spread: Spread | null;
  /** Every input read once and every output written once, bytes. */
  readonly leastBytes: number;
  /** Bytes read at most of inputs of which a call needs only a part, by port. */
  readonly partlyRead: ReadonlyMap<string, number>;
  /** Multiplications and additions; null: not known, or of no account. */
  readonly flops: number | null;
  readonly contenders: readonly Contender[];
  readonly rejected: readonly { readonly variant: string; readonly reason: string }[];
  readonly limits: MeasureLimits;
  readonly aa: boolean;
  readonly seed: number;
}

/** A case that fits the adapter's memory. */
interface Candidate extends TimedGuess {
  readonly runnable: RunnableCase;
}

export interface CasePlan {
  readonly plan: Plan;
  readonly runnable: ReadonlyMap<string, RunnableCase>;
}

/** The slowest contender takes about this many copies of the least traffic; in software arithmetic counts as well. */
const COPIES_A_RUN = { hardware: 6, software: 12 } as const;
const DISPATCHES_A_RUN = 8;
/** Operations a second of the slowest contender. */
const FLOPS = { hardware: 4e12, software: 5e7 } as const;
/** Oracle, compilation and transfers of a case, milliseconds. */
const OVERHEAD_MS = { hardware: 250, software: 1000 } as const;

/**
 * Plans every case of the kernels that `options` name. Throws UsageError for options that fit nothing.
 * @param only ids of an earlier plan, which are taken as they are; null: what suits the adapter.
 */
export async function planCases(
  gpu: OpenGpu,
  options: ProfileOptions,
  kernelsRoot: string,
  only: readonly string[] | null,
): Promise<CasePlan> {
  const pattern = casePattern(options.cases);
  const kernels = await loadKernels(options.kernels, kernelsRoot);
  checkVariants(kernels, options.variants);
  const left: { id: string; reason: string }[] = [];
  const byKernel: Candidate[][] = [];
  const otherDtypes = new Set<string>();
  for (const { kernel, report } of kernels) {
    if (kernel === null) continue;
    const benches = kernel.benches?.cases ?? testBenches(kernel.tests ?? { cases: [] });
    if (kernel.benches === null) {
      const why = kernel.benchProblem ?? 'the kernel has no bench.json';
      const instead = benches.length > 0 ? '; the shapes of its test.json are measured instead' : '';
      left.push({ id: report.id, reason: `${why}${instead}` });
    }
    const own: Candidate[] = [];
    for (const bench of benches) {
      const id = `${kernel.id}/${bench.name}/${bench.dtype}`;
      if (pattern !== null ? !pattern.test(id) : !bench.default) continue;
      if (options.dtypes.length > 0 && !bench.dtype.split('+').every((dtype) => options.dtypes.includes(dtype))) {
        otherDtypes.add(bench.dtype);
        continue;
      }
      const fitted = fit(gpu, kernel, benches, bench, id, options);
      if (typeof fitted === 'string') left.push({ id, reason: fitted });
      else own.push(fitted);
    }
    byKernel.push(own);
  }
  const candidates =
    only !== null
      ? byKernel.flat().filter(({ runnable }) => only.includes(runnable.planned.id))
      : pattern === null
        ? suitedCases(gpu.software, byKernel, options.quick)
        : byKernel.flat();
  const reason = options.quick ? QUICK_REASON : SOFTWARE_REASON;
  for (const one of byKernel.flat()) if (!candidates.includes(one)) left.push({ id: one.runnable.planned.id, reason });
  if (candidates.length === 0 && left.length === 0 && otherDtypes.size > 0) {
    throw new UsageError(
      `No case has only the dtypes ${options.dtypes.join(', ')}. There are: ${[...otherDtypes].join(', ')}.`,
    );
  }
  if (pattern !== null && candidates.length === 0 && left.length === 0) {
    const asked = String(options.cases);
    const several = asked.includes(',') ? ' Several are written a|b.' : '';
    throw new UsageError(`No case matches ${asked}. Cases are called <kernel>/<case>/<dtype>.${several}`);
  }
  return {
    plan: {
      kernels: kernels.map(({ report }) => report),
      cases: candidates.map(({ runnable }) => runnable.planned),
      left,
      unverified: kernels.flatMap(({ kernel }) => (kernel?.digestVerified === false ? [kernel.id] : [])),
      products: gpu.reference.products,
    },
    runnable: new Map(candidates.map(({ runnable }) => [runnable.planned.id, runnable])),
  };
}

function casePattern(text: string | null): RegExp | null {
  if (text === null) return null;
  try {
    return new RegExp(text, 'i');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The pattern for cases cannot be used: ${reason}.`);
  }
}

function checkVariants(kernels: readonly LoadedKernel[], variants: readonly string[]): void {
  const known = kernels.flatMap(({ kernel }) => kernel?.manifest.variants.map(({ variant }) => variant.id) ?? []);
  for (const name of variants) {
    if (known.length > 0 && !known.some((id) => isNamed({ id }, name))) {
      throw new UsageError(`No kernel here has a variant ${name}. There are: ${[...new Set(known)].join(', ')}.`);
    }
  }
}

/** The case for this adapter, or why it cannot be. */
function fit(
  gpu: OpenGpu,
  kernel: WebGpuKernel,
  benches: readonly BenchCase[],
  bench: BenchCase,
  id: string,
  options: ProfileOptions,
): Candidate | string {
  let verdicts: readonly VariantVerdict[];
  let tensors: ReturnType<typeof caseTensors>;
  try {
    verdicts = rankVariants(kernel, bench.call, gpu.facts);
    tensors = caseTensors(kernel, bench.call, gpu.facts);
  } catch (error) {
    if (error instanceof KernelError) return error.message;
    throw error;
  }
  const { contenders, rejected } = chooseContenders(verdicts, kernel.benches, options.variants);
  if (contenders.length === 0) {
    const dtypes = bench.dtype.split('+');
    return whyNobody(kernel, verdicts, dtypes, gpu.facts.features);
  }
  const { inputs, outputs } = tensors;
  const tooLarge = [...inputs, ...outputs].find(({ bytes }) => bytes > largestBuffer(gpu));
  if (tooLarge !== undefined) {
    return `\`${tooLarge.port}\` takes ${tooLarge.bytes} bytes; a buffer of this adapter holds ${largestBuffer(gpu)}`;
  }
  const parts = partlyRead(kernel.onnx, bench.call, tensors);
  const leastBytes = [...inputs, ...outputs].reduce((sum, { port, bytes }) => sum + (parts.get(port) ?? bytes), 0);
  const limits = measureLimits(gpu.software, options.quick);
  const flops = caseFlops(kernel.onnx, bench.call, tensors);
  const runMs = guessRunMs(gpu, leastBytes, flops ?? 0);
  const label = caseLabel(benches, bench);
  const whyNot =
    options.peer === undefined ? null : whyNoPeer({ kernel, call: bench.call, inputs, outputs }, gpu.facts.features);
  const takesPart = options.peer !== undefined && whyNot === null;
  const planned: PlannedCase = {
    id,
    kernel: kernel.id,
    name: bench.name,
    label,
    dtype: bench.dtype,
    tags: bench.tags,
    estimatedMs: guessCaseMs(gpu, limits, runMs, contenders.length + (takesPart ? 1 : 0)),
  };
  return {
    runMs,
    runnable: {
      planned,
      name: bench.name,
      kernel,
      call: bench.call,
      given: bench.given,
      draws: bench.draws,
      tolerances: bench.tolerances,
      inputs,
      outputs,
      ...sharesOf(bench, inputs, outputs, flops ?? 1),
      leastBytes,
      partlyRead: parts,
      flops,
      contenders: takesPart ? [...contenders, PEER] : contenders,
      rejected: whyNot === null ? rejected : [...rejected, { variant: PEER.variant, reason: whyNot }],
      limits,
      aa: options.aa,
      seed: options.seed,
    },
  };
}

function largestBuffer(gpu: OpenGpu): number {
  const { maxBufferSize, maxStorageBufferBindingSize } = gpu.open.device.limits;
  return Math.min(maxBufferSize, maxStorageBufferBindingSize);
}

function guessRunMs(gpu: OpenGpu, leastBytes: number, flops: number): number {
  const { copyBytesPerSecond, dispatchNs } = gpu.reference;
  const rate = copyBytesPerSecond ?? (gpu.software ? 1e9 : 1e11);
  const copies = COPIES_A_RUN[gpu.software ? 'software' : 'hardware'];
  const arithmetic = (flops * 1e3) / FLOPS[gpu.software ? 'software' : 'hardware'];
  return (copies * leastBytes * 1e3) / rate + arithmetic + (DISPATCHES_A_RUN * (dispatchNs ?? 10_000)) / 1e6;
}

/** Checks and warm-up, then sampling until the time limit, or where runs are long the blocks that any result needs. */
function guessCaseMs(gpu: OpenGpu, limits: MeasureLimits, runMs: number, contenders: number): number {
  const allMs = contenders * runMs;
  const sampling = Math.max(limits.timeLimitMs * (gpu.software ? 1 : 0.5), 6 * allMs);
  return OVERHEAD_MS[gpu.software ? 'software' : 'hardware'] + limits.warmUpMs + 5 * allMs + sampling;
}

const QUICK_REASON = 'a quick profile runs fewer cases; choose one by its name to run it';
const SOFTWARE_REASON = 'too long, or one too many, for a software adapter; choose it by its name to run it';
const SHORT_DTYPES: Readonly<Record<string, string>> = { float16: 'f16', float32: 'f32' };

/** What the case calls itself, or its largest input's shape, with the attributes where another case has the same; and the dtype. */
function caseLabel(benches: readonly BenchCase[], bench: BenchCase): string {
  const label = shapeLabel(bench);
  if (bench.label !== null || benches.every((other) => other === bench || shapeLabel(other) !== label)) return label;
  const attributes = Object.entries({ ...bench.call.attributes, ...bench.call.args }).map(
    ([name, value]) => `, ${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${label}${attributes.join('')}`;
}

function shapeLabel({ label, call, dtype }: BenchCase): string {
  const shapes = Object.values(call.inputs).map(({ shape }) => shape);
  const largest = shapes.toSorted((a, b) => elementCount(b) - elementCount(a))[0] ?? [];
  const dtypes = dtype.split('+').map((one) => SHORT_DTYPES[one] ?? one);
  const shape = label ?? (largest.length === 0 ? 'scalar' : largest.join('×'));
  return `${shape} ${dtypes.join('+')}`;
}
