// The programs of a case's contenders, whose pipelines the driver makes while the host draws inputs and computes answers.
import { beginCompiling, type CompiledProgram, type Compiling } from './compile';
import type { RunnableCase } from './casePlan';
import type { CaseTools } from './caseRunner';
import { noteFailure, type Entrant } from './entrant';
import type { InputSet } from './execute';
import { isPeer, peerCall } from './peerCall';
import { buildTuned } from './tunedKernel';

export class CasePrograms {
  private readonly compiling = new Map<Entrant, Compiling>();

  constructor(
    private readonly tools: Pick<CaseTools, 'gpu' | 'open' | 'peer'>,
    private readonly runnable: RunnableCase,
  ) {}

  /** Begins with every contender but another runtime. What the kernel or the GPU refuses is that contender's failure. */
  async begin(entrants: readonly Entrant[], onEach: (entrant: Entrant) => void): Promise<void> {
    const { tools, runnable } = this;
    for (const entrant of entrants) {
      if (entrant.failure !== null || isPeer(entrant.contender)) continue;
      onEach(entrant);
      try {
        entrant.program = buildTuned(runnable.kernel, entrant.contender, runnable.call, tools.gpu.facts);
        this.compiling.set(entrant, await beginCompiling(tools.open, entrant.program));
      } catch (error) {
        noteFailure(entrant, error);
      }
    }
  }

  /** A contender's program, ready to be bound to buffers. `inputs` are those that another runtime is made with. */
  async finish(entrant: Entrant, inputs: InputSet | undefined): Promise<CompiledProgram> {
    const { peer } = this.tools;
    const compiling = this.compiling.get(entrant);
    if (compiling !== undefined) return compiling.done;
    if (peer === null || inputs === undefined) throw new Error(`${entrant.contender.id} was not begun with`);
    return peer.compile(peerCall(this.runnable), inputs);
  }
}
