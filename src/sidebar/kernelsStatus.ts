// What stands beside, above and instead of the Kernels tree. No vscode in here.
import type { CatalogueState } from '../hub/catalogueTypes';
import type { HubError } from '../hub/hubError';
import { platformTitle } from '../kernels/platformTitle';
import { shownText } from '../kernels/shownText';
import type { MachineState } from '../machine/machineTypes';
import { isFiltering, type KernelFilter, type KernelOrder } from '../kernels/kernelFilter';
import { shownDay } from '../kernels/shownDay';

/** Why the tree is empty. package.json has a welcome text for each. */
export type EmptyReason =
  | 'not empty'
  | 'nothing found'
  | 'nothing found offline'
  | 'nothing found limited'
  | 'nothing found waiting'
  | 'nothing found refused'
  | 'nothing found unreachable'
  | 'looking'
  | 'untrusted'
  | 'no python'
  | 'no torch'
  | 'no gpu'
  | 'no catalogue';

export const ORDER_LABELS: Readonly<Record<KernelOrder, string>> = {
  trending: 'Trending',
  downloads: 'Downloads',
  likes: 'Likes',
  updated: 'Updated',
  name: 'Name',
};

/** Beside the title: what is looked for, else how old the list is. Empty for the Hub's own list of now. */
export function listDescription(
  filter: KernelFilter,
  state: Pick<CatalogueState, 'source' | 'at'>,
  found: number,
  now: Date,
): string {
  if (isFiltering(filter)) return `${filterWords(filter)}: ${found}`;
  return state.source === 'live' ? '' : `${state.source} · ${shownDay(state.at, now)}`;
}

/** `“norm” · CUDA · runs here`. */
export function filterWords({ text, platforms, worksHere, publishers, benchmarks }: KernelFilter): string {
  return [
    ...(text.trim() === '' ? [] : [`“${shownText(text, 30)}”`]),
    ...platforms.map(platformTitle),
    ...(worksHere ? ['runs here'] : []),
    ...publishers.map((name) => shownText(name, 30)),
    ...(benchmarks ? ['has benchmarks'] : []),
  ].join(' · ');
}

/** Above the tree: why the list is not what the Hub has now; null: it is, or it is being asked. */
export function listMessage(state: CatalogueState, searchProblem: HubError | null, now: Date): string | null {
  const { problem, waiting, source, at } = state;
  if (waiting !== null && new Date(waiting.until) > now) return waiting.why;
  if (problem === null) return searchProblem?.message ?? null;
  const list = { 'built in': 'built-in list', cached: 'list', live: 'list' }[source];
  const shown = `This is the ${list} of ${shownDay(at, now)}.`;
  if (problem.kind === 'offline') return `Offline, because HF_HUB_OFFLINE is set. ${shown}`;
  return `${problem.message} ${shown}`;
}

/** Why nothing is shown, the most useful next step deciding. */
export function emptyReason(
  filter: KernelFilter,
  found: number,
  state: CatalogueState,
  searchProblem: HubError | null,
  machine: Pick<MachineState, 'python' | 'system' | 'loading'>,
  trusted: boolean,
  now: Date,
): EmptyReason {
  if (found > 0) return 'not empty';
  if (state.kernels.length === 0) return 'no catalogue';
  if (filter.worksHere) {
    const { python, webgpu } = machine.system;
    if ('missing' in python && 'missing' in webgpu && !trusted) return 'untrusted';
    if (machine.python === null) return machine.loading ? 'looking' : 'no python';
    if (machine.python.torchVersion === null) return 'no torch';
    if (machine.python.gpus.length === 0) return 'no gpu';
  }
  const waits = state.waiting !== null && new Date(state.waiting.until) > now;
  switch ((searchProblem ?? state.problem)?.kind) {
    case undefined:
    case 'cancelled':
      return waits ? 'nothing found waiting' : 'nothing found';
    case 'offline':
      return 'nothing found offline';
    case 'rate-limited':
      return 'nothing found limited';
    case 'unauthorized':
    case 'forbidden':
      return 'nothing found refused';
    default:
      return 'nothing found unreachable';
  }
}
