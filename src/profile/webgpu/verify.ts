// Every case of a kernel's test.json on every variant that can take it.
import { judge } from '../accuracy';
import { benchKey, CallBench } from './callBench';
import type { StoredTolerances } from './caseCheck';
import { drawBlocks, hasNonFinite, oracleCall, wantedValues, type DataSet } from './caseData';
import type { CaseTools } from './caseRunner';
import type { PipelineCache } from './compile';
import { whyNobody } from './contenders';
import { GpuError } from './device';
import { fillWave } from './fill';
import type { WebGpuKernel } from './kernel';
import { buildProgram, caseTensors } from './programBuilder';
import { rankVariants } from './selection';
import { loadOne } from './kernelSource';
import { CallError, KernelError, type Program, type Tensor } from './program';
import { encodeStorage, valuesFromNumbers, type TensorValues } from './storage';
import type { TestCase, TestInput } from './testFile';
import type { VerifiedCase, VerifyTarget, WorkerCalls } from './workerProtocol';

/** Data sets drawn beside the case's own, where the case has generated data and stores no outputs. */
const DRAWN_SETS = 2;
const RUN_LIMIT_MS = 60_000;

interface TestData {
  readonly inputs: readonly Tensor[];
  readonly sets: readonly DataSet[];
  readonly tolerances: StoredTolerances;
  /** Who says what is right; null when nobody does. */
  readonly oracle: string | null;
}

/** Verifies a kernel folder, but for what is done; each result is also told as it comes. */
export async function verifyKernelFolder(
  tools: CaseTools,
  { kernel: reference, kernelsRoot, seed, done }: WorkerCalls['verify']['argument'],
): Promise<WorkerCalls['verify']['result']> {
  const { kernel, report } = await loadOne(reference, kernelsRoot);
  if (kernel === null) return { kernel: report, cases: [] };
  const verifier = new Verifier(tools, kernel, seed, done ?? []);
  try {
    for (const [index, test] of (kernel.tests?.cases ?? []).entries()) await verifier.verify(test, index);
  } finally {
    verifier.destroy();
  }
  return { kernel: report, cases: verifier.cases };
}

class Verifier {
  readonly cases: VerifiedCase[] = [];
  /** Cases differ in shapes more than in shaders, and compiling is what takes the time. */
  private readonly pipelines: PipelineCache = new Map();
  /** Of the case before, for another one with the same call. */
  private bench: CallBench | null = null;
  private target: VerifyTarget = { kernel: '', index: 0, name: '', variant: '' };

  constructor(
    private readonly tools: CaseTools,
    private readonly kernel: WebGpuKernel,
    private readonly seed: number,
    private readonly done: readonly VerifyTarget[],
  ) {}

  /** One case on every variant that can take it. */
  async verify(test: TestCase, index: number): Promise<void> {
    const { tools, kernel } = this;
    const done = new Set(this.done.filter((one) => one.index === index).map(({ variant }) => variant));
    if (done.has('')) return;
    this.begin(test, index, '');
    if (test.skipGpu !== null) {
      const { category, reason } = test.skipGpu;
      this.tell('skipped', [category, reason].filter((text) => text !== '').join(': '));
      return;
    }
    if (test.notRun !== null) {
      this.tell('not run', test.notRun);
      return;
    }
    try {
      const verdicts = rankVariants(kernel, test.call, tools.gpu.facts);
      const usable = verdicts.filter(({ status }) => status !== 'rejected');
      const wanted = usable.filter(({ id }) => !done.has(id));
      if (usable.length === 0) {
        const dtypes = Object.values(test.call.inputs).map(({ dtype }) => dtype);
        this.tell('not run', whyNobody(kernel, verdicts, dtypes, tools.gpu.facts.features));
        return;
      }
      if (wanted.length === 0) return;
      const data = await testData(tools, kernel, test, this.seed);
      const bench = await this.benchOf(test, data);
      for (const { id } of wanted) {
        this.begin(test, index, id);
        await this.verifyVariant(test, id, data, bench);
      }
    } catch (error) {
      // A call that is none of this operator's says nothing about the kernel.
      this.tell(error instanceof CallError ? 'not run' : 'failed', knownMessage(error));
    }
  }

  destroy(): void {
    this.bench?.destroy();
    this.bench = null;
  }

  private async benchOf(test: TestCase, { inputs, sets }: TestData): Promise<CallBench> {
    const key = benchKey(test.call, sets.length);
    if (this.bench?.key === key) {
      await this.bench.refill(sets);
      return this.bench;
    }
    this.destroy();
    this.bench = await CallBench.create(key, this.tools, inputs, sets);
    return this.bench;
  }

  private async verifyVariant(
    test: TestCase,
    variant: string,
    { tolerances, oracle }: TestData,
    bench: CallBench,
  ): Promise<void> {
    try {
      const build = (): Program => buildProgram(this.kernel, variant, test.call, this.tools.gpu.facts);
      const checks = await bench.check(variant, build, this.pipelines, tolerances);
      const before = checks.map(({ outputs }) => [...outputs]);
      const inputsUnchanged = checks.every((check) => check.inputsUnchanged);
      const accuracy = judge({ before, after: [], inputsUnchanged, oracle: oracle !== null }, null);
      if (accuracy.passed === null) this.tell('ran, no oracle', accuracy.summary);
      else {
        const status = accuracy.passed ? 'passed' : 'failed';
        this.tell(status, `${accuracy.summary} (${oracle ?? 'no oracle'})`);
      }
    } catch (error) {
      this.tell('failed', knownMessage(error));
    }
  }

  private begin({ name }: TestCase, index: number, variant: string): void {
    this.target = { kernel: this.kernel.id, index, name, variant };
    this.tools.events.verifying(this.target);
    this.tools.events.phase(`verifying ${name}${variant === '' ? '' : ` with ${variant}`}`, RUN_LIMIT_MS);
  }

  private tell(status: VerifiedCase['status'], detail: string): void {
    const verified = { ...this.target, status, detail };
    this.cases.push(verified);
    this.tools.events.verified(verified);
  }
}

async function testData(tools: CaseTools, kernel: WebGpuKernel, test: TestCase, seed: number): Promise<TestData> {
  const tensors = caseTensors(kernel, test.call, tools.gpu.facts);
  for (const { port, shape } of tensors.outputs) {
    const stated = test.outputs[port]?.shape;
    if (stated !== undefined && stated.join() !== shape.join()) {
      throw new KernelError(
        'test.json',
        test.name,
        `\`${port}\` is [${shape.join(', ')}], the case says [${stated.join(', ')}]`,
      );
    }
  }
  const generated = Object.values(test.inputs).some(({ data }) => data.kind !== 'values');
  const stored = new Map<string, TensorValues>();
  const tolerances = new Map<string, number>();
  for (const [port, { expected, tolerance }] of Object.entries(test.outputs)) {
    if (expected !== null) stored.set(port, expected);
    if (tolerance !== null) tolerances.set(port, tolerance);
  }
  const allStored = tensors.outputs.every(({ port }) => stored.has(port));
  const given = new Map(tensors.inputs.map((tensor) => [tensor.port, givenBytes(tensor, test.inputs[tensor.port])]));
  const blocks = [given];
  for (let index = 0; generated && stored.size === 0 && index < DRAWN_SETS; index++) {
    const drawn = drawBlocks(tensors.inputs, null, `${kernel.id}/${test.name}/${index}`, seed);
    blocks.push(
      new Map(
        [...given].map(([port, bytes]) => [port, isGenerated(test.inputs[port]) ? (drawn.get(port) ?? bytes) : bytes]),
      ),
    );
  }
  if (allStored)
    return { inputs: tensors.inputs, sets: [{ blocks: given, want: stored }], tolerances, oracle: 'stored' };
  const openNonFinite =
    stored.size === 0 &&
    !Object.values(test.inputs).some(({ data }) => data.kind === 'values' && hasNonFinite(data.values));
  let oracle: string | null = null;
  const sets: DataSet[] = [];
  for (const one of blocks) {
    const answer = await tools.oracle.compute(oracleCall(kernel.onnx, test.call, tensors, one, null));
    const want = wantedValues(kernel.onnx, answer);
    if (want !== null) oracle = answer.text;
    sets.push({ blocks: one, want: want === null ? null : new Map([...want, ...stored]), openNonFinite });
  }
  return { inputs: tensors.inputs, sets, tolerances, oracle };
}

function isGenerated(input: TestInput | undefined): boolean {
  return input !== undefined && input.data.kind !== 'values';
}

function givenBytes(tensor: Tensor, input: TestInput | undefined): Uint8Array<ArrayBuffer> {
  if (input === undefined) throw new KernelError('test.json', `inputs.${tensor.port}`, 'the case has no such input');
  if (input.data.kind === 'values') return encodeStorage(tensor, input.data.values);
  const wave = new Float32Array(tensor.elements);
  fillWave(wave, input.data);
  const isFloat = tensor.dtype === 'float16' || tensor.dtype === 'float32';
  // The generator makes floats; another dtype gets their whole part.
  return encodeStorage(tensor, isFloat ? wave : valuesFromNumbers(tensor.dtype, Array.from(wave, wholePart(tensor))));
}

function wholePart({ dtype }: Tensor): (value: number) => number {
  if (dtype === 'bool') return (value) => (value > 0 ? 1 : 0);
  return dtype === 'uint8' || dtype === 'uint32' ? (value) => Math.abs(Math.trunc(value)) : Math.trunc;
}

/** The message of what a kernel or the GPU refused; a lost device and faults of this program are thrown on. */
function knownMessage(error: unknown): string {
  const known = error instanceof KernelError || (error instanceof GpuError && error.kind !== 'device-lost');
  if (!known) throw error;
  return error.message;
}
