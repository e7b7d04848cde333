// The workloads that the harness has built in, and which of them a kernel can be asked for.
import * as v from 'valibot';
import type { KernelSummary } from '../kernels/kernelSummary';
import type { ShapeSizes } from '../profile/python/pythonOptions';
import stored from '../profile/python/workloads.json';

const WorkloadsSchema = v.array(
  v.object({
    id: v.string(),
    label: v.string(),
    /** Names of a kernel that it can be asked by: `silu_and_mul`, `layers.SiluAndMul`. */
    functions: v.array(v.string()),
    /** Of its first shape. */
    sizes: v.record(v.string(), v.union([v.pipe(v.number(), v.integer()), v.boolean(), v.string()])),
    dtypes: v.array(v.string()),
    backward: v.boolean(),
  }),
);

export type KnownWorkload = v.InferOutput<typeof WorkloadsSchema>[number];

export function knownWorkloads(): readonly KnownWorkload[] {
  return v.parse(WorkloadsSchema, stored);
}

/** The names that a kernel's functions and layers have in `KnownWorkload.functions`; null: they are not known. */
export function callableNames(kernel: Pick<KernelSummary, 'functions' | 'layers'> | null): readonly string[] | null {
  if (kernel === null || kernel.functions.length + kernel.layers.length === 0) return null;
  return [...kernel.functions.map(({ name }) => name), ...kernel.layers.map((name) => `layers.${name}`)];
}

/** The workloads that at least one of the kernels has a name for; all of them where the names of one are not known. */
export function workloadsFor(
  known: readonly KnownWorkload[],
  kernels: readonly (readonly string[] | null)[],
): readonly KnownWorkload[] {
  const names = new Set<string>();
  for (const kernel of kernels) {
    if (kernel === null) return known;
    for (const name of kernel) names.add(name);
  }
  return known.filter(({ functions }) => functions.some((name) => names.has(name)));
}

/** What a workload's shape looks like when it is typed; empty: it has none. */
export function exampleSizes({ sizes }: KnownWorkload): ShapeSizes {
  return Object.fromEntries(Object.entries(sizes).filter(([name]) => name !== 'name' && name !== 'model'));
}
