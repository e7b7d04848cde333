// Reading the inputs of a call, for the float64 references.
import type { OracleInput } from '../webgpu/oracleCall';

/** Reads `input`, stretched over `shape`, by index in that shape; `absent` for an input that is not there. */
export function broadcastOver(
  input: OracleInput | null | undefined,
  shape: readonly number[],
  absent: number,
): ((i: number) => number) | null {
  if (!input) return () => absent;
  const values = floats(input);
  if (values === null || input.shape.length > shape.length) return null;
  if (values.length === product(shape)) return (i) => at(values, i);
  const padded = [...new Array<number>(shape.length - input.shape.length).fill(1), ...input.shape];
  if (!padded.every((size, d) => size === 1 || size === shape[d])) return null;
  return (i) => {
    let rest = i;
    let index = 0;
    let stride = 1;
    for (let d = shape.length - 1; d >= 0; d--) {
      const size = shape[d] ?? 1;
      const own = padded[d] ?? 1;
      if (own > 1) index += (rest % size) * stride;
      stride *= own;
      rest = Math.floor(rest / size);
    }
    return at(values, index);
  };
}

/** The values of a float input; null for an absent one and for whole numbers. */
export function floats(input: OracleInput | null | undefined): Float64Array | null {
  return input?.values instanceof Float32Array ? Float64Array.from(input.values) : null;
}

/** An axis counted from the start; null for one that the rank does not have. */
export function resolveAxis(axis: unknown, rank: number): number | null {
  if (typeof axis !== 'number' || !Number.isInteger(axis) || axis < -rank || axis >= rank) return null;
  return axis < 0 ? axis + rank : axis;
}

/** The elements of a shape. */
export function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}

/** NaN beyond the end. */
export function at(values: Float64Array, index: number): number {
  return values[index] ?? NaN;
}

/** Reads a vector as long as the last axis of `x` by index in x; null where it is not one. */
export function lastAxisVector(
  vector: OracleInput | null | undefined,
  x: OracleInput | null | undefined,
): ((i: number) => number) | null {
  const values = floats(vector);
  if (values === null || vector?.shape.length !== 1 || values.length !== x?.shape.at(-1)) return null;
  return (i) => at(values, i % values.length);
}
