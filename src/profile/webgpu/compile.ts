// From a program's WGSL to pipelines. What the compiler says is shown against the text it was given.
import { performance } from 'node:perf_hooks';
import { GpuError, type OpenDevice } from './device';
import type { Program, ProgramBinding, ProgramPass } from './program';

export interface CompiledPass {
  readonly pass: ProgramPass;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

export interface CompiledProgram {
  readonly program: Program;
  readonly passes: readonly CompiledPass[];
  /** Time until every pipeline was ready, milliseconds; the host may have had other things to do as well. */
  readonly compileMs: number;
}

const BUFFER_TYPES: Record<ProgramBinding['access'], GPUBufferBindingType> = {
  read: 'read-only-storage',
  read_write: 'storage',
  uniform: 'uniform',
};
const COMPUTE_STAGE = 0x4;
const CONTEXT_LINES = 2;
const MOST_MESSAGES = 5;

/** Pipelines by shader and bindings, for programs that share them. */
export type PipelineCache = Map<string, Omit<CompiledPass, 'pass'>>;

/**
 * Compiles each distinct shader once. With a `cache` shared by several programs `compileMs` tells nothing.
 * Throws GpuError of the kind `compile` with the template's name and the lines.
 */
export async function compileProgram(
  open: OpenDevice,
  program: Program,
  cache: PipelineCache = new Map(),
): Promise<CompiledProgram> {
  return (await beginCompiling(open, program, cache)).done;
}

/** A program whose shaders are valid. */
export interface Compiling {
  /** Its pipelines, which the driver makes meanwhile. */
  readonly done: Promise<CompiledProgram>;
}

/** Like `compileProgram`, but resolves while the driver is still at it: several programs can so be compiled at once. */
export async function beginCompiling(
  open: OpenDevice,
  program: Program,
  cache: PipelineCache = new Map(),
): Promise<Compiling> {
  const begun = performance.now();
  const made = new Map<string, Promise<Omit<CompiledPass, 'pass'>>>();
  const keys = program.passes.map(({ wgsl, bindings }) =>
    JSON.stringify([wgsl, bindings.map(({ index, access }) => [index, access])]),
  );
  for (const [place, pass] of program.passes.entries()) {
    const key = keys[place] ?? '';
    if (made.has(key) || cache.has(key)) continue;
    const { ready } = await beginPass(open, program, pass);
    // Where the case ends before anybody waits for it.
    ready.catch(() => undefined);
    made.set(key, ready);
  }
  const finish = async (): Promise<CompiledProgram> => {
    for (const [key, ready] of made) cache.set(key, await ready);
    const passes = program.passes.flatMap((pass, place): CompiledPass[] => {
      const compiled = cache.get(keys[place] ?? '');
      return compiled === undefined ? [] : [{ pass, ...compiled }];
    });
    return { program, passes, compileMs: performance.now() - begun };
  };
  const done = finish();
  done.catch(() => undefined);
  return { done };
}

async function beginPass(
  open: OpenDevice,
  program: Program,
  pass: ProgramPass,
): Promise<{ readonly ready: Promise<Omit<CompiledPass, 'pass'>> }> {
  const { device } = open;
  const where = `${pass.template} (variant ${program.variant}, pass ${pass.name})`;
  const shaders: GPUShaderModule[] = [];
  try {
    return await open.scoped(`Building ${where}`, () => {
      const shader = device.createShaderModule({ label: where, code: pass.wgsl });
      shaders.push(shader);
      const layout = device.createBindGroupLayout({
        label: where,
        entries: pass.bindings.map(({ index, access }) => ({
          binding: index,
          visibility: COMPUTE_STAGE,
          buffer: { type: BUFFER_TYPES[access] },
        })),
      });
      const descriptor: GPUComputePipelineDescriptor = {
        label: where,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module: shader, entryPoint: 'main' },
      };
      // Dawn's binding polls while it waits, which takes a software adapter a core that compiles.
      const pipeline = open.found.software
        ? Promise.resolve(device.createComputePipeline(descriptor))
        : open.guard(device.createComputePipelineAsync(descriptor));
      const ready = pipeline.then(
        (made) => ({ pipeline: made, layout }),
        (error: unknown) => {
          throw error instanceof GpuError
            ? error
            : new GpuError('compile', `Building ${where} failed: ${textOf(error)}`);
        },
      );
      ready.catch(() => undefined);
      return { ready };
    });
  } catch (error) {
    const messages = await Promise.all(shaders.map((shader) => open.guard(shader.getCompilationInfo())));
    const errors = messages.flatMap((info) => info.messages.filter(({ type }) => type === 'error'));
    if (errors.length > 0) throw new GpuError('compile', compilerText(where, pass.wgsl, errors));
    if (error instanceof GpuError && error.kind === 'validation') throw new GpuError('compile', error.message);
    throw error;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The compiler's messages, each above the lines of the rendered WGSL that it is about. */
export function compilerText(where: string, wgsl: string, messages: readonly GPUCompilationMessage[]): string {
  const lines = wgsl.split('\n');
  const shown = messages.slice(0, MOST_MESSAGES).map(({ message, lineNum, linePos }) => {
    const first = Math.max(1, lineNum - CONTEXT_LINES);
    const last = Math.min(lines.length, lineNum + CONTEXT_LINES);
    const width = String(last).length;
    const context: string[] = [];
    for (let number = first; number <= last && lineNum > 0; number++) {
      context.push(`${number === lineNum ? '>' : ' '} ${String(number).padStart(width)} | ${lines[number - 1] ?? ''}`);
      if (number === lineNum) context.push(`  ${' '.repeat(width)} | ${' '.repeat(Math.max(0, linePos - 1))}^`);
    }
    return [`line ${lineNum}, column ${linePos} of the rendered WGSL: ${message}`, ...context].join('\n');
  });
  const more = messages.length > MOST_MESSAGES ? [`and ${messages.length - MOST_MESSAGES} more`] : [];
  return [`${where} does not compile.`, ...shown, ...more].join('\n');
}
