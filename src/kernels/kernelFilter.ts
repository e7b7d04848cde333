// What a person looks for among the kernels, and how what is found is ordered. No vscode in here.
import * as v from 'valibot';
import { KERNEL_GROUPS, PLATFORMS, type KernelGroup, type KernelSummary } from './kernelSummary';

export const KERNEL_ORDERS = ['trending', 'downloads', 'likes', 'updated', 'name'] as const;
export type KernelOrder = (typeof KERNEL_ORDERS)[number];

const KernelFilterSchema = v.object({
  /** Words that all have to be found; empty: everything. */
  text: v.fallback(v.string(), ''),
  /** Any of these; empty: all. */
  platforms: v.fallback(v.array(v.picklist(PLATFORMS)), []),
  worksHere: v.fallback(v.boolean(), false),
  /** Any of these; empty: all. */
  publishers: v.fallback(v.array(v.string()), []),
  benchmarks: v.fallback(v.boolean(), false),
  order: v.fallback(v.picklist(KERNEL_ORDERS), 'trending'),
});
export type KernelFilter = v.InferOutput<typeof KernelFilterSchema>;

export const NO_FILTER: KernelFilter = {
  text: '',
  platforms: [],
  worksHere: false,
  publishers: [],
  benchmarks: false,
  order: 'trending',
};

/** A filter as it was stored; what cannot be read of it counts as not set. */
export function storedFilter(value: unknown): KernelFilter {
  const parsed = v.safeParse(KernelFilterSchema, value);
  return parsed.success ? parsed.output : NO_FILTER;
}

/** Whether it leaves anything out. */
export function isFiltering(filter: KernelFilter): boolean {
  const { text, platforms, worksHere, publishers, benchmarks } = filter;
  return text.trim() !== '' || platforms.length > 0 || worksHere || publishers.length > 0 || benchmarks;
}

/** `org` of `org/name`. */
export function publisherOf(id: string): string {
  return id.slice(0, Math.max(id.indexOf('/'), 0));
}

interface Entry {
  readonly kernel: KernelSummary;
  readonly name: string;
  readonly text: string;
}

/** A list of kernels prepared for being searched: made once for a list, asked at every key. */
export class KernelIndex {
  private readonly entries: readonly Entry[];

  constructor(readonly kernels: readonly KernelSummary[]) {
    this.entries = kernels.map((kernel) => ({
      kernel,
      name: folded(kernel.id.slice(kernel.id.indexOf('/') + 1)),
      text: folded(searchedText(kernel)),
    }));
  }

  /**
   * The kernels that pass, those first whose name begins with what is looked for, then those that have it in their
   * name; else in the order of the list.
   * @param runsHere asked only where the filter wants to know
   */
  find(filter: KernelFilter, runsHere: (kernel: KernelSummary) => boolean): readonly KernelSummary[] {
    const words = folded(filter.text).split(/\s+/).filter(Boolean);
    const begins: KernelSummary[] = [];
    const holds: KernelSummary[] = [];
    const others: KernelSummary[] = [];
    const [first] = words;
    for (const { kernel, name, text } of this.entries) {
      if (!words.every((word) => text.includes(word)) || !passes(kernel, filter)) continue;
      if (filter.worksHere && !runsHere(kernel)) continue;
      if (first === undefined || name.startsWith(first)) begins.push(kernel);
      else if (name.includes(first)) holds.push(kernel);
      else others.push(kernel);
    }
    return begins.concat(holds, others);
  }

  /** Who publishes anything in the list, whoever has most first. */
  publishers(): readonly { readonly name: string; readonly kernels: number }[] {
    const counts = new Map<string, number>();
    for (const { id } of this.kernels) counts.set(publisherOf(id), (counts.get(publisherOf(id)) ?? 0) + 1);
    return [...counts]
      .map(([name, kernels]) => ({ name, kernels }))
      .sort((a, b) => b.kernels - a.kernels || compareText(a.name, b.name));
  }
}

/** The kernels from the most to the least; those of which it is not known come last, by publisher. Never changes its input. */
export function sortKernels(kernels: readonly KernelSummary[], order: KernelOrder): readonly KernelSummary[] {
  const weighed = kernels.map((kernel) => {
    const { id } = kernel;
    const name = order === 'name' ? id.slice(Math.max(id.lastIndexOf('.'), id.indexOf('/')) + 1) : id;
    return { kernel, weight: weightOf(kernel, order), name: name.toLowerCase() };
  });
  weighed.sort((a, b) => b.weight - a.weight || compareText(a.name, b.name) || compareText(a.kernel.id, b.kernel.id));
  return weighed.map(({ kernel }) => kernel);
}

/** The kernels by what they do, in the order in which groups are shown; empty groups are left out. */
export function groupKernels(kernels: readonly KernelSummary[]): ReadonlyMap<KernelGroup, readonly KernelSummary[]> {
  const groups = new Map<KernelGroup, KernelSummary[]>(KERNEL_GROUPS.map((group) => [group, []]));
  for (const kernel of kernels) groups.get(kernel.group)?.push(kernel);
  return new Map([...groups].filter(([, members]) => members.length > 0));
}

/**
 * `next` in an order in which nothing that was shown moves: what `shown` has, as it is there, then the rest as it comes.
 * @param shown ids from top to bottom
 */
export function keepOrder(next: readonly KernelSummary[], shown: readonly string[]): readonly KernelSummary[] {
  const byId = new Map(next.map((kernel) => [kernel.id, kernel]));
  const kept = shown.map((id) => byId.get(id)).filter((kernel) => kernel !== undefined);
  const known = new Set(shown);
  return [...kept, ...next.filter(({ id }) => !known.has(id))];
}

function passes(kernel: KernelSummary, { platforms, publishers, benchmarks }: KernelFilter): boolean {
  if (platforms.length > 0 && !kernel.backends.some(({ platform }) => platforms.includes(platform))) return false;
  if (publishers.length > 0 && !publishers.includes(publisherOf(kernel.id))) return false;
  return !benchmarks || (kernel.benchmarks?.length ?? 0) > 0;
}

function weightOf(kernel: KernelSummary, order: KernelOrder): number {
  switch (order) {
    case 'trending':
      return kernel.trending ?? -1;
    case 'downloads':
      return kernel.downloads ?? -1;
    case 'likes':
      return kernel.likes ?? -1;
    case 'updated': {
      const time = Date.parse(kernel.updatedAt ?? '');
      return Number.isNaN(time) ? -1 : time;
    }
    case 'name':
      return 0;
  }
}

function searchedText({ id, summary, group, backends, functions, layers }: KernelSummary): string {
  const names = [...functions.map(({ name }) => name), ...layers];
  return [id, summary ?? '', group, ...backends.map(({ platform }) => platform), ...names].join(' ').slice(0, 4000);
}

/** Both spellings count: `normalisation` finds `LayerNormalization`. */
function folded(text: string): string {
  return text.toLowerCase().replaceAll('isation', 'ization');
}

/** By code unit: the same on every machine, and faster than a collator. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
