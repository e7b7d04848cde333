// What is known of an operator beside its manifest: what it should give, what it costs, and how ONNX Runtime can compute it.
import type { OracleCall } from '../webgpu/oracleCall';
import type { LogicalDtype } from '../webgpu/program';

/** Dtype and shape of an input or output of a call. */
export interface ValueShape {
  readonly dtype: LogicalDtype;
  readonly shape: readonly number[];
}

/** A call without its values; every OracleCall is one. By position; null for an optional input or output that is absent. */
export interface CallShapes {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly inputs: readonly (ValueShape | null)[];
  readonly outputs: readonly (ValueShape | null)[];
}

/** A node of the graph that stands for an operator. */
export interface GraphNode {
  /** `ai.onnx` or another operator domain that ONNX Runtime has. */
  readonly domain: string;
  readonly name: string;
  readonly sinceVersion: number;
  /** Names of values: `in0`, `in1`, … are the call's inputs and `out0`, … its outputs; others lie between nodes. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface Operator {
  /** The outputs by position, in float64, as plainly as the definition reads; null where this form has no reference. */
  readonly reference: (call: OracleCall) => Float64Array[] | null;
  /** Multiplications and additions of one call, each counted as one; left out for operators that are bound by memory. */
  readonly flops?: (call: CallShapes) => number;
  /** Elements of each input that one call reads at most, by position, for tables of which it needs some rows; null: all. */
  readonly readElements?: (call: CallShapes) => readonly (number | null)[];
  /** For operators that ONNX Runtime lacks: ONNX nodes that compute the same. */
  readonly nodes?: (call: CallShapes) => readonly GraphNode[];
  /** Nodes that compute the same where ONNX Runtime has the operator itself on the CPU only; none for a form they do not fit. */
  readonly peerNodes?: (call: CallShapes) => readonly GraphNode[];
}
