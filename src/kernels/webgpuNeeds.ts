// Whether an adapter has what a WebGPU build asks for.
import type { WebGpuNeeds } from './kernelDetails';
import type { WebGpuSystem } from './system';

/** Limits of which an adapter is better the lower they are. */
function isAlignment(limit: string): boolean {
  return limit.startsWith('min');
}

/** Why an adapter cannot run a variant; null: it has every feature and limit that the variant asks for. */
export function webGpuProblem(needs: WebGpuNeeds, system: WebGpuSystem): string | null {
  const missing = needs.features.find((feature) => !system.features.includes(feature));
  if (missing !== undefined) return `the adapter has no ${missing}`;
  for (const [name, wanted] of Object.entries(needs.limits)) {
    const limit = Object.hasOwn(system.limits, name) ? system.limits[name] : undefined;
    if (limit === undefined) return `the adapter has no limit ${name}`;
    if (isAlignment(name) ? limit > wanted : limit < wanted) {
      return `it needs ${name} of ${wanted}, the adapter has ${limit}`;
    }
  }
  return null;
}
