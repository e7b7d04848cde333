// What a contender of a case is asked: data sets that are timed, and others that are only checked, each with its answer.
import { deriveSeed } from '../random';
import {
  blockOf,
  drawBlocks,
  fewSlices,
  hasNonFinite,
  oracleCall,
  tailOf,
  wantedValues,
  type DataSet,
  type Repeat,
  type Tail,
} from './caseData';
import type { RunnableCase } from './casePlan';
import { drawWithin } from './drawWithin';
import type { FillKind } from './fill';
import type { Answerer, OracleAnswer } from './oracleCall';
import { encodeStorage } from './storage';

/** A case whose outputs are not larger than this in all is checked on more data sets even where nothing repeats. */
const CHEAP_OUTPUT_BYTES = 4 << 20;
/** And only where its inputs are not larger than this. */
const CHEAP_INPUT_BYTES = 64 << 20;
/** Inputs above this get no set of their own for checks. */
const MOST_CHECK_SET_BYTES = 512 << 20;

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

  /** @param onDraw called before each data set. */
  constructor(
    private readonly oracle: Answerer,
    private readonly runnable: RunnableCase,
    private readonly onDraw: () => void,
  ) {}

  /** Who answers in this case; null before the first data set is drawn. */
  get answer(): OracleAnswer | null {
    return this.first;
  }

  /** Draws a data set and what should come of it. */
  async draw(name: string, kind: FillKind = 'random', repeat = this.runnable.repeat): Promise<DataSet> {
    this.onDraw();
    const blocks = this.blocks(name, kind, repeat);
    const { tolerances } = this.runnable;
    return { blocks, want: await this.ask(blocks, repeat), tolerances, openNonFinite: this.openNonFinite };
  }

  /** Draws inputs that are only to be run, without what should come of them. */
  drawUnanswered(name: string): DataSet {
    return { blocks: this.blocks(name, 'random', this.fewer()), want: null };
  }

  /** Data sets that are checked besides the timed ones. `timed` is one of those. */
  async rounds(timed: DataSet): Promise<CheckRound[]> {
    const { inputs, repeat, given, planned, seed } = this.runnable;
    const drawn = inputs.filter(({ port }) => given[port] === undefined);
    if (drawn.length === 0 || total(inputs) > MOST_CHECK_SET_BYTES) return [];
    const small = this.cheap;
    const rounds: CheckRound[] = small ? [{ data: await this.draw('C'), repeat, tail: null }] : [];
    if (this.first?.kind === 'none') return rounds;
    if (small || repeat !== null) {
      const few = this.fewer();
      rounds.push({ data: await this.draw('zeros', 'zeros', few), repeat: few, tail: null });
      if (drawn.some(isFloat)) rounds.push({ data: await this.draw('large', 'large', few), repeat: few, tail: null });
    }
    const tail = repeat === null ? null : tailOf(inputs, repeat, timed.blocks, `${planned.id}/tail`, seed);
    if (tail !== null) {
      this.onDraw();
      const want = await this.ask(tail.blocks, tail.repeat);
      const data = { blocks: timed.blocks, want, openNonFinite: this.openNonFinite };
      rounds.push({ data, repeat, tail });
    }
    return rounds;
  }

  /** Data to compare in a fresh run; null where an oracle would take long. */
  async drawFresh(name: string): Promise<CheckRound | null> {
    const few = this.fewer();
    if (few === null && !this.cheap) return null;
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
    const { inputs, repeat } = this.runnable;
    return repeat === null ? null : fewSlices(inputs, repeat);
  }

  private blocks(name: string, kind: FillKind, repeat: Repeat | null): Map<string, Uint8Array<ArrayBuffer>> {
    const { inputs, given, draws, planned, seed } = this.runnable;
    const id = `${planned.id}/${name}`;
    // Whole numbers can be places in another tensor: their extremes are no fair question.
    const wholes = inputs.filter((tensor) => !isFloat(tensor));
    const floats = inputs.filter(isFloat);
    const blocks = new Map([
      ...drawBlocks(floats, repeat, id, seed, kind),
      ...drawBlocks(wholes, repeat, id, seed, kind === 'large' ? 'random' : kind),
    ]);
    for (const tensor of inputs) {
      const range = draws[tensor.port];
      if (range !== undefined) {
        const block = blockOf(tensor, repeat?.inputs.has(tensor.port) === true ? repeat : null);
        blocks.set(tensor.port, drawWithin(block, range, deriveSeed(seed, `${id}/${tensor.port}`), kind));
      }
      const values = given[tensor.port];
      if (values !== undefined) blocks.set(tensor.port, encodeStorage(tensor, values));
    }
    return blocks;
  }

  private async ask(blocks: ReadonlyMap<string, Uint8Array>, repeat: Repeat | null): Promise<DataSet['want']> {
    const { kernel, call, inputs, outputs } = this.runnable;
    const answer = await this.oracle.compute(oracleCall(kernel.onnx, call, { inputs, outputs }, blocks, repeat));
    this.first ??= answer;
    return wantedValues(kernel.onnx, answer);
  }
}

function isFloat({ dtype }: { readonly dtype: string }): boolean {
  return dtype === 'float16' || dtype === 'float32';
}

function total(tensors: readonly { readonly bytes: number }[]): number {
  return tensors.reduce((sum, { bytes }) => sum + bytes, 0);
}
