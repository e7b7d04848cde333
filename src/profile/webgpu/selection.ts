// Which variant runs: the checks in the order of the format, then priority.
import { resolveCall, type ResolvedCall } from './callScope';
import type { WebGpuKernel } from './kernel';
import { MANIFEST_FILE } from './manifest';
import { listPasses } from './manifestPasses';
import type { ManifestRequires } from './manifestSchema';
import { passBindings } from './passBindings';
import { KernelError, type CallSpec, type DeviceFacts, type VariantVerdict } from './program';
import type { LocatedVariant } from './variants';

/** Variants that a device was already seen not to compile, with the reason. */
export type CompileFailures = ReadonlyMap<string, string>;

const NO_FAILURES: CompileFailures = new Map();

function missingRequirement(requires: ManifestRequires, device: DeviceFacts): string | undefined {
  const feature = (requires.features ?? []).find((name) => !device.features.has(name));
  if (feature !== undefined) return `the device has no ${feature}`;
  for (const [name, least] of Object.entries(requires.limits ?? {})) {
    const limit = Object.hasOwn(device.limits, name) ? device.limits[name] : undefined;
    if (limit === undefined) return `the device has no limit ${name}`;
    if (limit < least) return `it needs ${name} of ${least}, the device has ${limit}`;
  }
  const { subgroupMinSize, subgroupMatrixConfigs = [] } = device.adapterInfo;
  if (requires.subgroupMinSize !== undefined && (subgroupMinSize ?? 0) < requires.subgroupMinSize) {
    const size = subgroupMinSize === undefined ? 'no subgroups' : `subgroups of ${subgroupMinSize} upwards`;
    return `it needs subgroups of at least ${requires.subgroupMinSize}, the device has ${size}`;
  }
  for (const wanted of requires.subgroupMatrixConfigs ?? []) {
    const found = subgroupMatrixConfigs.some(
      (config) =>
        (wanted.componentType ?? config.componentType) === config.componentType &&
        (wanted.resultComponentType ?? config.resultComponentType) === config.resultComponentType &&
        (wanted.M ?? config.M) === config.M &&
        (wanted.N ?? config.N) === config.N &&
        (wanted.K ?? config.K) === config.K,
    );
    if (!found) return `the device has no subgroup matrix ${JSON.stringify(wanted)}`;
  }
  return undefined;
}

function tooManyBuffers(
  kernel: WebGpuKernel,
  { variant, path }: LocatedVariant,
  resolved: ResolvedCall,
  device: DeviceFacts,
): string | undefined {
  for (const { pass, path: place } of listPasses(variant.passes, path)) {
    const bound = passBindings(kernel.manifest, variant, pass, place).filter(
      ({ target }) => target.kind !== 'port' || resolved.tensors.has(target.id),
    );
    const uniform = bound.filter(({ access }) => access === 'uniform').length;
    for (const [count, limit] of [
      [bound.length - uniform, 'maxStorageBuffersPerShaderStage'],
      [uniform, 'maxUniformBuffersPerShaderStage'],
    ] as const) {
      const most = device.limits[limit];
      if (most !== undefined && count > most) return `pass ${pass.id} binds ${count} buffers, ${limit} is ${most}`;
    }
  }
  return undefined;
}

function failedCondition(kernel: WebGpuKernel, variant: LocatedVariant, resolved: ResolvedCall): string | undefined {
  for (const expression of [...kernel.manifest.when, ...(variant.variant.when ?? [])]) {
    try {
      const value = kernel.engine.evaluate(expression, resolved.scope);
      if (value === false) return `${expression} does not hold`;
      if (value !== true) return `${expression} gives ${JSON.stringify(value)}, not true`;
    } catch (error) {
      return `${expression} fails: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return undefined;
}

/** A condition of `demoteWhen` that holds, or that cannot be told. */
function demotion(
  kernel: WebGpuKernel,
  variant: LocatedVariant,
  resolved: ResolvedCall,
): Pick<VariantVerdict, 'status' | 'reason'> {
  for (const expression of variant.variant.demoteWhen ?? []) {
    try {
      if (kernel.engine.evaluate(expression, resolved.scope) === true) return { status: 'demoted', reason: expression };
    } catch (error) {
      const reason = `demoteWhen ${expression} fails: ${error instanceof Error ? error.message : String(error)}`;
      return { status: 'rejected', reason };
    }
  }
  return { status: 'eligible', reason: '' };
}

/** Variants by priority, highest first, then in the order of the manifest. */
function byPriority(variants: readonly LocatedVariant[]): LocatedVariant[] {
  return variants.toSorted((a, b) => (b.variant.priority ?? 0) - (a.variant.priority ?? 0));
}

/** Judges every variant for a call that is already resolved. See `rankVariants`. */
export function judgeVariants(
  kernel: WebGpuKernel,
  resolved: ResolvedCall,
  device: DeviceFacts,
  failures: CompileFailures = NO_FAILURES,
): VariantVerdict[] {
  const verdicts: VariantVerdict[] = [];
  for (const located of byPriority(kernel.manifest.variants)) {
    const { variant } = located;
    const superseding = (variant.supersededBy ?? []).find((id) =>
      verdicts.some((verdict) => verdict.id === id && verdict.status !== 'rejected'),
    );
    const failure = failures.get(variant.id);
    const rejected =
      missingRequirement(kernel.manifest.requires, device) ??
      missingRequirement(variant.requires ?? {}, device) ??
      tooManyBuffers(kernel, located, resolved, device) ??
      failedCondition(kernel, located, resolved) ??
      (superseding === undefined ? undefined : `superseded by ${superseding}`) ??
      (failure === undefined ? undefined : `it did not compile: ${failure}`);
    const standing =
      rejected === undefined ? demotion(kernel, located, resolved) : { status: 'rejected' as const, reason: rejected };
    verdicts.push({ id: variant.id, description: variant.description ?? '', ...standing });
  }
  const order: readonly VariantVerdict['status'][] = ['eligible', 'demoted', 'rejected'];
  return verdicts.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
}

/**
 * Every variant of a kernel for one call on one device, in the order that selection takes them: eligible ones by
 * priority, then demoted ones, then rejected ones with the reason.
 * Throws KernelError when the call itself is none of this operator's.
 */
export function rankVariants(
  kernel: WebGpuKernel,
  call: CallSpec,
  device: DeviceFacts,
  failures: CompileFailures = NO_FAILURES,
): VariantVerdict[] {
  return judgeVariants(kernel, resolveCall(kernel.manifest, kernel.engine, call, device), device, failures);
}

/** The variant that runs. Throws KernelError, naming every variant's reason, when there is none. */
export function selectVariant(
  kernel: WebGpuKernel,
  call: CallSpec,
  device: DeviceFacts,
  failures: CompileFailures = NO_FAILURES,
): string {
  const verdicts = rankVariants(kernel, call, device, failures);
  const [first] = verdicts;
  if (first !== undefined && first.status !== 'rejected') return first.id;
  const reasons = verdicts.map(({ id, reason }) => `${id}: ${reason}`).join('; ');
  throw new KernelError(
    MANIFEST_FILE,
    '',
    `No supported WebGPU variant for ${kernel.manifest.domain}.${kernel.manifest.name}; rejected ${reasons}`,
  );
}
