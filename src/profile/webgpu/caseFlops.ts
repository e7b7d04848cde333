// What a case costs in arithmetic and reads of its tables, and what that means for its oracle.
import type { CallShapes, ValueShape } from '../operators/operator';
import { findOperator } from '../operators/operators';
import { onnxAttributes } from './caseData';
import type { OnnxOperator, OnnxPort } from './kernel';
import type { CallSpec, Tensor } from './program';

/** An oracle computes at least this many operations a second, so that a question of `AFFORDABLE_FLOPS` takes it 0.3 s. */
const ORACLE_FLOPS = 2e9;
/** Operations that a question to an oracle may cost. */
export const AFFORDABLE_FLOPS = 0.3 * ORACLE_FLOPS;

interface CallTensors {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** Multiplications and additions of a call; null for operators of which that is not known, or that are bound by memory. */
export function caseFlops(operator: OnnxOperator, call: CallSpec, tensors: CallTensors): number | null {
  const flops = findOperator(operator)?.flops?.(callShapes(operator, call, tensors));
  return flops === undefined || flops === 0 ? null : flops;
}

/** Bytes that a call reads at most of those inputs of which it needs only a part, by port. */
export function partlyRead(operator: OnnxOperator, call: CallSpec, tensors: CallTensors): ReadonlyMap<string, number> {
  const elements = findOperator(operator)?.readElements?.(callShapes(operator, call, tensors)) ?? [];
  const parts = operator.inputs.flatMap(({ port }, index): [string, number][] => {
    const read = elements[index] ?? null;
    const tensor = tensors.inputs.find((one) => one.port === port);
    if (read === null || tensor === undefined || tensor.elements === 0) return [];
    return [[port, Math.min(tensor.bytes, (read * tensor.bytes) / tensor.elements)]];
  });
  return new Map(parts);
}

function callShapes(operator: OnnxOperator, call: CallSpec, tensors: CallTensors): CallShapes {
  const shapes = (ports: readonly OnnxPort[], list: readonly Tensor[]): (ValueShape | null)[] =>
    ports.map(({ port }) => list.find((one) => one.port === port) ?? null);
  return {
    attributes: onnxAttributes(operator, call),
    inputs: shapes(operator.inputs, tensors.inputs),
    outputs: shapes(operator.outputs, tensors.outputs),
  };
}
