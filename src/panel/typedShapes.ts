import type { ShapeSizes } from '../profile/python/pythonOptions';
import { parseShapes, ShapeTextError } from '../profile/python/shapeText';
import type { KnownWorkload } from './knownWorkloads';

/**
 * Shapes as they were typed. `problem`: what is wrong with them, for the person who typed; null: nothing.
 * @param workloads those that the shapes are for; empty: not known, and any size may be named
 */
export function readShapes(
  text: string,
  workloads: readonly KnownWorkload[],
): { readonly shapes: readonly ShapeSizes[]; readonly problem: string | null } {
  const known = [...new Set(workloads.flatMap(({ sizes }) => Object.keys(sizes)))];
  try {
    return { shapes: parseShapes(text, known.length === 0 ? null : known), problem: null };
  } catch (error) {
    if (!(error instanceof ShapeTextError)) throw error;
    return { shapes: [], problem: error.message };
  }
}
