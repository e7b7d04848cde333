// What a device can do, in the words of manifests and of the report.
import type { ReportAdapter } from '../report';
import type { FoundAdapter } from './adapters';
import type { DeviceFacts, SubgroupMatrixConfig } from './program';

/** Dawn's adapter info carries this beside the standard fields where the feature is there. */
interface MatrixInfo {
  readonly subgroupMatrixConfigs?: Iterable<SubgroupMatrixConfig>;
}

/** Every numeric limit by name. Dawn keeps them as getters of the prototype, which spreading would miss. */
export function readLimits(limits: GPUSupportedLimits): Record<string, number> {
  const read: Record<string, number> = {};
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(limits))) {
    const value: unknown = Reflect.get(limits, name);
    if (typeof value === 'number') read[name] = value;
  }
  return read;
}

/** Facts of an opened device; the adapter's info says what the device does not. */
export function deviceFacts(found: FoundAdapter, device: GPUDevice): DeviceFacts {
  const info = found.adapter.info;
  const matrices = (info as MatrixInfo).subgroupMatrixConfigs;
  return {
    features: new Set(device.features),
    wgslLanguageFeatures: new Set(found.gpu.wgslLanguageFeatures),
    limits: readLimits(device.limits),
    adapterInfo: {
      vendor: info.vendor,
      architecture: info.architecture,
      ...(device.features.has('subgroups')
        ? { subgroupMinSize: info.subgroupMinSize, subgroupMaxSize: info.subgroupMaxSize }
        : {}),
      isFallbackAdapter: found.software,
      ...(matrices === undefined ? {} : { subgroupMatrixConfigs: [...matrices].map(matrixConfig) }),
    },
  };
}

/** The adapter as the report shows it. */
export function reportAdapter(found: FoundAdapter, device: GPUDevice): ReportAdapter {
  const { vendor, architecture, device: model, description } = found.adapter.info;
  return {
    name: found.name,
    vendor,
    architecture,
    device: model,
    description,
    backend: found.backend,
    software: found.software,
    features: [...device.features].sort(),
    limits: readLimits(device.limits),
  };
}

function matrixConfig(config: SubgroupMatrixConfig): SubgroupMatrixConfig {
  const { componentType, resultComponentType, M, N, K } = config;
  return { componentType, resultComponentType, M, N, K };
}
