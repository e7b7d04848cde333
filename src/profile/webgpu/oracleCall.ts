// One call of an operator, as an oracle is asked about it.
import type { LogicalDtype } from './program';
import type { TensorValues } from './storage';

export interface OracleInput {
  /** The ONNX name. */
  readonly name: string;
  readonly dtype: LogicalDtype;
  readonly shape: readonly number[];
  /** Already rounded to the dtype, as the kernel gets them. */
  readonly values: TensorValues;
}

export interface OracleOutput {
  readonly name: string;
  readonly dtype: LogicalDtype;
  readonly shape: readonly number[];
}

export interface OracleCall {
  readonly domain: string;
  readonly name: string;
  readonly sinceVersion: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** By position in the operator's signature; null for an optional one that is absent. */
  readonly inputs: readonly (OracleInput | null)[];
  readonly outputs: readonly (OracleOutput | null)[];
}

/** Whoever answers; the answer says who. */
export interface Answerer {
  compute(call: OracleCall): Promise<OracleAnswer>;
}

export interface OracleAnswer {
  readonly kind: 'onnxruntime' | 'float64' | 'none';
  /** For the report: who computed it and how, and why a better oracle did not. */
  readonly text: string;
  /** By position, null where the call has null; null altogether when nobody could compute it. */
  readonly outputs: readonly (TensorValues | null)[] | null;
}
