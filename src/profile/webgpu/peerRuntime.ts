// ONNX Runtime's WebGPU provider, on our device: it runs a case once, and what it launches becomes a program.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import type * as Ort from 'onnxruntime-web/webgpu';
import { compileProgram, type CompiledPass, type CompiledProgram } from './compile';
import { GpuError, USAGE, type OpenDevice } from './device';
import { paddedBytes, type InputSet } from './execute';
import { LaunchTrace, type TracedBuffer, type TracedCommand } from './launchTrace';
import { PEER, type PeerCall, type PeerModel } from './peerCall';
import type { Tensor } from './program';
import { constantBuffers, PeerRefusal, tracedProgram, type CaseBuffers } from './tracedProgram';
import { readBuffer } from './transfer';

const ENTRY = 'ort.webgpu.min.mjs';
const MODULE = 'ort-wasm-simd-threaded.asyncify';
/** What ONNX Runtime says where a node has no kernel of the provider's, and where a kernel lacks the form. */
const ON_CPU = 'assigned to the default CPU EP';
const LACKS_FORM = /ERROR_CODE: 9\b/;

/** Where the package has the WebGPU build; null where it is not installed, as in the packaged extension. */
export function findPeerFolder(): string | null {
  try {
    const folder = path.dirname(createRequire(import.meta.url).resolve(`onnxruntime-web/${MODULE}.wasm`));
    return existsSync(path.join(folder, ENTRY)) ? folder : null;
  } catch {
    return null;
  }
}

/** Where ONNX Runtime is asked for and is not there. */
export const PEER_MISSING =
  "ONNX Runtime's WebGPU build is not here: it is too large to ship with Kernel Lens. Run the command in a checkout of Kernel Lens after npm ci, or leave --peer out.";

export class OnnxRuntimePeer {
  private loaded: Promise<typeof Ort> | null = null;
  private readonly trace: LaunchTrace;

  /** @param folder what `findPeerFolder` has found. Nothing is loaded before the first case. */
  constructor(
    private readonly open: OpenDevice,
    private readonly folder: string,
  ) {
    this.trace = new LaunchTrace(open.device);
  }

  /**
   * Runs a case over one set of inputs and answers with its passes, ready to be bound to any set.
   * @throws PeerRefusal where it cannot take part, GpuError where it fails.
   */
  async compile(call: PeerCall, inputs: InputSet): Promise<CompiledProgram> {
    const ort = await this.runtime();
    const begun = performance.now();
    const { session, model } = await this.session(ort, call.models);
    const outputs = new Map<string, GPUBuffer>();
    try {
      for (const [, { port, bytes }] of call.outputs) {
        const usage = USAGE.storage | USAGE.copySource | USAGE.copyTarget;
        outputs.set(port, await this.open.buffer(`output ${port} of ${PEER.label}`, paddedBytes(bytes), usage));
      }
      const feeds = tensors(ort, call.inputs, inputs);
      const fetches = tensors(ort, call.outputs, outputs);
      const run = async (): Promise<void> => {
        await session.run(feeds, fetches).catch((error: unknown) => {
          throw failure(error);
        });
        await this.open.idle();
        this.open.check(PEER.label);
      };
      // What the first run sets up is no part of a run.
      await run();
      const commands = await this.trace.record(run);
      const compileMs = performance.now() - begun;
      const own = new Map<TracedBuffer, Tensor>();
      for (const [, tensor] of [...call.inputs, ...call.outputs]) {
        const buffer = inputs.get(tensor.port) ?? outputs.get(tensor.port);
        if (buffer !== undefined) own.set(buffer, tensor);
      }
      const outputTensors = call.outputs.map(([, tensor]) => tensor);
      return { ...(await this.program(commands, own, outputTensors, model)), compileMs };
    } finally {
      for (const buffer of outputs.values()) buffer.destroy();
      await session.release().catch(() => undefined);
    }
  }

  private async program(
    commands: readonly TracedCommand[],
    own: CaseBuffers,
    outputs: readonly Tensor[],
    { text }: PeerModel,
  ): Promise<Omit<CompiledProgram, 'compileMs'>> {
    const constants = new Map<TracedBuffer, Uint8Array>();
    for (const buffer of constantBuffers(commands, own))
      constants.set(buffer, await readBuffer(this.open, buffer as GPUBuffer, buffer.size));
    const description = `${PEER.description}; as ${text}`;
    const { program, launches } = tracedProgram(PEER.label, description, commands, own, outputs, constants);
    const passes: CompiledPass[] = [];
    for (const [index, pass] of program.passes.entries()) {
      const launch = launches[index] ?? null;
      if (launch === null) passes.push(...(await compileProgram(this.open, { ...program, passes: [pass] })).passes);
      else passes.push({ pass, pipeline: launch.pipeline, layout: launch.layout });
    }
    return { program, passes };
  }

  /** A session of the first model that runs on the GPU alone. */
  private async session(
    ort: typeof Ort,
    models: readonly PeerModel[],
  ): Promise<{ readonly session: Ort.InferenceSession; readonly model: PeerModel }> {
    let refused: unknown = null;
    for (const model of models) {
      try {
        const session = await ort.InferenceSession.create(model.bytes, {
          executionProviders: [{ name: 'webgpu', device: this.trace.device }],
          preferredOutputLocation: 'gpu-buffer',
          logSeverityLevel: 4,
          // What it cannot do on the GPU is no time of a GPU.
          extra: { session: { disable_cpu_ep_fallback: '1' } },
        });
        return { session, model };
      } catch (error) {
        // A module that has ended itself answers nobody any more.
        if (error instanceof WebAssembly.RuntimeError) throw failure(error);
        refused ??= error;
      }
    }
    throw new PeerRefusal(refusalText(refused));
  }

  /** Loads it when it is first needed; what failed once fails again. */
  private runtime(): Promise<typeof Ort> {
    this.loaded ??= this.load();
    return this.loaded;
  }

  private async load(): Promise<typeof Ort> {
    // It expects to be in a browser.
    const { globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    const { gpu } = this.open.found;
    if (typeof navigator === 'undefined') {
      Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'Node.js' }, configurable: true });
    } else Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
    const file = (name: string): string => pathToFileURL(path.join(this.folder, name)).href;
    const ort = (await import(file(ENTRY))) as typeof Ort;
    ort.env.wasm.wasmPaths = { wasm: file(`${MODULE}.wasm`), mjs: file(`${MODULE}.mjs`) };
    ort.env.wasm.numThreads = 1;
    ort.env.logLevel = 'fatal';
    return ort;
  }
}

function tensors(
  ort: typeof Ort,
  named: readonly (readonly [string, Tensor])[],
  buffers: ReadonlyMap<string, GPUBuffer>,
): Record<string, Ort.Tensor> {
  const made = named.map(([name, { port, dtype, shape }]) => {
    const buffer = buffers.get(port);
    if (buffer === undefined) throw new Error(`there is no buffer of ${port}`);
    const dataType = dtype as Ort.Tensor.GpuBufferDataTypes;
    return [name, ort.Tensor.fromGpuBuffer(buffer, { dataType, dims: shape })] as const;
  });
  return Object.fromEntries(made);
}

/** Why a run did not end well: a form that it is not made for is refused, and anything else is a failure. */
function failure(error: unknown): Error {
  if (error instanceof GpuError) return error;
  const text = firstLine(error);
  return LACKS_FORM.test(text) ? new PeerRefusal(text) : new GpuError('internal', `ONNX Runtime failed: ${text}`);
}

function refusalText(error: unknown): string {
  const text = firstLine(error);
  return text.includes(ON_CPU) ? 'ONNX Runtime has no WebGPU kernel for it' : `ONNX Runtime does not take it: ${text}`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.trim() ?? '';
}
