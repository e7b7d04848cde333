// What a person chose in the page, made into the options of a profile. No vscode in here.
import { DEFAULT_PROFILE_OPTIONS, type KernelRef, type ProfileOptions } from '../profile/profileOptions';
import type { KernelChoice, RunChoice } from './protocol';

/** A kernel as the extension knows it: with the place that the page never sees. */
export interface RunnableKernel {
  readonly ref: KernelRef;
  /** The id that its cases carry in a report; null when it cannot be read. */
  readonly id: string | null;
  readonly choice: KernelChoice;
}

/** A choice that cannot be run, in words. */
export class ChoiceError extends Error {
  override readonly name = 'ChoiceError';
}

/**
 * `chosen`, less what is no longer there or may not be run. Without a choice, or when nothing of it is left: every
 * bundled kernel, with the cases that suit the adapter.
 */
export function fittingChoice(chosen: RunChoice | null, kernels: readonly RunnableKernel[], quick: boolean): RunChoice {
  const runnable = kernels.filter(({ choice }) => choice.problem === null);
  const kept = (chosen?.kernels ?? []).filter((key) => runnable.some(({ choice }) => choice.key === key));
  if (chosen === null || kept.length === 0) {
    const bundled = runnable.filter(({ ref }) => ref.kind === 'bundled');
    return { kernels: bundled.map(({ choice }) => choice.key), cases: null, quick: chosen?.quick ?? quick };
  }
  return { ...chosen, kernels: kept };
}

/**
 * The options of a profile of `choice`.
 * @throws ChoiceError when nothing is chosen, or something that may not be run
 */
export function profileOptions(choice: RunChoice, kernels: readonly RunnableKernel[], adapter: string): ProfileOptions {
  const chosen = choice.kernels.map((key) => {
    const kernel = kernels.find((known) => known.choice.key === key);
    if (kernel === undefined) throw new ChoiceError('A chosen kernel is no longer there. Choose again.');
    if (kernel.choice.problem !== null) throw new ChoiceError(kernel.choice.problem);
    return kernel;
  });
  if (chosen.length === 0) throw new ChoiceError('No kernel is chosen. Choose at least one under Kernels.');
  return {
    ...DEFAULT_PROFILE_OPTIONS,
    kernels: chosen.map(({ ref }) => ref),
    adapter,
    cases: choice.cases === null ? null : casePattern(chosen, choice.cases),
    quick: choice.quick,
  };
}

/** A regular expression over case ids, `<kernel id>/<case name>/<dtype>`. */
function casePattern(kernels: readonly RunnableKernel[], cases: Readonly<Record<string, readonly string[]>>): string {
  const parts = kernels.flatMap(({ id, choice }) => {
    const names = cases[choice.key] ?? [];
    if (names.length === 0) return [];
    const kernel = id === null ? '.*' : escapePattern(id);
    return [`${kernel}/(?:${names.map(escapePattern).join('|')})/`];
  });
  if (parts.length === 0) throw new ChoiceError('No case is chosen. Choose at least one under Cases.');
  return `^(?:${parts.join('|')})`;
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
