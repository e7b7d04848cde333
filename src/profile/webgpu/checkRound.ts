// One check of a contender on data that is not timed, in a set of inputs kept for checks.
import type { OutputCheck } from '../accuracy';
import { checkRun, runOnce, type CheckTools } from './caseCheck';
import { blockOf, dataBytes, placesInSlice, type DataSet, type Tail } from './caseData';
import type { CheckRound } from './caseQuestions';
import { compareOutput } from './compareOutput';
import { USAGE } from './device';
import type { InputSet, ProgramInstance } from './execute';
import { fillSet, type HeldSet } from './inputSets';
import { poisonWord } from './poison';
import type { Tensor } from './program';
import { readBuffer } from './transfer';

/**
 * Fills set `place` with the round's data, runs once and compares.
 * @param index chooses the poison of whole numbers.
 * @param held sets to copy from.
 */
export async function checkOnRound(
  tools: CheckTools,
  instance: ProgramInstance,
  sets: readonly InputSet[],
  place: number,
  { data, repeat, tail }: CheckRound,
  index: number,
  held: readonly HeldSet[] = [],
): Promise<OutputCheck[]> {
  const { inputs } = instance.program;
  const set = sets[place];
  if (set === undefined) throw new Error(`there is no input set ${place}`);
  await fillSet(tools.open, inputs, set, data, held);
  if (tail === null) return checkRun(tools, instance, place, data, repeat, index);
  await writeTail(tools, inputs, set, tail);
  await runOnce(tools, instance, place, index);
  return compareTail(tools, instance, place, data, tail, index);
}

async function writeTail(tools: CheckTools, inputs: readonly Tensor[], set: InputSet, tail: Tail): Promise<void> {
  await tools.open.scoped('Sending the last slices', () => {
    for (const tensor of inputs) {
      const buffer = set.get(tensor.port);
      const bytes = tail.blocks.get(tensor.port);
      if (buffer === undefined || bytes === undefined || !tail.repeat.inputs.has(tensor.port)) continue;
      const padded = new Uint8Array(Math.ceil(bytes.byteLength / 4) * 4);
      padded.set(bytes);
      tools.open.device.queue.writeBuffer(buffer, tailOffset(tensor, tail), padded);
    }
  });
}

async function compareTail(
  tools: CheckTools,
  instance: ProgramInstance,
  place: number,
  data: DataSet,
  tail: Tail,
  index: number,
): Promise<OutputCheck[]> {
  const ports = new Set(instance.program.inputs.map(({ port }) => port));
  const checks: OutputCheck[] = [];
  for (const whole of instance.program.outputs) {
    const tensor = blockOf(whole, tail.repeat);
    const want = data.want?.get(whole.port) ?? null;
    const check = compareOutput({
      tensor,
      want,
      got: await readPart(tools, instance.output(whole.port, place), tailOffset(whole, tail), tensor.bytes),
      poison: ports.has(whole.port) ? null : poisonWord(whole.storage, index),
    });
    checks.push({
      ...check,
      worst: check.worst && { ...check.worst, coordinates: moved(check.worst.coordinates, whole, tail) },
    });
  }
  return checks;
}

async function readPart(
  tools: CheckTools,
  buffer: GPUBuffer,
  at: number,
  bytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const { open } = tools;
  const size = Math.min(bytes, buffer.size - at);
  const part = await open.buffer('the last slices', bytes, USAGE.copySource | USAGE.copyTarget);
  try {
    await open.scoped('Reading the last slices', () => {
      const encoder = open.device.createCommandEncoder();
      encoder.copyBufferToBuffer(buffer, at, part, 0, size);
      open.device.queue.submit([encoder.finish()]);
    });
    return await readBuffer(open, part, bytes);
  } finally {
    part.destroy();
  }
}

/** Where a tensor's last slices begin, bytes: a multiple of 4, as their first slice is one. */
function tailOffset(tensor: Tensor, tail: Tail): number {
  return dataBytes(blockOf(tensor, tail.repeat, tail.start));
}

function moved(coordinates: readonly number[], tensor: Tensor, { start, repeat }: Tail): number[] {
  return coordinates.map((at, axis) => (axis === repeat.axis ? at + start * placesInSlice(tensor, repeat) : at));
}
