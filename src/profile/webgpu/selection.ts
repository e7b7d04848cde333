// Which variant runs: the checks in the order of the format, then priority.
import { resolveCall, type ResolvedCall } from './callScope';
import type { WebGpuKernel } from './kernel';
import { listPasses } from './manifestPasses';
import type { ManifestRequires } from './manifestSchema';
import { passBindings } from './passBindings';
import type { CallSpec, DeviceFacts, VariantVerdict } from './program';
import { missingAbility } from './requirements';
import type { LocatedVariant } from './variants';

/** Files are fetched for the adapter that was there then; another one may have more. */
const NOT_FETCHED = 'its templates were not fetched for this adapter: profile the kernel from the Hub again';

/** Variants that a device was already seen not to compile, with the reason. */
export type CompileFailures = ReadonlyMap<string, string>;

function missingRequirement(requires: ManifestRequires, device: DeviceFacts): string | undefined {
  const ability = missingAbility(requires, device);
  if (ability !== undefined) return ability;
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

/** Demoted by a condition of `demoteWhen` that holds. */
function demotion(
  kernel: WebGpuKernel,
  variant: LocatedVariant,
  resolved: ResolvedCall,
): Pick<VariantVerdict, 'status' | 'reason'> {
  for (const expression of variant.variant.demoteWhen ?? []) {
    try {
      if (kernel.engine.evaluate(expression, resolved.scope) === true) return { status: 'demoted', reason: expression };
    } catch {
      // What cannot be told does not demote.
    }
  }
  return { status: 'eligible', reason: '' };
}

/** Variants by priority, highest first, then in the order of the manifest. */
function byPriority(variants: readonly LocatedVariant[]): LocatedVariant[] {
  return variants.toSorted((a, b) => (b.variant.priority ?? 0) - (a.variant.priority ?? 0));
}

/** Judges the variants of one call, each once. */
export class VariantJudge {
  private readonly verdicts = new Map<string, VariantVerdict>();

  constructor(
    private readonly kernel: WebGpuKernel,
    private readonly resolved: ResolvedCall,
    private readonly device: DeviceFacts,
    private readonly failures: CompileFailures = new Map(),
  ) {}

  judge(located: LocatedVariant): VariantVerdict {
    const { id, description = '' } = located.variant;
    const known = this.verdicts.get(id);
    if (known !== undefined) return known;
    const reason = this.rejection(located);
    const standing =
      reason === undefined ? demotion(this.kernel, located, this.resolved) : { status: 'rejected' as const, reason };
    const verdict = { id, description, ...standing };
    this.verdicts.set(id, verdict);
    return verdict;
  }

  private rejection(located: LocatedVariant): string | undefined {
    const { kernel, resolved, device } = this;
    const { variant } = located;
    const failure = this.failures.get(variant.id);
    return (
      missingRequirement(kernel.manifest.requires, device) ??
      missingRequirement(variant.requires ?? {}, device) ??
      (kernel.unfetched.has(variant.id) ? NOT_FETCHED : undefined) ??
      tooManyBuffers(kernel, located, resolved, device) ??
      failedCondition(kernel, located, resolved) ??
      this.superseding(variant.supersededBy ?? []) ??
      (failure === undefined ? undefined : `it did not compile: ${failure}`)
    );
  }

  private superseding(ids: readonly string[]): string | undefined {
    const able = this.kernel.manifest.variants.find(
      (other) => ids.includes(other.variant.id) && this.judge(other).status !== 'rejected',
    );
    return able === undefined ? undefined : `superseded by ${able.variant.id}`;
  }
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
  failures?: CompileFailures,
): VariantVerdict[] {
  const resolved = resolveCall(kernel.manifest, kernel.engine, call, device);
  const judge = new VariantJudge(kernel, resolved, device, failures);
  const verdicts = byPriority(kernel.manifest.variants).map((located) => judge.judge(located));
  const order: readonly VariantVerdict['status'][] = ['eligible', 'demoted', 'rejected'];
  return verdicts.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
}

/** What is said where no variant can take a call: every one with its reason. */
export function noVariant(kernel: WebGpuKernel, verdicts: readonly VariantVerdict[]): string {
  const reasons = verdicts.map(({ id, reason }) => `${id}: ${reason}`).join('; ');
  return `No supported WebGPU variant for ${kernel.manifest.domain}.${kernel.manifest.name}; rejected ${reasons}`;
}
