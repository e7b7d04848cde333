// What a contender of a case is asked: data sets that are timed, and others that are only checked, each with its answer.
import { deriveSeed } from '../random';
import {
  blockOf,
  dataBytes,
  drawBlocks,
  fewSlices,
  hasNonFinite,
  oracleCall,
  tailOf,
  tailSlices,
  wantedValues,
  type DataSet,
  type Repeat,
  type Tail,
} from './caseData';
import type { RunnableCase } from './casePlan';
import { drawWithin } from './drawWithin';
import { fairLarge } from './fairLarge';
import type { FillKind } from './fill';
import type { Answerer, OracleAnswer } from './oracleCall';
import type { Tensor } from './program';
import { gatheredCase, spreadBlocks, spreadWanted } from './spread';
import { encodeStorage } from './storage';
import { makeTensor } from './tensor';

/** A case whose outputs are not larger than this in all is checked on more data sets even where nothing repeats. */
const CHEAP_OUTPUT_BYTES = 4 << 20;
/** And only where its inputs are not larger than this. */
const CHEAP_INPUT_BYTES = 64 << 20;
/** Inputs above this get no set of their own for checks. */
const MOST_CHECK_SET_BYTES = 512 << 20;
/** Elements that are drawn and then repeated where inputs are only to be run: an odd number. */
const UNANSWERED_ELEMENTS = 99_991;

/** A data set that a contender is checked on before it is timed. */
export interface CheckRound {
  readonly data: DataSet;
  readonly repeat: Repeat | null;
  /** The last slices, which then differ from the repeated ones and are compared alone; null: everything is compared. */
  readonly tail: Tail | null;
}

/** Draws the data sets of one case and asks the oracle about them. */
export class CaseQuestions {
  private first: OracleAnswer | null = null;
  /** The case as an oracle is asked about it: with few places along an axis where inputs can be spread. */
  private readonly asked: RunnableCase;

  /** @param onDraw called before each data set. */
  constructor(
    private readonly oracle: Answerer,
    private readonly runnable: RunnableCase,
    private readonly onDraw: () => void,
  ) {
    this.asked = gatheredCase(runnable);
  }

  /** Who answers in this case; null before the first data set is drawn. */
  get answer(): OracleAnswer | null {
    return this.first;
  }

  /** Draws a data set and what should come of it. */
  async draw(name: string, kind: FillKind = 'random', repeat = this.runnable.repeat): Promise<DataSet> {
    return this.spread(await this.drawFew(name, kind, repeat), repeat);
  }

  /** Large inputs, but so small that what is right fits the outputs: else only the handling of infinities is asked for. */
  private async drawLarge(repeat: Repeat | null): Promise<DataSet> {
    const { inputs, outputs, given, draws } = this.asked;
    const large = await this.drawFew('large', 'large', repeat);
    const drawn = inputs.filter((tensor) => isFloat(tensor) && !given[tensor.port] && !draws[tensor.port]);
    const fair = await fairLarge(large, drawn, outputs, (blocks) => {
      this.onDraw();
      return this.ask(blocks, repeat);
    });
    return this.spread({ ...large, ...fair }, repeat);
  }

  /** Draws inputs that are only to be run, without what should come of them. */
  drawUnanswered(name: string): DataSet {
    const parts = this.runnable.inputs.map((tensor) => {
      const { port, dtype, layout, storage, elements } = tensor;
      const whole = elements <= UNANSWERED_ELEMENTS || this.runnable.given[port] !== undefined;
      return whole ? tensor : makeTensor(port, dtype, [UNANSWERED_ELEMENTS], layout, storage);
    });
    return { blocks: this.fill(parts, name, 'random'), want: null };
  }

  /** Data sets that are checked besides the timed ones. `timed` is the first of those, A. */
  async rounds(timed: DataSet): Promise<CheckRound[]> {
    const { inputs, outputs, repeat, spread, given } = this.runnable;
    const drawn = inputs.filter(({ port }) => given[port] === undefined);
    if (drawn.length === 0 || total(inputs) > MOST_CHECK_SET_BYTES) return [];
    const small = this.cheap;
    const rounds: CheckRound[] = small ? [{ data: await this.draw('C'), repeat, tail: null }] : [];
    if (this.first?.kind === 'none') return rounds;
    if (small || repeat !== null || spread !== null) {
      const few = this.fewer();
      rounds.push({ data: this.shortZeros(await this.draw('zeros', 'zeros', few)), repeat: few, tail: null });
      if (drawn.some(isFloat)) rounds.push({ data: await this.drawLarge(few), repeat: few, tail: null });
    }
    const first = spread === null ? timed.blocks : this.blocks('A', 'random', repeat);
    const most = repeat === null ? 0 : tailSlices(inputs, outputs, repeat);
    const tail = repeat && tailOf(repeat, first, (slices) => this.blocks('tail', 'random', slices), most);
    if (tail !== null) {
      this.onDraw();
      const last = { blocks: tail.blocks, want: await this.ask(tail.blocks, tail.repeat) };
      const { blocks, want } = this.spread(last, tail.repeat);
      const data = { blocks: timed.blocks, want, openNonFinite: this.openNonFinite };
      rounds.push({ data, repeat, tail: { ...tail, blocks } });
    }
    return rounds;
  }

  /** The same zeros in fewer bytes to send: the device repeats them. */
  private shortZeros(data: DataSet): DataSet {
    const { given, draws } = this.runnable;
    const short = [...data.blocks].map(([port, block]) => {
      const zero = given[port] === undefined && draws[port] === undefined;
      return [port, zero ? block.subarray(0, 4) : block] as const;
    });
    return { ...data, blocks: new Map(short) };
  }

  /** Data to compare in a fresh run; null where an oracle would take long. */
  async drawFresh(name: string): Promise<CheckRound | null> {
    const few = this.fewer();
    if (few === null && this.runnable.spread === null && !this.cheap) return null;
    return { data: await this.draw(name, 'random', few), repeat: few, tail: null };
  }

  /** Whether another data set, drawn and answered whole, takes little time. */
  private get cheap(): boolean {
    const { inputs, outputs } = this.runnable;
    return total(outputs) <= CHEAP_OUTPUT_BYTES && total(inputs) <= CHEAP_INPUT_BYTES;
  }

  private get openNonFinite(): boolean {
    return !Object.values(this.runnable.given).some(hasNonFinite);
  }

  /** A shorter repeat, with less for an oracle to compute. */
  private fewer(): Repeat | null {
    const { inputs, repeat } = this.asked;
    return repeat === null ? null : fewSlices(inputs, repeat);
  }

  /** A data set as the oracle knows it. */
  private async drawFew(name: string, kind: FillKind, repeat: Repeat | null): Promise<DataSet> {
    this.onDraw();
    const blocks = this.blocks(name, kind, repeat);
    const { tolerances } = this.runnable;
    return { blocks, want: await this.ask(blocks, repeat), tolerances, openNonFinite: this.openNonFinite };
  }

  /** The same with all places. */
  private spread(data: DataSet, repeat: Repeat | null): DataSet {
    const { spread } = this.runnable;
    if (spread === null) return data;
    const { inputs, outputs } = this.asked;
    const parts = inputs.map((tensor) => partOf(tensor, repeat));
    const blocks = spreadBlocks(data.blocks, parts, spread);
    const answered = outputs.map((tensor) => blockOf(tensor, repeat));
    return { ...data, blocks, want: data.want && spreadWanted(data.want, answered, spread) };
  }

  private blocks(name: string, kind: FillKind, repeat: Repeat | null): Map<string, Uint8Array<ArrayBuffer>> {
    const parts = this.asked.inputs.map((tensor) => partOf(tensor, repeat));
    return this.fill(parts, name, kind);
  }

  /** Values for these tensors, each an input or a part of it. */
  private fill(parts: readonly Tensor[], name: string, kind: FillKind): Map<string, Uint8Array<ArrayBuffer>> {
    const { inputs, given, draws, planned, seed } = this.runnable;
    const id = `${planned.id}/${name}`;
    // Whole numbers can be places in another tensor: their extremes are no fair question.
    const wholes = parts.filter((tensor) => !isFloat(tensor));
    const blocks = new Map([
      ...drawBlocks(parts.filter(isFloat), null, id, seed, kind),
      ...drawBlocks(wholes, null, id, seed, kind === 'large' ? 'random' : kind),
    ]);
    for (const part of parts) {
      const { port } = part;
      const range = draws[port];
      if (range !== undefined) blocks.set(port, drawWithin(part, range, deriveSeed(seed, `${id}/${port}`), kind));
      const values = given[port];
      const bytes = values === undefined ? blocks.get(port) : encodeStorage(part, values);
      const whole = inputs.find((tensor) => tensor.port === port);
      // The padding of a part would be repeated with it.
      if (bytes !== undefined)
        blocks.set(port, whole?.elements === part.elements ? bytes : bytes.subarray(0, dataBytes(part)));
    }
    return blocks;
  }

  private async ask(blocks: ReadonlyMap<string, Uint8Array>, repeat: Repeat | null): Promise<DataSet['want']> {
    const { kernel, call, inputs, outputs } = this.asked;
    const answer = await this.oracle.compute(oracleCall(kernel.onnx, call, { inputs, outputs }, blocks, repeat));
    this.first ??= answer;
    return wantedValues(kernel.onnx, answer);
  }
}

/** An input, or its first slices where it repeats. */
function partOf(tensor: Tensor, repeat: Repeat | null): Tensor {
  return blockOf(tensor, repeat?.inputs.has(tensor.port) === true ? repeat : null);
}

function isFloat({ dtype }: { readonly dtype: string }): boolean {
  return dtype === 'float16' || dtype === 'float32';
}

function total(tensors: readonly { readonly bytes: number }[]): number {
  return tensors.reduce((sum, { bytes }) => sum + bytes, 0);
}
