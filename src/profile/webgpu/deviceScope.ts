// What a manifest may ask of a device, in the shape that expressions read.
import type { DeviceFacts } from './program';

/** Workgroups along x before a folded dispatch takes a second row, and the most that any axis is ever given. */
export const DISPATCH_FOLD_WIDTH = 65535;

/** The device's limit on workgroups along an axis, never above the fold width. */
export function workgroupLimit(device: DeviceFacts): number {
  return Math.min(device.limits['maxComputeWorkgroupsPerDimension'] ?? DISPATCH_FOLD_WIDTH, DISPATCH_FOLD_WIDTH);
}

/** The `device` of expressions and templates. */
export function deviceScope(device: DeviceFacts): Readonly<Record<string, unknown>> {
  return {
    features: { has: (name: unknown) => typeof name === 'string' && device.features.has(name) },
    wgslLanguageFeatures: {
      has: (name: unknown) => typeof name === 'string' && device.wgslLanguageFeatures.has(name),
    },
    limits: { ...device.limits, maxComputeWorkgroupsPerDimension: workgroupLimit(device) },
    adapterInfo: { ...device.adapterInfo },
  };
}
