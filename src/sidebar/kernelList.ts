// The Kernels view without its editor: what is listed, in which order, with which verdict. No vscode in here.
import type { Aged, Catalogue, CatalogueState } from '../hub/catalogueTypes';
import { HubError } from '../hub/hubError';
import type { KernelDetails } from '../kernels/kernelDetails';
import type { KernelGroup, KernelSummary } from '../kernels/kernelSummary';
import { judgeDetails, judgeSummary, type WorksHere } from '../kernels/worksHere';
import type { Machine } from '../machine/machineTypes';
import type { Opened } from './kernelFacts';
import {
  groupKernels,
  isFiltering,
  keepOrder,
  KernelIndex,
  publisherOf,
  sortKernels,
  type KernelFilter,
} from '../kernels/kernelFilter';

/** Where the kernels that the extension carries come from. */
const BUNDLED_PUBLISHER = 'webgpu-kernels';

export interface KernelListParts {
  readonly catalogue: Catalogue;
  readonly machine: Machine;
  /** Operators that the extension carries a kernel for: `ai.onnx.Gelu`. */
  readonly bundled: ReadonlySet<string>;
}

/** `status`: only how fresh the list is. `rows`: anything. Else the kernel that is known better now. */
export type ListChange = 'status' | 'rows' | { readonly id: string };
export type ListListener = (change: ListChange) => void;

export class KernelList {
  private readonly listeners = new Set<ListListener>();
  private readonly gone = new AbortController();
  private readonly opened = new Map<string, Opened>();
  private readonly order = new Map<KernelGroup, readonly string[]>();
  private readonly endings: readonly (() => void)[];
  private verdicts = new WeakMap<KernelSummary, WorksHere>();
  private index: { readonly from: readonly KernelSummary[]; readonly order: string; readonly of: KernelIndex } | null =
    null;
  private found: ReadonlyMap<KernelGroup, readonly KernelSummary[]> | null = null;

  constructor(
    private readonly parts: KernelListParts,
    private wanted: KernelFilter,
  ) {
    this.endings = [
      parts.catalogue.onChange(() => {
        this.change(this.found !== null && this.index?.from === this.state.kernels ? 'status' : 'rows');
      }),
      parts.machine.onChange(() => {
        this.verdicts = new WeakMap();
        this.change('rows');
      }),
    ];
  }

  get filter(): KernelFilter {
    return this.wanted;
  }

  /** Looks for something else; what is found is put in order anew. */
  set filter(filter: KernelFilter) {
    this.wanted = filter;
    this.order.clear();
    this.change('rows');
  }

  get state(): CatalogueState {
    return this.parts.catalogue.state;
  }

  /** Called after each change. Returns the function that ends it. */
  onChange(listener: ListListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What is found, by group. */
  groups(): ReadonlyMap<KernelGroup, readonly KernelSummary[]> {
    this.found ??= groupKernels(this.currentIndex().find(this.wanted, (kernel) => this.runsHere(kernel)));
    return this.found;
  }

  /** The kernels of a group. From now on those that come stand below those that are there, until `forget` or a new filter. */
  kernels(group: KernelGroup): readonly KernelSummary[] {
    const kernels = keepOrder(this.groups().get(group) ?? [], this.order.get(group) ?? []);
    this.order.set(
      group,
      kernels.map(({ id }) => id),
    );
    return kernels;
  }

  /** Nobody sees the group any more: next time it may be in another order. */
  forget(group: KernelGroup): void {
    this.order.delete(group);
  }

  /** Everything is put in order anew. */
  reorder(): void {
    this.order.clear();
    this.change('rows');
  }

  /** How many are found, of how many. */
  count(): { readonly found: number; readonly all: number } {
    const all = this.state.kernels.length;
    if (!isFiltering(this.wanted)) return { found: all, all };
    return { found: [...this.groups().values()].reduce((sum, kernels) => sum + kernels.length, 0), all };
  }

  publishers(): ReturnType<KernelIndex['publishers']> {
    return this.currentIndex().publishers();
  }

  kernel(id: string): KernelSummary | null {
    return this.state.kernels.find((kernel) => kernel.id === id) ?? null;
  }

  isBundled({ id }: KernelSummary): boolean {
    return publisherOf(id) === BUNDLED_PUBLISHER && this.parts.bundled.has(id.slice(id.indexOf('/') + 1));
  }

  /** From the builds where they have been looked at, else from the row. */
  verdict(kernel: KernelSummary): WorksHere {
    const known = this.verdicts.get(kernel);
    if (known !== undefined) return known;
    const { system } = this.parts.machine.state;
    const opened = this.opened.get(kernel.id);
    const seen = opened?.state === 'open' ? opened.details : this.parts.catalogue.seen(kernel.id, null);
    const verdict = seen === null ? judgeSummary(kernel, system) : judgeDetails(seen.value, system);
    this.verdicts.set(kernel, verdict);
    return verdict;
  }

  /** What is known of a kernel's repository; asks for it where nobody has. */
  look(id: string): Opened {
    const known = this.opened.get(id);
    if (known !== undefined) return known;
    const seen = this.parts.catalogue.seen(id, null);
    const opened: Opened = seen === null ? { state: 'loading' } : { state: 'open', details: seen };
    this.opened.set(id, opened);
    void this.ask(id, seen);
    return opened;
  }

  /** Asks again for what could not be had. */
  retry(id: string): void {
    this.opened.delete(id);
    this.change({ id });
  }

  dispose(): void {
    for (const end of this.endings) end();
    this.gone.abort();
    this.listeners.clear();
  }

  private async ask(id: string, seen: Aged<KernelDetails> | null): Promise<void> {
    try {
      const details = await this.parts.catalogue.details(id, null, this.gone.signal);
      this.opened.set(id, { state: 'open', details });
    } catch (error) {
      if (this.gone.signal.aborted) return;
      const problem = error instanceof Error ? error.message : String(error);
      if (seen === null) this.opened.set(id, { state: 'failed', problem });
      else if (error instanceof HubError) this.opened.set(id, { state: 'open', details: { ...seen, problem: error } });
    }
    const kernel = this.kernel(id);
    if (kernel !== null) this.verdicts.delete(kernel);
    this.change({ id });
  }

  private runsHere(kernel: KernelSummary): boolean {
    const { state } = this.verdict(kernel);
    return state === 'works' || state === 'likely';
  }

  private currentIndex(): KernelIndex {
    const { kernels } = this.state;
    const { order } = this.wanted;
    if (this.index?.from !== kernels || this.index.order !== order) {
      this.index = { from: kernels, order, of: new KernelIndex(sortKernels(kernels, order)) };
    }
    return this.index.of;
  }

  private change(change: ListChange): void {
    // A kernel that turns out not to run stays where it is until something else changes: rows do not vanish unasked.
    if (change === 'rows') this.found = null;
    for (const listener of this.listeners) listener(change);
  }
}
