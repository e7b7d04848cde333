// The catalogue as it is now: at once from what ships and what was seen, then as the Hub answers.
import type { KernelDetails } from '../kernels/kernelDetails';
import type { KernelSummary } from '../kernels/kernelSummary';
import { catalogueRows } from './catalogueRows';
import type { Aged, Catalogue, CatalogueState } from './catalogueTypes';
import type { AnswerCache, CachedAnswer } from './diskCache';
import { HubError } from './hubError';
import type { Hub, HubPage, HubQuery } from './hubTypes';
import { keptDetails, keptRows } from './keptKernels';
import { inspectKernel } from './kernelInspection';
import { SharedWork } from './sharedWork';

export interface CatalogueParts {
  readonly hub: Hub;
  readonly builtIn: readonly KernelSummary[];
  /** ISO 8601: when the snapshot was made. */
  readonly builtInAt: string;
  readonly cache: AnswerCache;
  /** Which of these builds would be taken on this machine, so that its metadata is read; null: none. */
  readonly takenHere?: ((variants: readonly string[]) => string | null) | undefined;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/** A catalogue that can be told that the Hub keeps it waiting: `createHub(settings, { fetch, onWait: catalogue.waits })`. */
export interface LiveCatalogue extends Catalogue {
  /** @param ms how long from now. @param why as a sentence for people. */
  readonly waits: (ms: number, why: string) => void;
}

/** Details younger than this are not asked for again, milliseconds. */
const FRESH = 5 * 60_000;
const LIST = 'list';
const EVERYTHING: HubQuery = { search: '', author: null, sort: 'trendingScore' };
/** The Hub gave no answer; what it said before may do. */
const SILENT: ReadonlySet<HubError['kind']> = new Set([
  'offline',
  'unreachable',
  'rate-limited',
  'server',
  'bad-answer',
]);

export function createCatalogue(parts: CatalogueParts): LiveCatalogue {
  return new HubCatalogue(parts);
}

class HubCatalogue implements LiveCatalogue {
  state: CatalogueState;
  private readonly listeners = new Set<() => void>();
  private readonly builtIn: ReadonlyMap<string, KernelSummary>;
  private listed: readonly KernelSummary[] | null = null;
  private readonly found = new Map<string, KernelSummary>();
  private readonly looked = new Map<string, KernelDetails>();
  /** Answers of the cache that were read already. */
  private readonly read = new WeakMap<CachedAnswer, KernelDetails | { readonly broken: true }>();
  private readonly refreshing = new SharedWork<void>();
  private readonly inspecting = new SharedWork<Aged<KernelDetails>>();
  private busy = 0;

  constructor(private readonly parts: CatalogueParts) {
    this.builtIn = new Map(parts.builtIn.map((row) => [row.id, row]));
    const cached = parts.cache.read(LIST);
    const kept = cached === null ? null : keptRows(cached.value);
    if (kept !== null && kept.kernels.length > 0) this.listed = kept.kernels;
    this.state = {
      kernels: this.rows(),
      source: this.listed === null ? 'built in' : 'cached',
      at: this.listed === null || cached === null ? parts.builtInAt : cached.at,
      loading: false,
      problem: null,
      waiting: null,
      dropped: kept?.dropped ?? 0,
    };
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  readonly waits = (ms: number, why: string): void => {
    this.change({ waiting: { until: new Date(this.now() + ms).toISOString(), why } });
  };

  async refresh(signal: AbortSignal): Promise<void> {
    try {
      await this.refreshing.join(LIST, (shared) => this.working(() => this.reload(shared)), signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async search(query: HubQuery, signal: AbortSignal): Promise<readonly KernelSummary[]> {
    return this.working(async () => {
      // The first page has the best of it.
      let page: HubPage = { kernels: [], dropped: 0 };
      for await (page of this.parts.hub.list(query, signal)) break;
      for (const row of page.kernels) this.found.set(row.id, row);
      const kernels = this.rows();
      this.change({ kernels });
      const ids = new Set(page.kernels.map(({ id }) => id));
      return kernels.filter(({ id }) => ids.has(id));
    });
  }

  seen(id: string, version: number | null): Aged<KernelDetails> | null {
    const cached = this.parts.cache.read(detailsKey(id, version));
    if (cached === null) return null;
    let value = this.read.get(cached);
    if (value === undefined) {
      value = keptDetails(cached.value) ?? { broken: true };
      this.read.set(cached, value);
    }
    return 'broken' in value || value.id !== id ? null : { value, at: cached.at, problem: null };
  }

  async details(id: string, version: number | null, signal: AbortSignal): Promise<Aged<KernelDetails>> {
    const before = this.seen(id, version);
    if (before !== null && this.isFresh(before)) return before;
    const look = (shared: AbortSignal): Promise<Aged<KernelDetails>> =>
      this.working(() => this.inspect(id, version, shared));
    try {
      return await this.inspecting.join(detailsKey(id, version), look, signal);
    } catch (error) {
      if (signal.aborted) throw new HubError('cancelled', 'The question to the Hub was called off.');
      if (before === null || !(error instanceof HubError) || !SILENT.has(error.kind)) throw error;
      return { ...before, problem: error };
    }
  }

  private async reload(signal: AbortSignal): Promise<void> {
    this.change({ loading: true, problem: null });
    const kernels: KernelSummary[] = [];
    let dropped = 0;
    try {
      for await (const page of this.parts.hub.list(EVERYTHING, signal)) {
        kernels.push(...page.kernels);
        dropped += page.dropped;
      }
    } catch (error) {
      // What came before it broke off is still good.
      for (const row of kernels) this.found.set(row.id, row);
      const cancelled = signal.aborted || !(error instanceof HubError);
      this.change({ kernels: this.rows(), loading: false, problem: cancelled ? null : error });
      if (!signal.aborted && !(error instanceof HubError)) throw error;
      return;
    }
    const at = new Date(this.now()).toISOString();
    if (kernels.length > 0) {
      this.listed = kernels;
      this.parts.cache.write(LIST, { value: { kernels, dropped }, at });
    }
    this.change({ kernels: this.rows(), source: 'live', at, loading: false, problem: null, dropped });
  }

  private async inspect(id: string, version: number | null, signal: AbortSignal): Promise<Aged<KernelDetails>> {
    const before = this.seen(id, version)?.value ?? null;
    const takenHere = this.takenHere;
    const known = this.state.kernels.find((row) => row.id === id) ?? null;
    const value = await inspectKernel({ hub: this.parts.hub, takenHere, known, before }, id, version, signal);
    const at = new Date(this.now()).toISOString();
    const keys = new Set([version, value.version?.version ?? null]);
    if (value.version !== null && value.version === value.versions.at(-1)) keys.add(null);
    for (const key of keys) this.parts.cache.write(detailsKey(id, key), { value, at });
    if (keys.has(null)) this.looked.set(id, value);
    this.change({ kernels: this.rows() });
    return { value, at, problem: null };
  }

  private get takenHere(): (variants: readonly string[]) => string | null {
    return this.parts.takenHere ?? (() => null);
  }

  private isFresh({ value, at }: Aged<KernelDetails>): boolean {
    const age = this.now() - Date.parse(at);
    const taken = this.takenHere(value.variants);
    return age >= 0 && age < FRESH && (taken === null || Object.hasOwn(value.metadata, taken));
  }

  /** Once nothing is under way any more, nothing waits. */
  private async working<T>(work: () => Promise<T>): Promise<T> {
    this.busy += 1;
    try {
      return await work();
    } finally {
      this.busy -= 1;
      if (this.busy === 0 && this.state.waiting !== null) this.change({ waiting: null });
    }
  }

  private rows(): readonly KernelSummary[] {
    const { builtIn, listed, found, looked } = this;
    return catalogueRows({ builtIn, listed, found, details: looked });
  }

  private now(): number {
    return this.parts.now?.() ?? Date.now();
  }

  private change(changes: Partial<CatalogueState>): void {
    this.state = { ...this.state, ...changes };
    for (const listener of [...this.listeners]) listener();
  }
}

function detailsKey(id: string, version: number | null): string {
  return `details ${id} ${version ?? 'newest'}`;
}
