// The machine of a report of Python code, from what the harness opened and measured.
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { machineFlags } from '../machineWatch';
import type { MachineReading, ReportAdapter, ReportFlag, ReportMachine, ReportReference, TimerKind } from '../report';
import { median } from '../statistics';
import type { HarnessLimits, HarnessOpened, HarnessReading } from './harnessEvents';

const VENDORS: Readonly<Record<string, string>> = { cuda: 'nvidia', rocm: 'amd', xpu: 'intel', mps: 'apple' };
const TIMERS: Readonly<Record<string, TimerKind>> = {
  'cuda-events': 'cuda-events',
  'rocm-events': 'rocm-events',
  'xpu-events': 'xpu-events',
  'mps-events': 'mps-events',
};
/** After the last case a clock below this share of the highest is worth a word. */
const LOW_CLOCK = 0.7;

export interface MachineParts {
  readonly opened: HarnessOpened;
  /** null: not measured. */
  readonly limits: HarnessLimits | null;
  readonly before: HarnessReading | null;
  readonly onBattery: boolean | null;
}

export function pythonMachine({ opened, limits, before, onBattery }: MachineParts): ReportMachine {
  const { device, timer } = opened;
  return {
    os: `${type()} ${release()}`,
    cpu: cpuName(),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    runtime: `Python ${opened.python}`,
    python: {
      python: opened.python,
      torch: opened.torch,
      kernels: opened.kernels,
      triton: opened.triton,
      platform: platformOf(opened),
      capability: device.capability,
    },
    adapter: adapterOf(opened),
    timer: { kind: timerKind(timer.kind), resolutionNs: timer.resolutionNs },
    reference: referenceOf(limits),
    before: readingOf(opened, before, onBattery),
    after: null,
  };
}

/** @param kind as the harness names it; what is no event of the device is the CPU's clock. */
export function timerKind(kind: string): TimerKind {
  return (Object.hasOwn(TIMERS, kind) ? TIMERS[kind] : undefined) ?? 'host';
}

/** A reading is of a GPU by NVIDIA: on another device it says nothing of what was measured. */
export function readingOf(
  opened: HarnessOpened,
  reading: HarnessReading | null,
  onBattery: boolean | null,
): MachineReading {
  const known = opened.device.kind === 'cuda' ? reading : null;
  return {
    gpuClockMhz: known?.gpuClockMhz ?? null,
    throttled: known?.throttled ?? [],
    temperatureC: known?.temperatureC ?? null,
    otherProcesses: wholeOrNull(known?.otherProcesses ?? null),
    driver: known?.driver ?? null,
    onBattery,
  };
}

/** What a reader has to know about the device before any number. */
export function openingFlags({ device, timer }: HarnessOpened): ReportFlag[] {
  if (device.kind === 'cpu') {
    const text = 'Measured on the CPU: the times are those of the CPU and say nothing about a GPU.';
    return [{ id: 'software-adapter', severity: 'warning', text }];
  }
  if (timerKind(timer.kind) !== 'host') return [];
  const text = 'This device has no timer of its own: times are taken on the CPU and include the cost of launching.';
  return [{ id: 'host-timer', severity: 'warning', text }];
}

/** What the readings before and after a run mean for its numbers. */
export function closingFlags(
  before: MachineReading,
  after: MachineReading,
  reading: HarnessReading | null,
): ReportFlag[] {
  const flags = machineFlags(before, after);
  const clock = after.gpuClockMhz;
  const highest = reading?.maxClockMhz ?? null;
  if (clock !== null && highest !== null && clock < LOW_CLOCK * highest && after.throttled.length === 0) {
    const text = `Right after the last case the GPU's clock stood at ${clock} of at most ${highest} MHz: times may be longer than this GPU can do; ratios hold, as contenders were timed in turn.`;
    flags.push({ id: 'low-clock', severity: 'info', text });
  }
  return flags;
}

function adapterOf(opened: HarnessOpened): ReportAdapter {
  const { device } = opened;
  const facts = {
    memoryBytes: device.memoryBytes,
    multiprocessors: device.multiprocessors,
    lastLevelCacheBytes: device.lastLevelCacheBytes,
  };
  const limits = Object.entries(facts).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  const isCpu = device.kind === 'cpu';
  return {
    name: isCpu && device.name === 'CPU' ? cpuName() : device.name,
    vendor: VENDORS[device.kind] ?? '',
    architecture:
      device.kind === 'cuda' && device.capability !== null ? `sm_${device.capability.replace('.', '')}` : '',
    device: device.torchDevice,
    description: [`PyTorch ${opened.torch}`, platformOf(opened)].filter((part) => part !== null).join(', '),
    backend: device.kind,
    software: isCpu,
    features: [],
    limits: Object.fromEntries(limits),
  };
}

export function referenceOf(limits: HarnessLimits | null): ReportReference {
  const copies = limits?.copySamplesNs ?? [];
  const copyNs = copies.length > 0 ? median(copies) : 0;
  const products = Object.entries(limits?.products ?? {}).flatMap(([dtype, { flops, size, samplesNs }]) => {
    const fastest = Math.min(...samplesNs);
    if (!(fastest > 0) || !Number.isFinite(fastest)) return [];
    return [[dtype, { flopsPerSecond: flops / (fastest * 1e-9), size, samplesNs }] as const];
  });
  return {
    copyBytesPerSecond: copyNs > 0 ? (limits?.copyBytes ?? 0) / (copyNs * 1e-9) : null,
    copyBytes: limits?.copyBytes ?? 0,
    copySamplesNs: copies,
    dispatchNs: null,
    products: Object.fromEntries(products),
  };
}

function platformOf({ cuda, hip }: HarnessOpened): string | null {
  if (cuda !== null) return `CUDA ${cuda}`;
  return hip === null ? null : `ROCm ${hip}`;
}

function cpuName(): string {
  const model = cpus()[0]?.model.trim() ?? '';
  return model === '' ? 'unknown' : model;
}

/** In a container the count can come out below zero. */
function wholeOrNull(count: number | null): number | null {
  return count === null ? null : Math.max(0, Math.round(count));
}
