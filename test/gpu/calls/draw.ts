// What a generator of random calls draws from: the same again for the same seed.
import { randomWords } from '../../../src/profile/random';

/** Sizes around the widths of vectors, subgroups, workgroups and tiles, where kernels go wrong. */
const SIZES = [
  1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 513, 1023,
];

/** An element as a test.json writes it. */
type Written = number | boolean | string;

/**
 * `normal`: around 0, deviation 1. `uniform`: 0 to 1. `large`: up to a thousand (float16) or a million. `tiny`: near the
 * smallest normal number. `zeros`, `same`: one value throughout. `mixed`: of every magnitude, zeros of both signs among them.
 */
export type ValueKind = 'normal' | 'uniform' | 'large' | 'tiny' | 'zeros' | 'same' | 'mixed';

/** Every kind of values. */
const KINDS: readonly ValueKind[] = ['normal', 'uniform', 'large', 'tiny', 'zeros', 'same', 'mixed'];

export class Draw {
  private readonly next: () => number;
  /** Of the elements of tensors, which differ between calls that are otherwise the same. */
  private readonly nextElement: () => number;

  /** Calls with the same `seed` have the same shapes and attributes, those with the same `elements` as well are the same. */
  constructor(seed: number, elements: number = seed) {
    this.next = randomWords(seed);
    this.nextElement = randomWords(~elements);
  }

  /** From 0 up to but not 1. */
  unit(): number {
    return this.next() / 2 ** 32;
  }

  /** A kind of values for `values` and `tensor`: mostly `normal`. It differs between calls of the same shapes. */
  kind(kinds: readonly ValueKind[] = KINDS): ValueKind {
    if (this.element() < 0.5) return 'normal';
    return kinds[Math.floor(this.element() * kinds.length)] ?? 'normal';
  }

  /** A whole number from `from` to `to`, both included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.unit() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** @throws RangeError when there is nothing to pick. */
  pick<T>(list: readonly T[]): T {
    const one = list[this.integer(0, list.length - 1)];
    if (one === undefined) throw new RangeError('There is nothing to pick from.');
    return one;
  }

  /** A size from 1 to `most`, mostly one of those where kernels go wrong. */
  size(most: number): number {
    const usable = SIZES.filter((size) => size <= most);
    return this.chance(0.8) ? this.pick(usable) : this.integer(1, most);
  }

  /** A shape of `rank` sizes with at most `elements` in all. */
  shape(rank: number, elements: number): number[] {
    let left = elements;
    const sizes = Array.from({ length: rank }, () => {
      const size = this.size(left);
      left = Math.floor(left / size);
      return size;
    });
    // The last axis is no larger than others by habit of this function.
    return sizes
      .map((size) => ({ size, order: this.unit() }))
      .toSorted((a, b) => a.order - b.order)
      .map(({ size }) => size);
  }

  /** Values of a float tensor as test.json writes them. What a float16 cannot hold is not drawn. */
  values(dtype: 'float16' | 'float32', count: number, kind: ValueKind = 'normal'): Written[] {
    const half = dtype === 'float16';
    const one = (): number => {
      switch (kind) {
        case 'normal':
          return this.normal();
        case 'uniform':
          return this.element();
        case 'large':
          return this.normal() * (half ? 1e3 : 1e6);
        case 'tiny':
          return this.normal() * (half ? 1e-4 : 1e-30);
        case 'zeros':
          return 0;
        case 'same':
          return same;
        case 'mixed':
          return this.element() < 0.1 ? 0 : this.normal() * 10 ** this.whole(half ? -4 : -20, half ? 3 : 6);
      }
    };
    const same = this.normal();
    return Array.from({ length: count }, () => Number(one().toPrecision(7)));
  }

  /** A float input of a test case. */
  tensor(dtype: 'float16' | 'float32', shape: readonly number[], kind: ValueKind = 'normal'): object {
    const count = shape.reduce((product, size) => product * size, 1);
    return { dtype, shape: [...shape], data: { kind: 'values', values: this.values(dtype, count, kind) } };
  }

  /** Whole numbers from `from` to `to`, both included. */
  integers(
    dtype: 'uint8' | 'int8' | 'int32' | 'int64' | 'bool',
    shape: readonly number[],
    from: number,
    to: number,
  ): object {
    const count = shape.reduce((product, size) => product * size, 1);
    const values = Array.from({ length: count }, () => this.whole(from, to));
    return { dtype, shape: [...shape], data: { kind: 'values', values } };
  }

  /** From 0 up to but not 1, for an element. */
  private element(): number {
    return this.nextElement() / 2 ** 32;
  }

  private whole(from: number, to: number): number {
    return from + Math.floor(this.element() * (to - from + 1));
  }

  /** Sum of twelve uniform numbers less six. */
  private normal(): number {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += this.element();
    return sum - 6;
  }
}
