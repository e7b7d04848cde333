// What goes on around a measurement: clocks, throttling, battery, other users of the GPU. Read before and after a run.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { MachineReading, ReportFlag } from './report';

const UNKNOWN: MachineReading = {
  gpuClockMhz: null,
  throttled: [],
  temperatureC: null,
  otherProcesses: null,
  driver: null,
  onBattery: null,
};

/** Reasons that mean the GPU ran slower than it could; idling and a set application clock do not. */
const THROTTLE_FIELDS = {
  'clocks_event_reasons.hw_slowdown': 'hardware slowdown',
  'clocks_event_reasons.hw_thermal_slowdown': 'hardware thermal limit',
  'clocks_event_reasons.sw_thermal_slowdown': 'thermal limit',
  'clocks_event_reasons.sw_power_cap': 'power limit',
  'clocks_event_reasons.hw_power_brake_slowdown': 'power brake',
} as const;
const FIELDS = ['clocks.sm', 'temperature.gpu', 'driver_version', ...Object.keys(THROTTLE_FIELDS)];

/** Reads the machine in at most two seconds; what cannot be read is null, never an error. `ownPids` are not counted as others. */
export async function readMachine(ownPids: readonly number[]): Promise<MachineReading> {
  const [gpu, onBattery] = await Promise.all([readNvidia(ownPids), readBattery('/sys/class/power_supply')]);
  return { ...UNKNOWN, ...gpu, onBattery };
}

async function readNvidia(ownPids: readonly number[]): Promise<Partial<MachineReading>> {
  const run = promisify(execFile);
  const options = { timeout: 2000, windowsHide: true };
  try {
    const state = await run(
      'nvidia-smi',
      [`--query-gpu=${FIELDS.join(',')}`, '--format=csv,noheader,nounits'],
      options,
    );
    const users = await run('nvidia-smi', ['--query-compute-apps=pid', '--format=csv,noheader'], options);
    return parseNvidia(state.stdout, users.stdout, ownPids);
  } catch {
    // No NVIDIA driver, or one too old to know these fields: nothing is known, which is no fault.
    return {};
  }
}

/** Parses nvidia-smi's answers for the first GPU. Unknown values (`[N/A]`) become null. */
export function parseNvidia(state: string, users: string, ownPids: readonly number[]): Partial<MachineReading> {
  const line = state.split('\n')[0]?.trim() ?? '';
  if (line === '') return {};
  const values = line.split(',').map((value) => value.trim());
  const number = (index: number) => {
    const value = Number.parseFloat(values[index] ?? '');
    return Number.isFinite(value) ? value : null;
  };
  const others = users
    .split('\n')
    .map((text) => Number.parseInt(text, 10))
    .filter((pid) => Number.isInteger(pid) && !ownPids.includes(pid));
  return {
    gpuClockMhz: number(0),
    temperatureC: number(1),
    driver: values[2] ?? null,
    throttled: Object.values(THROTTLE_FIELDS).filter((_, index) => values[index + 3] === 'Active'),
    otherProcesses: others.length,
  };
}

/** True when no mains supply is online and a battery is there (Linux); null where there is neither. */
export async function readBattery(folder: string): Promise<boolean | null> {
  try {
    let mains = false;
    let battery = false;
    for (const name of await readdir(folder)) {
      const type = (await readFile(path.join(folder, name, 'type'), 'utf8')).trim();
      if (type === 'Battery') battery = true;
      if (type === 'Mains' && (await readFile(path.join(folder, name, 'online'), 'utf8')).trim() === '1') mains = true;
    }
    return battery ? !mains : null;
  } catch {
    return null;
  }
}

/** What two readings mean for the numbers taken between them. */
export function machineFlags(before: MachineReading, after: MachineReading): ReportFlag[] {
  const flags: ReportFlag[] = [];
  const throttled = [...new Set([...before.throttled, ...after.throttled])];
  if (throttled.length > 0) {
    flags.push({
      id: 'throttled',
      severity: 'warning',
      text: `The GPU's clock was held down (${throttled.join(', ')}): times are longer than this GPU can do; ratios hold, as contenders were timed in turn.`,
    });
  }
  const others = Math.max(before.otherProcesses ?? 0, after.otherProcesses ?? 0);
  if (others > 0) {
    flags.push({
      id: 'shared-gpu',
      severity: 'warning',
      text: `${String(others)} other ${others === 1 ? 'process was' : 'processes were'} using the GPU: close ${others === 1 ? 'it' : 'them'} and run again for steadier times.`,
    });
  }
  if (before.onBattery === true || after.onBattery === true) {
    flags.push({
      id: 'on-battery',
      severity: 'warning',
      text: 'The machine ran on battery, where clocks are often held down: plug it in and run again.',
    });
  }
  return flags;
}
