// Which of a profile's workloads measure what a kernel's function is offered for. No vscode in here.
import type { Offer } from '../insert/insertTypes';
import { kernelSpeedup, type CaseOutcome, type KernelSpeedup } from '../profile/kernelSpeedup';

/** A workload that comes with Kernel Lens, as far as is needed here. */
export interface BuiltInWorkload {
  readonly id: string;
  /** Of kernels, dotted: `silu_and_mul`, `layers.SiluAndMul`. */
  readonly functions: readonly string[];
}

type Member = Offer['member'];

/** Their ids; empty: none is made for it. */
export function workloadsOf({ kind, name }: Member, all: readonly BuiltInWorkload[]): readonly string[] {
  const dotted = kind === 'layer' ? `layers.${name}` : name;
  return all.filter(({ functions }) => functions.includes(dotted)).map(({ id }) => id);
}

/**
 * What a function was measured to be worth: in the workloads made for it, and in the kernel's own that are called as it is,
 * `SiluAndMulBenchmark.large`. Null: it was not measured.
 */
export function memberSpeedup(
  member: Member,
  outcomes: readonly CaseOutcome[],
  all: readonly BuiltInWorkload[],
): KernelSpeedup | null {
  const ids = workloadsOf(member, all);
  return kernelSpeedup(outcomes.filter(({ name }) => ids.includes(name) || isCalled(name, member.name)));
}

function isCalled(workload: string, member: string): boolean {
  const [, scriptClass] = /^(\w+)\.\w+$/.exec(workload) ?? [];
  return scriptClass !== undefined && bare(scriptClass.replace(/Benchmark$/, '')) === bare(member);
}

function bare(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}
