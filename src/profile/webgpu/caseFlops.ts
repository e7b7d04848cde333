// What a case costs in arithmetic, and what that means for its oracle.
import type { ValueShape } from '../operators/operator';
import { findOperator } from '../operators/operators';
import { onnxAttributes } from './caseData';
import type { OnnxOperator, OnnxPort } from './kernel';
import type { CallSpec, Tensor } from './program';

/** An oracle computes at least this many operations a second, so that a question of `AFFORDABLE_FLOPS` takes it 0.3 s. */
const ORACLE_FLOPS = 2e9;
/** Operations that a question to an oracle may cost. */
export const AFFORDABLE_FLOPS = 0.3 * ORACLE_FLOPS;

/** Multiplications and additions of a call; null for operators of which that is not known, or that are bound by memory. */
export function caseFlops(
  operator: OnnxOperator,
  call: CallSpec,
  tensors: { readonly inputs: readonly Tensor[]; readonly outputs: readonly Tensor[] },
): number | null {
  const shapes = (ports: readonly OnnxPort[], list: readonly Tensor[]): (ValueShape | null)[] =>
    ports.map(({ port }) => list.find((one) => one.port === port) ?? null);
  const flops = findOperator(operator)?.flops?.({
    attributes: onnxAttributes(operator, call),
    inputs: shapes(operator.inputs, tensors.inputs),
    outputs: shapes(operator.outputs, tensors.outputs),
  });
  return flops === undefined || flops === 0 ? null : flops;
}
