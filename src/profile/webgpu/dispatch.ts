// Workgroups of a pass, from each way a manifest can say them.
import { DISPATCH_FOLD_WIDTH, workgroupLimit } from './deviceScope';
import type { JinjaEngine, Scope } from './expression';
import { atPath, joinPath } from './kernelJson';
import { MANIFEST_FILE } from './manifest';
import type { ManifestDispatch } from './manifestSchema';
import { KernelError, type DeviceFacts } from './program';

export type Workgroups = readonly [number, number, number];

/** Counts beyond one axis go on along y. */
export function foldWorkgroups(count: number): Workgroups {
  return [Math.min(count, DISPATCH_FOLD_WIDTH), Math.ceil(count / DISPATCH_FOLD_WIDTH), 1];
}

/**
 * Evaluates a dispatch. Any axis may be zero, which skips the pass.
 * Throws KernelError when it is no whole number, or more than the device runs along an axis.
 */
export function evaluateDispatch(
  engine: JinjaEngine,
  scope: Scope,
  dispatch: ManifestDispatch,
  device: DeviceFacts,
  path: string,
): Workgroups {
  const limit = workgroupLimit(device);
  const place = joinPath(path, 'dispatch');
  const count = (value: string | number | undefined, key: string): number => {
    const where = joinPath(place, key);
    const result =
      typeof value === 'string' ? atPath(MANIFEST_FILE, where, () => engine.evaluate(value, scope)) : (value ?? 1);
    if (typeof result === 'number' && Number.isSafeInteger(result) && result >= 0) return result;
    throw new KernelError(MANIFEST_FILE, where, `gives ${JSON.stringify(result)}, not a whole number`);
  };
  const groups = (threads: number, size: number): number => {
    if (size > 0) return Math.ceil(threads / size);
    throw new KernelError(MANIFEST_FILE, joinPath(place, 'workgroupSize'), 'it must be above 0');
  };
  let result: Workgroups;
  if ('threads' in dispatch) {
    result = foldWorkgroups(groups(count(dispatch.threads, 'threads'), count(dispatch.workgroupSize, 'workgroupSize')));
  } else if ('workgroups' in dispatch) result = foldWorkgroups(count(dispatch.workgroups, 'workgroups'));
  else if ('gridStride' in dispatch) {
    const wanted = groups(count(dispatch.gridStride, 'gridStride'), count(dispatch.workgroupSize, 'workgroupSize'));
    result = [Math.min(wanted, limit), 1, 1];
  } else result = [count(dispatch.x, 'x'), count(dispatch.y, 'y'), count(dispatch.z, 'z')];
  for (const [axis, workgroups] of result.entries()) {
    if (workgroups <= limit) continue;
    const reason = `impossible dispatch: ${workgroups} workgroups along ${'xyz'[axis]}, the device runs at most ${limit}`;
    throw new KernelError(MANIFEST_FILE, place, reason);
  }
  return result;
}
