import type { OracleCall } from '../webgpu/oracleCall';
import type { CallShapes, Operator } from './operator';
import { at, broadcastOver, floats, product } from './values';

export const MAT_MUL: Operator = { reference: matMul, flops: matMulFlops };

/** Inputs a and b; a rank of 1 is a row on the left and a column on the right, the axes before the last two are batches. */
function matMul(call: OracleCall): Float64Array[] | null {
  const [a, b] = [floats(call.inputs[0]), floats(call.inputs[1])];
  const sizes = productSizes(call);
  if (a === null || b === null || sizes === null) return null;
  const { rows, inner, columns, batch, aBatch, bBatch } = sizes;
  const [aPlace, bPlace] = [places(aBatch, batch), places(bBatch, batch)];
  if (aPlace === null || bPlace === null) return null;
  const y = new Float64Array(product(batch) * rows * columns);
  for (let i = 0; i < y.length; i++) {
    const matrix = Math.floor(i / (rows * columns));
    const aStart = (aPlace(matrix) * rows + (Math.floor(i / columns) % rows)) * inner;
    const bStart = bPlace(matrix) * inner * columns + (i % columns);
    for (let k = 0; k < inner; k++) y[i] = at(y, i) + at(a, aStart + k) * at(b, bStart + k * columns);
  }
  return [y];
}

/** A multiplication and an addition for each pair that meets. */
export function matMulFlops(call: CallShapes): number {
  const sizes = productSizes(call);
  return sizes === null ? 0 : 2 * product(sizes.batch) * sizes.rows * sizes.inner * sizes.columns;
}

interface ProductSizes {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly aBatch: readonly number[];
  readonly bBatch: readonly number[];
  readonly batch: readonly number[];
}

/** What the shapes of a and b make of a product; null where they do not fit each other. */
function productSizes({ inputs }: CallShapes): ProductSizes | null {
  const [a, b] = [inputs[0]?.shape ?? [], inputs[1]?.shape ?? []];
  const inner = a.at(-1);
  const bInner = b.length === 1 ? b[0] : b.at(-2);
  if (inner === undefined || inner !== bInner) return null;
  const [aBatch, bBatch] = [a.slice(0, -2), b.slice(0, -2)];
  const rank = Math.max(aBatch.length, bBatch.length);
  const [left, right] = [aBatch, bBatch].map((sizes) => [...ones(rank - sizes.length), ...sizes]);
  const batch = (left ?? []).map((size, axis) => (size === 1 ? (right?.[axis] ?? 1) : size));
  const columns = b.length === 1 ? 1 : (b.at(-1) ?? 1);
  return { rows: a.length === 1 ? 1 : (a.at(-2) ?? 1), inner, columns, aBatch, bBatch, batch };
}

/** Which of a tensor's matrices takes part in a matrix of the result. */
function places(own: readonly number[], batch: readonly number[]): ((matrix: number) => number) | null {
  const numbers = Float32Array.from({ length: product(own) }, (_, i) => i);
  return broadcastOver({ name: '', dtype: 'float32', shape: own, values: numbers }, batch, 0);
}

function ones(count: number): number[] {
  return new Array<number>(count).fill(1);
}
