// Which variants of a kernel take part in a case, and which of them the others are compared with.
import type { TunableValues } from '../tuneSetting';
import type { BenchFile } from './benchFile';
import type { WebGpuKernel } from './kernel';
import type { VariantVerdict } from './program';
import { noVariant } from './selection';

export interface Contender {
  readonly id: string;
  /** Short, for a table: `fused`, `unfused`, else the variant's id. */
  readonly label: string;
  readonly variant: string;
  readonly description: string;
  readonly baseline: boolean;
  /** Values other than the manifest's for its tunables. */
  readonly tunables?: TunableValues;
}

export interface Choice {
  readonly contenders: readonly Contender[];
  readonly rejected: readonly { readonly variant: string; readonly reason: string }[];
}

/**
 * Chooses from variants in rank order. With `wanted` those, the first being the baseline; else the baseline that bench.json
 * names, what selection takes, and the contenders that bench.json names. `wanted` may name a variant or a family, e.g. `fused`.
 */
export function chooseContenders(
  verdicts: readonly VariantVerdict[],
  benches: BenchFile | null,
  wanted: readonly string[],
): Choice {
  const usable = verdicts.filter(({ status }) => status !== 'rejected');
  const rejected = verdicts
    .filter(({ status }) => status === 'rejected')
    .map(({ id, reason }) => ({ variant: id, reason }));
  const named = wanted.length > 0 ? wanted.map((name) => findNamed(usable, name)) : standard(usable, benches);
  const chosen = [...new Set(named.filter((verdict) => verdict !== undefined))];
  return { contenders: labelled(chosen), rejected };
}

/** Why none of these variants can take a case of `dtypes` on a device with `features`. */
export function whyNobody(
  kernel: WebGpuKernel,
  verdicts: readonly VariantVerdict[],
  dtypes: readonly string[],
  features: ReadonlySet<string>,
): string {
  if (dtypes.includes('float16') && !features.has('shader-f16')) {
    return 'this adapter has no half precision (shader-f16), and no variant does without it for these shapes';
  }
  return noVariant(kernel, verdicts);
}

/** Whether `name` is a variant's id or its family. */
export function isNamed(verdict: Pick<VariantVerdict, 'id'>, name: string): boolean {
  return verdict.id === name || family(verdict.id) === name;
}

function findNamed(usable: readonly VariantVerdict[], name: string): VariantVerdict | undefined {
  return usable.find(({ id }) => id === name) ?? usable.find((verdict) => isNamed(verdict, name));
}

function standard(usable: readonly VariantVerdict[], benches: BenchFile | null): (VariantVerdict | undefined)[] {
  const byId = (id: string): VariantVerdict | undefined => usable.find((verdict) => verdict.id === id);
  const baseline = benches?.baseline ?? null;
  const first = (baseline === null ? undefined : byId(baseline)) ?? usable.at(-1);
  return [first, usable[0], ...(benches?.contenders ?? []).map(byId)];
}

function labelled(chosen: readonly VariantVerdict[]): Contender[] {
  const families = chosen.map(({ id }) => family(id));
  return chosen.map(({ id, description }, index) => {
    const own = families[index] ?? id;
    const unique = families.filter((other) => other === own).length === 1;
    const label = unique && (own === 'fused' || own === 'unfused') ? own : id;
    return { id, label, variant: id, description, baseline: index === 0 };
  });
}

function family(id: string): string {
  return id.split(/[_\-.]/)[0] ?? id;
}
