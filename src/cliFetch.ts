// Kernels named on the command line, brought to this disk.
import process from 'node:process';
import { cliConsent } from './cliConsent';
import { environment } from './cliEnvironment';
import type { CliHub } from './cliHub';
import type { KernelArgument } from './cliKernels';
import type { ProgressLine } from './cliOutput';
import { fetchWebGpuKernel } from './hub/webGpuKernel';
import { listAdapters, ProfileError } from './profile/profile';
import type { KernelRef } from './profile/profileOptions';
import { chooseAdapter, missingAdapterText } from './profile/webgpu/adapters';
import type { Abilities } from './profile/webgpu/requirements';

/** The Hub that kernels come from. */
export interface KernelSource {
  readonly open: () => CliHub;
  /** Publishers whom the Hub does not trust are run without a question. */
  readonly trust: boolean;
}

/** Fetches those of the Hub, one after the other; asks the Hub nothing where there are none. Throws what that throws. */
export async function localKernels(
  kernels: readonly KernelArgument[],
  { open, trust }: KernelSource,
  adapter: string,
  progress: ProgressLine,
  signal: AbortSignal,
): Promise<KernelRef[]> {
  const here = kernels.filter((kernel) => kernel.kind !== 'hub');
  if (here.length === kernels.length) return here;
  const { hub, settings, connection } = open();
  const consent = cliConsent(trust, settings.endpoint, 'on this GPU', () => {
    progress.clear();
  });
  const onPhase = (phase: string): void => {
    progress.show({ done: 0, total: 0, label: '', phase, secondsLeft: null });
  };
  const adapters = new AdapterAbilities(adapter);
  const found: KernelRef[] = [];
  for (const kernel of kernels) {
    if (kernel.kind !== 'hub') found.push(kernel);
    else {
      const abilities = (): Promise<Abilities> => adapters.find(signal);
      found.push(await fetchWebGpuKernel({ hub, settings, connection, consent, abilities, onPhase }, kernel, signal));
    }
  }
  return found;
}

/** What the adapter has that a profile would choose: looked at once. */
class AdapterAbilities {
  private found: Abilities | null = null;

  constructor(private readonly choice: string) {}

  /** Throws ProfileError where there is none. */
  async find(signal: AbortSignal): Promise<Abilities> {
    this.found ??= await this.look(signal);
    return this.found;
  }

  private async look(signal: AbortSignal): Promise<Abilities> {
    const listed = await listAdapters(environment(), signal);
    const chosen = chooseAdapter(listed, this.choice, true);
    if (chosen === null) {
      const names = listed.map(({ name }) => name);
      throw new ProfileError('no-adapter', missingAdapterText(this.choice, process.platform, names));
    }
    return { features: new Set(chosen.features), limits: chosen.limits };
  }
}
