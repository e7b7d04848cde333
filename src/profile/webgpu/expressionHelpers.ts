// The functions that a manifest's expressions and templates may call.
import { isLogicalDtype, isStorageDtype, STORAGE_BYTES, STORAGE_OF } from './tensor';

type Helper = (...values: readonly unknown[]) => unknown;

/** The longest list that a helper makes: enough for any shape or table, too short to fill memory. */
const MAX_LIST = 65536;

const ONNX_CODES: Readonly<Record<string, number>> = {
  float32: 1,
  f32: 1,
  uint8: 2,
  int8: 3,
  int16: 5,
  int32: 6,
  i32: 6,
  int64: 7,
  'vec2<u32>': 7,
  bool: 9,
  float16: 10,
  f16: 10,
  uint32: 12,
  u32: 12,
};

function show(value: unknown): string {
  return value === undefined ? 'an undefined value' : JSON.stringify(value);
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw new Error(`expected a number, got ${show(value)}`);
  return value;
}

function integer(value: unknown): number {
  const whole = number(value);
  if (!Number.isInteger(whole)) throw new Error(`expected a whole number, got ${show(value)}`);
  return whole;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`expected a list, got ${show(value)}`);
  return value;
}

function integers(value: unknown): number[] {
  return list(value).map(integer);
}

/** Numbers given one by one or as one list. */
function numbers(values: readonly unknown[]): number[] {
  const [first] = values;
  const all = (values.length === 1 && Array.isArray(first) ? list(first) : values).map(number);
  if (all.length === 0) throw new Error('expected at least one number');
  return all;
}

function product(values: readonly number[]): number {
  return values.reduce((all, value) => all * value, 1);
}

/** An axis of a list of `rank` entries, counted from the end when negative, as Python's modulo does. */
function axisOf(value: unknown, rank: number): number {
  if (rank === 0) throw new Error('a shape of rank 0 has no axis');
  return ((integer(value) % rank) + rank) % rank;
}

function broadcast(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const extents = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const extent = extents.find((candidate) => candidate !== 1) ?? 1;
    if (extents.some((candidate) => candidate !== 1 && candidate !== extent)) {
      throw new Error(`the shapes ${shapes.map((shape) => `[${shape.join(', ')}]`).join(' and ')} do not broadcast`);
    }
    return extent;
  });
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

function matmul(a: readonly number[], b: readonly number[]): number[] {
  if (a.length === 0 || b.length === 0) throw new Error('a matrix product takes no rank 0');
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  if (left.at(-1) !== right.at(-2)) {
    throw new Error(`the shapes [${a.join(', ')}] and [${b.join(', ')}] do not fit a matrix product`);
  }
  const batch = broadcast([left.slice(0, -2), right.slice(0, -2)]);
  const rows = a.length === 1 ? [] : left.slice(-2, -1);
  const columns = b.length === 1 ? [] : right.slice(-1);
  return [...batch, ...rows, ...columns];
}

function moveAxis(shape: readonly number[], from: number, to: number): number[] {
  const rest = shape.filter((_, axis) => axis !== from);
  return [...rest.slice(0, to), ...shape.slice(from, from + 1), ...rest.slice(to)];
}

/** Index of `axis` in a list of axes, both counted from the end when negative; -1 when it is not there. */
function axisIndex(axes: unknown, axis: unknown, rank: unknown): number {
  const extent = integer(rank);
  if (extent <= 0) return -1;
  const wanted = axisOf(axis, extent);
  return integers(axes).findIndex((candidate) => axisOf(candidate, extent) === wanted);
}

function pick(choices: unknown, fallback: unknown): unknown {
  for (const choice of list(choices)) {
    const [condition, value] = list(choice);
    if (typeof condition !== 'boolean') throw new Error(`expected true or false, got ${show(condition)}`);
    if (condition) return value;
  }
  return fallback;
}

function dtypeBytes(dtype: unknown): number {
  if (isLogicalDtype(dtype)) return STORAGE_BYTES[STORAGE_OF[dtype]];
  if (isStorageDtype(dtype)) return STORAGE_BYTES[dtype];
  throw new Error(`unknown dtype ${show(dtype)}`);
}

function onnxDtypeCode(dtype: unknown): number {
  const code = typeof dtype === 'string' && Object.hasOwn(ONNX_CODES, dtype) ? ONNX_CODES[dtype] : undefined;
  if (code === undefined) throw new Error(`unknown dtype ${show(dtype)}`);
  return code;
}

/** Python's `range`, with a bound on its length. */
function range(values: readonly unknown[]): number[] {
  const [first, second, third] = values.map(integer);
  const [start, stop, step] = [second === undefined ? 0 : (first ?? 0), second ?? first ?? 0, third ?? 1];
  if (step === 0) throw new Error('the step must not be 0');
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > MAX_LIST) throw new Error(`more than ${MAX_LIST} numbers`);
  return Array.from({ length }, (_, index) => start + index * step);
}

function fill(length: number, value: unknown): unknown[] {
  if (typeof value === 'object') throw new Error('a list is filled with numbers, strings, true or false');
  if (length < 0 || length > MAX_LIST) throw new Error(`a list of ${length} entries cannot be made`);
  return new Array<unknown>(length).fill(value);
}

function isUniqueIntList(value: unknown): boolean {
  return Array.isArray(value) && value.every(Number.isInteger) && new Set(value).size === value.length;
}

const SHAPE_HELPERS: Readonly<Record<string, Helper>> = {
  numel: (shape) => product(integers(shape)),
  dim: (shape, axis) => integers(shape)[axisOf(axis, list(shape).length)],
  rows: (shape, axis) => product(integers(shape).toSpliced(axisOf(axis, list(shape).length), 1)),
  outer: (shape, axis) => product(integers(shape).slice(0, axisOf(axis, list(shape).length))),
  inner: (shape, axis) => product(integers(shape).slice(axisOf(axis, list(shape).length) + 1)),
  prefix: (shape, count) => list(shape).slice(0, integer(count)),
  suffix: (shape, count) => list(shape).slice(integer(count)),
  fill: (length, value) => fill(integer(length), value),
  moveAxis: (shape, from, to) => {
    const rank = list(shape).length;
    return moveAxis(integers(shape), axisOf(from, rank), axisOf(to, rank));
  },
  permuteShape: (shape, order) => {
    const extents = integers(shape);
    const axes = integers(order).map((axis) => axisOf(axis, extents.length));
    if (axes.length !== extents.length || !isUniqueIntList(axes)) throw new Error(`${show(order)} is no permutation`);
    return axes.map((axis) => extents[axis]);
  },
  reversedAxes: (value) => {
    const rank = Array.isArray(value) ? value.length : integer(value);
    return range([rank - 1, -1, -1]);
  },
  broadcastShape: (...shapes) => broadcast(shapes.map(integers)),
  matmulShape: (a, b) => matmul(integers(a), integers(b)),
  broadcastable: (a, b) => {
    const [from, into] = [integers(a), integers(b)];
    const missing = into.length - from.length;
    return missing >= 0 && from.every((extent, axis) => extent === 1 || extent === into[axis + missing]);
  },
  sameShape: (first, ...rest) => rest.every((shape) => same(integers(first), integers(shape))),
  hasAxis: (axes, axis, rank) => axisIndex(axes, axis, rank) >= 0,
  axisValue: (values, axes, axis, rank, fallback) => {
    const index = axisIndex(axes, axis, rank);
    return index < 0 ? fallback : list(values)[index];
  },
  isUniqueIntList,
};

const NUMBER_HELPERS: Readonly<Record<string, Helper>> = {
  ceil: (value) => Math.ceil(number(value)),
  floor: (value) => Math.floor(number(value)),
  min: (...values) => Math.min(...numbers(values)),
  max: (...values) => Math.max(...numbers(values)),
  pow: (base, exponent) => number(base) ** number(exponent),
  ceilDiv: (value, divisor) => {
    if (number(divisor) === 0) throw new Error('division by 0');
    return Math.ceil(number(value) / number(divisor));
  },
  pow2ceil: (value) => (number(value) <= 1 ? 1 : 2 ** Math.ceil(Math.log2(number(value)))),
  log2ceil: (value) => (number(value) <= 1 ? 0 : Math.ceil(Math.log2(number(value)))),
  range: (...values) => range(values),
};

/**
 * Every function an expression or a template may call, by name; arguments and results are plain JSON-like values.
 * A wrong argument is an Error that names the function.
 */
export function expressionHelpers(shaderF16: boolean): ReadonlyMap<string, Helper> {
  const helpers: Readonly<Record<string, Helper>> = {
    ...NUMBER_HELPERS,
    ...SHAPE_HELPERS,
    has: (value, key) =>
      typeof value === 'object' && value !== null && typeof key === 'string' && Object.hasOwn(value, key),
    dtypeBytes,
    onnxDtypeCode,
    pick,
    f16Ok: (dtype) => {
      onnxDtypeCode(dtype);
      return shaderF16 || (dtype !== 'f16' && dtype !== 'float16');
    },
  };
  return new Map(
    Object.entries(helpers).map(([name, helper]) => [
      name,
      (...values) => {
        try {
          return helper(...values);
        } catch (error) {
          throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
        }
      },
    ]),
  );
}
