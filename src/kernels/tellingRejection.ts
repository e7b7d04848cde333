// Of many rejections, the one that tells most: a row has room for one.
import { majorOf, minorOf, parsePythonVersion, type PythonVersion } from './pythonVersion';
import type { PythonSystem } from './system';
import { VARIANT_CHECKS, type VariantDecision } from './variantResolution';

/** How far a version is from another one: whole releases first. */
function distance(version: PythonVersion, other: PythonVersion | null): number {
  if (other === null) return 0;
  const [majors, minors] = [majorOf(version) - majorOf(other), minorOf(version) - minorOf(other)];
  return Math.abs(Number(majors)) * 1000 + Math.abs(Number(minors));
}

/** What a rejection tells, higher first: how far the build got, whether it is for this backend, how near its torch is. */
function rank(decision: VariantDecision, system: PythonSystem): readonly number[] {
  const { variant, failed } = decision;
  const check = failed === null ? -1 : VARIANT_CHECKS.indexOf(failed);
  if (variant.kind === 'noarch') return [check, 0, 0];
  const torch = system.torch === null ? null : parsePythonVersion(system.torch);
  const near = variant.framework.kind === 'tvm-ffi' ? 0 : -distance(variant.framework.version, torch);
  return [check, variant.backend.name === system.backend.name ? 1 : 0, near];
}

/** The reason of the rejection that tells most; null: nothing was rejected. */
export function tellingRejection(decisions: readonly VariantDecision[], system: PythonSystem): string | null {
  const ranked = decisions
    .filter(({ accepted }) => !accepted)
    .map((decision) => ({ decision, rank: rank(decision, system) }))
    .toSorted((a, b) => {
      const difference = a.rank.findIndex((value, i) => value !== b.rank[i]);
      return difference === -1 ? 0 : (b.rank[difference] ?? 0) - (a.rank[difference] ?? 0);
    });
  return ranked[0]?.decision.reason ?? null;
}
