// Who says what is right: ONNX Runtime on the CPU, else this program's float64 references, else nobody.
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import { rootMeanSquare, toleranceFor } from '../accuracy';
import { formatError } from '../format';
import { findOperator, float64Outputs } from '../operators/operators';
import type { CallShapes, ValueShape } from '../operators/operator';
import { encodeOnnxModel, type OnnxValue } from './onnxModel';
import type { OracleAnswer, OracleCall, OracleInput, OracleOutput } from './oracleCall';
import type { LogicalDtype } from './program';
import { emptyValues, type TensorValues } from './storage';

/** ONNX Runtime is not taken where its own error uses up this share of a kernel's tolerance. */
const DOUBTFUL_SHARE = 0.25;
/** Tensors larger than this are not computed a second time in float64, which takes longer than the first. */
const MOST_COMPARED = 1 << 17;
/** Nor are calls that take more operations than this. */
const MOST_COMPARED_FLOPS = 4e6;

export class Oracle {
  private readonly sessions = new Map<string, InferenceSession | Error>();

  /** @param ortFolder where ort-wasm-simd-threaded.wasm and its .mjs lie. */
  constructor(ortFolder: string) {
    const file = (name: string) => pathToFileURL(path.join(ortFolder, name)).href;
    env.wasm.wasmPaths = { wasm: file('ort-wasm-simd-threaded.wasm'), mjs: file('ort-wasm-simd-threaded.mjs') };
    // Threads would need workers of their own, and the answer is small.
    env.wasm.numThreads = 1;
    env.logLevel = 'fatal';
  }

  /** What the outputs of `call` should be. Never throws: who could not compute it is named in the answer. */
  async compute(call: OracleCall): Promise<OracleAnswer> {
    let reason: string;
    try {
      const outputs = await this.runOnnx(call);
      const error = errorAgainstFloat64(call, outputs);
      if (error === null || error <= DOUBTFUL_SHARE * toleranceShare(call)) {
        return {
          kind: 'onnxruntime',
          text: `ONNX Runtime ${env.versions.web ?? ''}, CPU, ${precision(call)}`,
          outputs,
        };
      }
      reason = `is itself off by ${formatError(error)} on these inputs`;
    } catch (error) {
      reason = `cannot run it: ${firstSentence(error)}`;
    }
    const reference = float64Outputs(call);
    if (reference === null) return { kind: 'none', text: `ran, no oracle (ONNX Runtime ${reason})`, outputs: null };
    const outputs = call.outputs.map((output, i) => {
      const values = reference[i];
      return output === null || values === undefined ? null : Float32Array.from(values);
    });
    return { kind: 'float64', text: `float64 reference of this program (ONNX Runtime ${reason})`, outputs };
  }

  /** Gives back the memory of every model. The oracle can be used again afterwards. */
  async dispose(): Promise<void> {
    const sessions = [...this.sessions.values()];
    this.sessions.clear();
    for (const session of sessions) if (!(session instanceof Error)) await session.release();
  }

  private async runOnnx(call: OracleCall): Promise<(TensorValues | null)[]> {
    const session = await this.session(call);
    const feeds = call.inputs.filter((input) => input !== null).map((input) => [input.name, toTensor(input)] as const);
    const results = await session.run(Object.fromEntries(feeds));
    try {
      return call.outputs.map((output) => output && fromTensor(output, results[output.name]));
    } finally {
      for (const tensor of Object.values(results)) tensor.dispose();
    }
  }

  /** The session of a model; one that could not be made is not tried again. */
  private async session(call: OracleCall): Promise<InferenceSession> {
    const node = {
      ...call,
      inputs: call.inputs.map((input) => input && onnxValue(input)),
      outputs: call.outputs.map((output) => output && onnxValue(output)),
    };
    const model = encodeOnnxModel(node, findOperator(call)?.nodes?.(withComputeDtypes(call)));
    const key = Buffer.from(model).toString('base64');
    let session = this.sessions.get(key);
    if (session === undefined) {
      session = await createSession(model);
      this.sessions.set(key, session);
    }
    if (session instanceof Error) throw session;
    return session;
  }
}

/** The largest relative error of ONNX Runtime's outputs; null where there is no float64 reference to hold them against. */
function errorAgainstFloat64(call: OracleCall, outputs: readonly (TensorValues | null)[]): number | null {
  const elements = [...call.inputs, ...call.outputs].map(
    (value) => value?.shape.reduce((all, size) => all * size, 1) ?? 0,
  );
  if (Math.max(...elements) > MOST_COMPARED) return null;
  if ((findOperator(call)?.flops?.(call) ?? 0) > MOST_COMPARED_FLOPS) return null;
  const references = float64Outputs(call);
  if (references === null) return null;
  let worst = 0;
  outputs.forEach((values, i) => {
    const reference = references[i];
    if (values === null || reference === undefined) return;
    const scale = rootMeanSquare(reference);
    reference.forEach((want, at) => {
      const error = Math.abs(Number(values[at] ?? NaN) - want) / Math.max(Math.abs(want), scale);
      if (error > worst) worst = error;
    });
  });
  return worst;
}

/** What the kernel's outputs are allowed: half precision leaves more room for the oracle's own error. */
function toleranceShare(call: OracleCall): number {
  return toleranceFor(call.outputs.find((output) => output !== null)?.dtype ?? 'float32', []).rel;
}

async function createSession(model: Uint8Array): Promise<InferenceSession | Error> {
  try {
    return await InferenceSession.create(model, {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'disabled',
      logSeverityLevel: 4,
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** float16 is computed in float32, on inputs that are already rounded: the kernel's rounding is then its own. */
function computeDtype(dtype: LogicalDtype): LogicalDtype {
  return dtype === 'float16' ? 'float32' : dtype;
}

/** The shapes of a call as ONNX Runtime computes it. */
function withComputeDtypes({ attributes, inputs, outputs }: OracleCall): CallShapes {
  const shapeOf = (value: ValueShape | null): ValueShape | null =>
    value && { dtype: computeDtype(value.dtype), shape: value.shape };
  return { attributes, inputs: inputs.map(shapeOf), outputs: outputs.map(shapeOf) };
}

function precision(call: OracleCall): string {
  const dtypes = [...call.inputs, ...call.outputs].map((value) => value && computeDtype(value.dtype));
  return dtypes.includes('float32') ? 'float32' : (dtypes.find((dtype) => dtype !== null) ?? 'float32');
}

function onnxValue(value: OracleInput | OracleOutput): OnnxValue {
  return { name: value.name, dtype: computeDtype(value.dtype), rank: value.shape.length };
}

function toTensor(input: OracleInput): Tensor {
  const { values } = input;
  switch (input.dtype) {
    case 'bool':
      return new Tensor('bool', Uint8Array.from(values, Number), input.shape);
    case 'int8':
      return new Tensor('int8', Int8Array.from(values, Number), input.shape);
    case 'uint8':
      // The weights of a large product come this way: a function for each element would take seconds.
      if (!(values instanceof BigInt64Array)) return new Tensor('uint8', new Uint8Array(values), input.shape);
      return new Tensor('uint8', Uint8Array.from(values, Number), input.shape);
    case 'int16':
      return new Tensor('int16', Int16Array.from(values, Number), input.shape);
    case 'float16':
    case 'float32':
    case 'int32':
    case 'uint32':
    case 'int64':
      return new Tensor(computeDtype(input.dtype), values, input.shape);
  }
}

function fromTensor(output: OracleOutput, tensor: Tensor | undefined): TensorValues {
  if (tensor === undefined) throw new Error(`${output.name} is missing from the result`);
  if (tensor.dims.join() !== output.shape.join()) {
    throw new Error(`${output.name} came out as [${tensor.dims.join(', ')}] and not as [${output.shape.join(', ')}]`);
  }
  const { data } = tensor;
  if (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint32Array) return data.slice();
  if (data instanceof BigInt64Array) return data.slice();
  const values = emptyValues(output.dtype, data.length);
  if (values instanceof BigInt64Array) throw new Error(`${output.name} came out as ${tensor.type}`);
  for (let i = 0; i < data.length; i++) values[i] = Number(data[i]);
  return values;
}

function firstSentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]?.trim() ?? text;
}
