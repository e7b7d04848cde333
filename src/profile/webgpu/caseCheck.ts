// Runs a program and holds what it wrote against what it should have written.
import type { OutputCheck } from '../accuracy';
import type { BufferScan } from './bufferScan';
import { blockOf, dataBytes, type DataSet, type Repeat } from './caseData';
import { compareOutput } from './compareOutput';
import type { OpenDevice } from './device';
import { Recorder, type InputSet, type ProgramInstance } from './execute';
import { poisonWord, type Poison } from './poison';
import type { Tensor } from './program';
import { readBuffer } from './transfer';

/** Above this a buffer is looked through on the device instead of fetched. */
const LARGE_BYTES = 1 << 20;

/** What checks need on the device. */
export interface CheckTools {
  readonly open: OpenDevice;
  readonly scan: BufferScan;
  readonly poison: Poison;
  /** Buffers above this size are looked through on the device; a parameter for tests. */
  readonly largeBytes?: number;
}

/** A tolerance that a test.json brings along, by port. */
export type StoredTolerances = ReadonlyMap<string, number>;

/** Poisons, runs once over set `set`, and compares. `round` chooses the poison of whole numbers. */
export async function checkRun(
  tools: CheckTools,
  instance: ProgramInstance,
  set: number,
  data: DataSet,
  repeat: Repeat | null,
  round: number,
  stored: StoredTolerances = new Map(),
): Promise<OutputCheck[]> {
  await runOnce(tools, instance, set, round);
  return compareOutputs(tools, instance, set, data, repeat, round, stored);
}

/** Poisons, and runs once over set `set`. */
export async function runOnce(tools: CheckTools, instance: ProgramInstance, set: number, round: number): Promise<void> {
  await poisonOutputs(tools, instance, set, round);
  await tools.open.scoped(`Running ${instance.program.variant}`, async () => {
    const recorder = new Recorder(tools.open.device);
    instance.record(recorder, [set], null);
    recorder.submit();
    await tools.open.idle();
  });
}

/**
 * Puts poison into outputs and scratch, and first values into what the program reads and writes. With `keepScratch` the
 * next run finds what the one before has left in scratch, as a timed run does: an answer kept there is then no answer.
 */
export async function poisonOutputs(
  tools: CheckTools,
  instance: ProgramInstance,
  set: number,
  round: number,
  keepScratch = false,
): Promise<void> {
  for (const word of instance.poisonWords(round)) await tools.poison.prepare(word);
  await tools.open.scoped(`Preparing ${instance.program.variant}`, () => {
    const recorder = new Recorder(tools.open.device);
    instance.writePoison(recorder, tools.poison, round, keepScratch);
    instance.restore(recorder, set);
    recorder.submit();
  });
}

/** Compares every element of every output with what was wanted. `round` is that of the poison before; null: there was none. */
export async function compareOutputs(
  tools: CheckTools,
  instance: ProgramInstance,
  set: number,
  data: DataSet,
  repeat: Repeat | null,
  round: number | null,
  stored: StoredTolerances = new Map(),
): Promise<OutputCheck[]> {
  const inputPorts = new Set(instance.program.inputs.map(({ port }) => port));
  const checks: OutputCheck[] = [];
  for (const tensor of instance.program.outputs) {
    const want = data.want?.get(tensor.port) ?? null;
    const comparison = {
      want,
      stored: stored.get(tensor.port) ?? data.tolerances?.get(tensor.port),
      // What is read and written holds values of ours before the run, not poison.
      poison: round === null || inputPorts.has(tensor.port) ? null : poisonWord(tensor.storage, round),
      openNonFinite: data.openNonFinite ?? false,
    };
    const buffer = instance.output(tensor.port, set);
    const check = await compareRepeated(tools, buffer, tensor, repeat, comparison);
    checks.push(
      check ?? compareOutput({ ...comparison, tensor, got: await readBuffer(tools.open, buffer, tensor.bytes) }),
    );
  }
  return checks;
}

/**
 * Compares the first slices, when the device has found all the others equal to them bit for bit: every element is then
 * compared without fetching it. null when that does not apply, or when something is wrong and its place has to be found.
 */
async function compareRepeated(
  tools: CheckTools,
  buffer: GPUBuffer,
  tensor: Tensor,
  repeat: Repeat | null,
  comparison: Pick<Parameters<typeof compareOutput>[0], 'want' | 'stored' | 'poison' | 'openNonFinite'>,
): Promise<OutputCheck | null> {
  if (repeat === null || comparison.want === null || tensor.bytes <= (tools.largeBytes ?? LARGE_BYTES)) return null;
  // Two blocks at once where one does not fill whole words.
  const slices = dataBytes(blockOf(tensor, repeat)) % 4 === 0 ? repeat.slices : repeat.slices * 4;
  const block = blockOf(tensor, repeat, slices);
  if (slices >= repeat.of || dataBytes(tensor) % 4 !== 0) return null;
  if ((await tools.scan.differing(buffer, dataBytes(tensor), dataBytes(block))) > 0) return null;
  const check = compareOutput({ ...comparison, tensor: block, got: await readBuffer(tools.open, buffer, block.bytes) });
  return check.wrong > 0 || check.unwritten > 0 ? null : { ...check, elements: tensor.elements };
}

/** Fingerprints of one set of inputs, to see later whether they were changed. */
export async function fingerprint(tools: CheckTools, inputs: readonly Tensor[], set: InputSet): Promise<string> {
  const prints: string[] = [];
  for (const { port, bytes } of inputs) {
    const buffer = set.get(port);
    if (buffer !== undefined) prints.push(await tools.scan.fingerprint(buffer, bytes));
  }
  return prints.join(' ');
}
