// This machine, looked at when somebody asks, and kept: the Python that is meant, and the adapters of WebGPU.
import { DEPENDENCY_MODULES } from '../kernels/kernelRequirements';
import type { System, WebGpuSystem } from '../kernels/system';
import { chooseAdapter, missingAdapterText } from '../profile/webgpu/adapters';
import type { CommandPlace } from './installCommand';
import type { Machine, MachineState, PythonEnvironment, PythonFacts } from './machineTypes';
import { missingParts, missingPython } from './missingParts';
import { ProbeCache } from './probeCache';
import type { ProbeFacts } from './probeAnswer';
import { probePython, type ProbeResult } from './pythonProbe';
import { pythonSystem } from './pythonSystem';

/** An adapter as WebGPU lists it. */
export interface ListedAdapter extends WebGpuSystem {
  /** Left out: not said. */
  readonly driver?: string | null;
}

export interface MachineOptions {
  /** The interpreter that is meant, or why there is none. Must not throw unless the signal aborts. */
  findPython(signal: AbortSignal): Promise<PythonEnvironment | { readonly missing: string }>;
  /** As `listAdapters` of src/profile/profile.ts gives them; throws where there is none, with what to do. */
  listAdapters(signal: AbortSignal): Promise<readonly ListedAdapter[]>;
  /** Which adapter profiles run on: `auto`, `software`, or a part of a name. */
  adapter(): string;
  /** media/python/probe.py. */
  readonly probePath: string;
  /** A folder of ours; made when missing. */
  readonly cacheFolder: string;
  /** Where interpreters are started and commands are pasted. */
  workingFolder(): string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  /** Import names that kernels may depend on, beside those that the installed library knows. */
  readonly modules?: readonly string[];
}

/** What kernels of the Hub depend on, for environments without the library, which has the list. */
const KNOWN_MODULES: readonly string[] = [...DEPENDENCY_MODULES, 'triton'];
const NOT_LOOKED = 'This machine has not been looked at yet.';

/** Nothing is looked at before the first `refresh`. */
export function createMachine(options: MachineOptions): Machine {
  return new LookedAtMachine(options);
}

type PythonPart = Pick<MachineState, 'python' | 'missing'> & { readonly system: System['python'] };
type WebGpuPart = Pick<MachineState, 'adapters'> & { readonly system: System['webgpu'] };

class LookedAtMachine implements Machine {
  state: MachineState = {
    system: { python: { missing: NOT_LOOKED }, webgpu: { missing: NOT_LOOKED } },
    python: null,
    missing: [],
    adapters: [],
    loading: false,
  };
  private readonly listeners = new Set<() => void>();
  private readonly cache: ProbeCache;
  private last: Promise<void> = Promise.resolve();
  private waiting = 0;
  /** As they were listed; null: not listed yet, or that failed. */
  private adapters: readonly ListedAdapter[] | null = null;

  constructor(private readonly options: MachineOptions) {
    this.cache = new ProbeCache(options.cacheFolder);
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** One after the other: what has changed since the one before began is seen by this one. */
  refresh({ force }: { readonly force: boolean }, signal: AbortSignal): Promise<void> {
    this.waiting += 1;
    this.last = this.last.catch(() => undefined).then(() => this.look(force, signal));
    return this.last;
  }

  private get platform(): NodeJS.Platform {
    return this.options.platform ?? process.platform;
  }

  private async look(force: boolean, signal: AbortSignal): Promise<void> {
    try {
      if (signal.aborted) return;
      this.change({ loading: true });
      await Promise.all([
        this.lookAtPython(force, signal).then(({ system, ...rest }) => {
          if (!signal.aborted) this.change({ ...rest, system: { ...this.state.system, python: system } });
        }),
        this.lookAtAdapters(force, signal).then(({ system, ...rest }) => {
          if (!signal.aborted) this.change({ ...rest, system: { ...this.state.system, webgpu: system } });
        }),
      ]);
    } finally {
      this.waiting -= 1;
      if (this.waiting === 0 && this.state.loading) this.change({ loading: false });
    }
  }

  private change(part: Partial<MachineState>): void {
    this.state = { ...this.state, ...part };
    for (const listener of [...this.listeners]) listener();
  }

  private async lookAtPython(force: boolean, signal: AbortSignal): Promise<PythonPart> {
    const { platform } = this;
    const found = await this.options.findPython(signal).catch((error: unknown) => ({ missing: messageOf(error) }));
    if ('missing' in found) {
      const part = missingPython(found.missing, platform);
      return { system: found, python: null, missing: [part] };
    }
    const probed = await this.probe(found.path, force, signal);
    if ('failure' in probed) {
      return { system: { missing: probed.failure }, python: null, missing: [{ what: probed.failure, command: null }] };
    }
    const { facts } = probed;
    const { installer } = facts;
    const workingFolder = this.options.workingFolder();
    const place = { interpreter: found.path, installer, workingFolder, platform };
    const missing = missingParts(facts, place);
    return { system: pythonSystem(facts), python: pythonFacts(found, facts, missing, place), missing };
  }

  private async probe(interpreter: string, force: boolean, signal: AbortSignal): Promise<ProbeResult> {
    const { probePath, env, modules = KNOWN_MODULES } = this.options;
    const key = { interpreter, env, modules };
    const kept = force ? null : await this.cache.read(key);
    if (kept !== null) return { facts: kept };
    const options = { probePath, workingFolder: this.options.workingFolder(), env, modules };
    const result = await probePython(interpreter, options, signal);
    if ('facts' in result) await this.cache.write(key, result.facts);
    return result;
  }

  private async lookAtAdapters(force: boolean, signal: AbortSignal): Promise<WebGpuPart> {
    try {
      // Listing starts a process that loads every driver: once is enough, unless somebody asks for it.
      const found = (force ? null : this.adapters) ?? (await this.options.listAdapters(signal));
      this.adapters = found;
      const chosen = chooseAdapter(found, this.options.adapter(), true);
      const adapters = found.map(({ name, software, driver }) => ({ name, software, driver: driver ?? null }));
      if (chosen === null) {
        const names = found.map(({ name }) => name);
        return { system: { missing: missingAdapterText(this.options.adapter(), this.platform, names) }, adapters };
      }
      const { name, software, features, limits } = chosen;
      return { system: { system: { name, software, features, limits } }, adapters };
    } catch (error) {
      return { system: { missing: messageOf(error) }, adapters: [] };
    }
  }
}

function pythonFacts(
  environment: PythonEnvironment,
  facts: ProbeFacts,
  missing: PythonFacts['missing'],
  installing: CommandPlace,
): PythonFacts {
  const { python, torch, kernels, gpus } = facts;
  return {
    environment,
    version: python.version,
    torchVersion: torch?.version ?? null,
    kernelsVersion: kernels,
    gpus: gpus.devices.map(({ name, architecture, memoryBytes }) => ({ name, architecture, memoryBytes })),
    driver: gpus.driver,
    missing,
    installing,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
