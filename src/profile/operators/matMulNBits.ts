import type { OracleCall, OracleInput } from '../webgpu/oracleCall';
import type { CallShapes, GraphNode, Operator } from './operator';
import { at, floats, product } from './values';

export const MAT_MUL_N_BITS: Operator = { reference: matMulNBits, flops, nodes };

/** What a call says about its weights: `rows` × `inner` times the transpose of `columns` × `inner`, in blocks of `block`. */
interface Layout {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly bits: number;
  readonly block: number;
  /** Blocks in a row of the weights. */
  readonly blocks: number;
}

/** Inputs a, weights, scales, zero points, group indices (not taken) and bias: a · ((code − zero point) · scale)ᵀ + bias. */
function matMulNBits(call: OracleCall): Float64Array[] | null {
  const layout = layoutOf(call);
  const [input, weights, scaleInput, zeroInput, groups, biasInput] = call.inputs;
  const [a, scales] = [floats(input), floats(scaleInput)];
  if (layout === null || a === null || scales === null || !weights || groups) return null;
  const { rows, inner, columns, bits, block, blocks } = layout;
  const zero = zeroPoints(zeroInput, layout);
  const bias = biasInput ? floats(biasInput) : new Float64Array(columns);
  const blob = (block * bits) / 8;
  if (zero === null || bias === null || weights.values.length !== columns * blocks * blob) return null;
  const y = new Float64Array(rows * columns);
  const weight = new Float64Array(inner);
  for (let n = 0; n < columns; n++) {
    for (let k = 0; k < inner; k++) {
      const place = Math.floor(k / block);
      const code = codeAt(weights, (n * blocks + place) * blob, k % block, bits);
      weight[k] = (code - zero(n, place)) * at(scales, n * blocks + place);
    }
    for (let m = 0; m < rows; m++) {
      let sum = at(bias, n);
      for (let k = 0; k < inner; k++) sum += at(a, m * inner + k) * at(weight, k);
      y[m * columns + n] = sum;
    }
  }
  return [y];
}

/** One multiplication and one addition for each weight and row; taking the codes apart is not counted. */
function flops(call: CallShapes): number {
  const layout = layoutOf(call);
  return layout === null ? 0 : 2 * layout.rows * layout.inner * layout.columns;
}

/** ONNX Runtime asks for a bias whose size the model fixes; here it is added by a node of its own. */
function nodes(call: CallShapes): readonly GraphNode[] {
  const biased = (call.inputs[5] ?? null) !== null;
  const inputs = ['in0', 'in1', 'in2', 'in3', 'in4'];
  const product = biased ? 'product' : 'out0';
  const common = { name: 'MatMulNBits', domain: 'com.microsoft', sinceVersion: 1, attributes: call.attributes };
  const sum = { name: 'Add', domain: 'ai.onnx', sinceVersion: 14, attributes: {} };
  return [
    { ...common, inputs, outputs: [product] },
    ...(biased ? [{ ...sum, inputs: ['product', 'in5'], outputs: ['out0'] }] : []),
  ];
}

function layoutOf({ attributes, inputs }: CallShapes): Layout | null {
  const shape = inputs[0]?.shape;
  const [inner, columns, bits, block] = [
    attributes['K'],
    attributes['N'],
    attributes['bits'] ?? 4,
    attributes['block_size'],
  ];
  if (typeof inner !== 'number' || typeof columns !== 'number' || typeof bits !== 'number') return null;
  if (typeof block !== 'number' || shape?.at(-1) !== inner || (bits !== 4 && bits !== 8)) return null;
  return { rows: product(shape.slice(0, -1)), inner, columns, bits, block, blocks: Math.ceil(inner / block) };
}

/** The zero point of a row's block: packed codes, floats, or half of what the codes can say. */
function zeroPoints(
  input: OracleInput | null | undefined,
  { bits, blocks }: Layout,
): ((row: number, block: number) => number) | null {
  if (!input) return () => 2 ** (bits - 1);
  const values = floats(input);
  if (values !== null) return (row, block) => at(values, row * blocks + block);
  const bytes = Math.ceil((blocks * bits) / 8);
  return (row, block) => codeAt(input, row * bytes, block, bits);
}

/** Code `index` of those that begin at byte `start`; of two in a byte the lower half comes first. */
function codeAt({ values }: OracleInput, start: number, index: number, bits: number): number {
  const bit = index * bits;
  const byte = Number(values[start + Math.floor(bit / 8)] ?? NaN);
  return (byte >> (bit % 8)) & (2 ** bits - 1);
}
