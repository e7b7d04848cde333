// The rows of the catalogue, put together from what ships, what the Hub lists and what was learnt by looking.
import type { KernelDetails } from '../kernels/kernelDetails';
import type { KernelSummary } from '../kernels/kernelSummary';

export interface RowSources {
  /** What ships with the program. */
  readonly builtIn: ReadonlyMap<string, KernelSummary>;
  /** The Hub's whole list; null: not known, or it named nothing. */
  readonly listed: readonly KernelSummary[] | null;
  /** Rows that a search brought, or a list that broke off. */
  readonly found: ReadonlyMap<string, KernelSummary>;
  readonly details: ReadonlyMap<string, KernelDetails>;
}

/** In the Hub's order, then what else there is. A kernel that the Hub's whole list lacks is not there any more. */
export function catalogueRows({ builtIn, listed, found, details }: RowSources): readonly KernelSummary[] {
  const rows = new Map<string, KernelSummary>();
  for (const row of listed ?? builtIn.values()) rows.set(row.id, row);
  for (const row of found.values()) if (!rows.has(row.id) || listed === null) rows.set(row.id, row);
  const trust = new Map([...details.values()].map(({ id, trusted }) => [publisher(id), trusted]));
  return [...rows.values()].map((row) => {
    const full = withFacts(row, builtIn.get(row.id));
    const seen = details.get(row.id);
    const looked = seen === undefined ? full : withDetails(full, seen);
    return { ...looked, trusted: trust.get(publisher(row.id)) ?? looked.trusted };
  });
}

function publisher(id: string): string {
  return id.slice(0, id.indexOf('/'));
}

/** What the Hub does not say, the snapshot may. */
function withFacts(row: KernelSummary, known: KernelSummary | undefined): KernelSummary {
  if (known === undefined || known === row) return row;
  return {
    ...row,
    language: known.language,
    group: known.group,
    summary: row.summary ?? known.summary,
    backends: row.backends.length > 0 ? row.backends : known.backends,
    torch: row.torch ?? known.torch,
    version: row.version ?? known.version,
    license: row.license ?? known.license,
    functions: row.functions.length > 0 ? row.functions : known.functions,
    layers: row.layers.length > 0 ? row.layers : known.layers,
    benchmarks: row.benchmarks ?? known.benchmarks,
    pythonDepends: row.pythonDepends.length > 0 ? row.pythonDepends : known.pythonDepends,
  };
}

function withDetails(row: KernelSummary, seen: KernelDetails): KernelSummary {
  return {
    ...row,
    version: seen.versions.at(-1)?.version ?? row.version,
    license: seen.license ?? row.license,
    private: seen.private,
    gated: seen.gated,
    functions: seen.functions.length > 0 ? seen.functions : row.functions,
    layers: seen.layers.length > 0 ? seen.layers : row.layers,
    benchmarks: seen.benchmarks,
  };
}
