// A kernel with other values for its tunables. Selection, expressions and templates see them as the manifest's own.
import type { TunableValues } from '../tuneSetting';
import type { WebGpuKernel } from './kernel';
import type { CallSpec, DeviceFacts, Program } from './program';
import { buildProgram } from './programBuilder';

type Tunables = WebGpuKernel['manifest']['tunables'];

/** The kernel with `values` as the defaults of the tunables that have these names, the manifest's and the variants'. */
export function withTunables(kernel: WebGpuKernel, values: TunableValues): WebGpuKernel {
  if (Object.keys(values).length === 0) return kernel;
  const { manifest } = kernel;
  const changed = (tunables: Tunables): Tunables =>
    Object.fromEntries(
      Object.entries(tunables).map(([name, entry]) => {
        const value = Object.hasOwn(values, name) ? values[name] : undefined;
        return [name, value === undefined ? entry : { ...entry, default: value }];
      }),
    );
  const variants = manifest.variants.map((located) => {
    const { tunables } = located.variant;
    return tunables === undefined
      ? located
      : { ...located, variant: { ...located.variant, tunables: changed(tunables) } };
  });
  return { ...kernel, manifest: { ...manifest, tunables: changed(manifest.tunables), variants } };
}

/** Builds a variant with its own values for tunables. Throws what `buildProgram` throws. */
export function buildTuned(
  kernel: WebGpuKernel,
  { variant, tunables = {} }: { readonly variant: string; readonly tunables?: TunableValues },
  call: CallSpec,
  device: DeviceFacts,
): Program {
  return buildProgram(withTunables(kernel, tunables), variant, call, device);
}
