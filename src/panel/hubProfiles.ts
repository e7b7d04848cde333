import { kernelIdProblem } from '../kernels/kernelId';
import type { HubKernels } from './hubKernels';
import { pickHubKernel, type HubPickParts } from './hubPick';
import type { Language } from './protocol';
import type { PythonProfiles } from './pythonProfiles';
import { workspaceTrusted } from './workspaceTrust';

export interface HubProfileParts extends HubPickParts {
  readonly webGpu: HubKernels;
  readonly python: PythonProfiles;
}

/** A kernel of the Hub, whatever it is called from. `version` null: the newest. */
export interface NamedKernel {
  readonly id: string;
  readonly version: number | null;
}

/** Profiles kernels of the Hub, each in its own language. */
export class HubProfiles {
  constructor(private readonly parts: HubProfileParts) {}

  /** Asks which kernel, and profiles it. */
  async pick(): Promise<void> {
    if (!(await workspaceTrusted('Kernels of the Hub'))) return;
    const picked = await pickHubKernel(this.parts, null);
    if (picked !== null) await this.profileAs({ id: picked.id, version: null }, picked.language);
  }

  /** Throws HubError, HubKernelError, KernelError, RunBusyError. */
  async profile(kernel: NamedKernel): Promise<void> {
    const problem = kernelIdProblem(kernel.id);
    if (problem !== null) throw new Error(problem);
    if (!(await workspaceTrusted('Kernels of the Hub'))) return;
    await this.profileAs(kernel, await this.languageOf(kernel));
  }

  private profileAs(kernel: NamedKernel, language: Language): Promise<void> {
    const { webGpu, python } = this.parts;
    return language === 'python' ? python.profile({ kernels: [kernel] }) : webGpu.profile(kernel);
  }

  /** As the catalogue says; of a kernel that is not in it, as its builds say. */
  private async languageOf({ id, version }: NamedKernel): Promise<Language> {
    const access = await this.parts.open();
    const row = access.catalogue.state.kernels.find((kernel) => kernel.id === id);
    if (row !== undefined) return row.language;
    const { kernelLanguage } = await import('../hub/kernelLanguage');
    return kernelLanguage(access, { id, version, revision: null }, new AbortController().signal);
  }
}
