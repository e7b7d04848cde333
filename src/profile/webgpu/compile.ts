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
  /** Time until every pipeline was ready, milliseconds. */
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
  const begun = performance.now();
  const passes: CompiledPass[] = [];
  for (const pass of program.passes) {
    const key = JSON.stringify([pass.wgsl, pass.bindings.map(({ index, access }) => [index, access])]);
    let compiled = cache.get(key);
    if (compiled === undefined) {
      compiled = await compilePass(open, program, pass);
      cache.set(key, compiled);
    }
    passes.push({ pass, ...compiled });
  }
  return { program, passes, compileMs: performance.now() - begun };
}

async function compilePass(open: OpenDevice, program: Program, pass: ProgramPass): Promise<Omit<CompiledPass, 'pass'>> {
  const { device } = open;
  const where = `${pass.template} (variant ${program.variant}, pass ${pass.name})`;
  let messages: readonly GPUCompilationMessage[] = [];
  try {
    return await open.scoped(`Building ${where}`, async () => {
      const shader = device.createShaderModule({ label: where, code: pass.wgsl });
      messages = (await open.guard(shader.getCompilationInfo())).messages;
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
        ? device.createComputePipeline(descriptor)
        : await open.guard(device.createComputePipelineAsync(descriptor));
      return { pipeline, layout };
    });
  } catch (error) {
    const errors = messages.filter((message) => message.type === 'error');
    if (errors.length > 0) throw new GpuError('compile', compilerText(where, pass.wgsl, errors));
    if (error instanceof GpuError && error.kind === 'validation') throw new GpuError('compile', error.message);
    throw error;
  }
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
