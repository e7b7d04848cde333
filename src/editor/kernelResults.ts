// What reports say of kernels of the Hub, and which of it holds for a call on this machine. No vscode in here.
import { given, type JudgedUse } from '../findings/judgedUse';
import type { SystemBackend } from '../kernels/system';
import { kernelOutcomes, kernelSpeedup, type CaseOutcome, type KernelSpeedup } from '../profile/kernelSpeedup';
import type { Report, ReportAdapter } from '../profile/report';

/** Where a report was measured. */
export type ResultDevice = Pick<ReportAdapter, 'name' | 'backend' | 'architecture' | 'software'> & {
  /** Of the machine around it. */
  readonly cpu: string;
};

/** What a report says of one kernel. */
export interface KernelResult {
  /** `org/name`. */
  readonly id: string;
  readonly language: 'javascript' | 'python';
  /** N of `vN`; null: it was asked for by something else, or the report does not say. */
  readonly version: number | null;
  readonly commit: string | null;
  /** ISO 8601. */
  readonly at: string;
  readonly device: ResultDevice;
  readonly overall: KernelSpeedup;
  readonly outcomes: readonly CaseOutcome[];
}

/** Which kernel somebody wants results of. */
export type AskedResults = Pick<KernelResult, 'id' | 'language' | 'version' | 'commit'>;

/** What this machine has to measure on. */
export interface DevicesHere {
  /** That PyTorch would see. */
  readonly gpus: readonly { readonly name: string; readonly architecture: string | null }[];
  /** Names of WebGPU's adapters. */
  readonly adapters: readonly string[];
  readonly cpu: string;
  /** That PyTorch computes with; null: not known. */
  readonly backend: SystemBackend['name'] | null;
}

/** The last results that hold for a kernel. */
export interface Measured {
  /** On what this machine has now; null: none. */
  readonly here: KernelResult | null;
  /** On something else; null: none. */
  readonly elsewhere: KernelResult | null;
}

/** Of the kernels of the Hub that were compared; empty for a test of the measurement. */
export function resultsOf(report: Report): readonly KernelResult[] {
  const { adapter, cpu } = report.machine;
  const { name, backend, architecture, software } = adapter;
  const device = { name, backend, architecture, software, cpu };
  return report.kernels.flatMap((kernel): KernelResult[] => {
    const outcomes = kernel.source === 'hub' ? kernelOutcomes(report, kernel) : [];
    const overall = kernelSpeedup(outcomes);
    if (overall === null) return [];
    const { language, commit = null } = kernel;
    const [, id = kernel.id, mark = ''] = /^([^@]+)@([^@]+)$/.exec(kernel.id) ?? [];
    const marked = /^v(\d{1,15})$/.exec(mark)?.[1];
    const version = typeof kernel.version === 'number' ? kernel.version : marked === undefined ? null : Number(marked);
    return [{ id, language, version, commit, at: report.createdAt, device, overall, outcomes }];
  });
}

/** Those about what is asked, in their order: of its version, or else those that tell none. */
export function resultsFor(results: readonly KernelResult[], asked: AskedResults): readonly KernelResult[] {
  const ofKernel = results.filter(({ id, language }) => id === asked.id && language === asked.language);
  if (asked.version !== null) {
    const exact = ofKernel.filter(({ version }) => version === asked.version);
    return exact.length > 0 ? exact : ofKernel.filter(({ version }) => version === null);
  }
  return asked.commit === null ? ofKernel : ofKernel.filter(({ commit }) => commit === asked.commit);
}

/** What a call loads, as far as the code and the lock tell. Null: there is no kernel to ask for. */
export function resultsAsked({ id, version, known, use, facts, inPython }: JudgedUse): AskedResults | null {
  if (id === null) return null;
  const revision = given(use.revision)?.value.value;
  const named = typeof revision === 'string' && /^[0-9a-f]{40}$/.test(revision) ? revision : null;
  const commit = facts.locked ? (known?.lockedCommit ?? null) : named;
  return { id, version, commit, language: inPython ? 'python' : 'javascript' };
}

/** @param results newest first */
export function lastOf(results: readonly KernelResult[], devices: DevicesHere): Measured {
  const at = (wanted: boolean): KernelResult | null =>
    results.find(({ device }) => isHere(device, devices) === wanted) ?? null;
  return { here: at(true), elsewhere: at(false) };
}

/** Whether something was measured on what this machine has now. */
function isHere({ name, backend, architecture, software, cpu }: ResultDevice, here: DevicesHere): boolean {
  if (backend === 'cpu') return cpu === here.cpu && !computesOnGpu(here);
  if (software) return here.adapters.includes(name) && cpu === here.cpu;
  if ([...here.adapters, ...here.gpus.map((gpu) => gpu.name)].includes(name)) return true;
  // These are known here by less than their name: the machine around them has to be the same.
  if (cpu !== here.cpu) return false;
  if (backend === 'rocm') return here.backend === 'rocm' && hasArchitecture(here, architecture);
  return (backend === 'mps' && here.backend === 'metal') || (backend === 'xpu' && here.backend === 'xpu');
}

/** Then nobody asks what the CPU does. */
function computesOnGpu({ backend, gpus }: DevicesHere): boolean {
  // Torch that is made for a GPU computes on the CPU where it finds none.
  return backend === 'cuda' || backend === 'rocm' ? gpus.length > 0 : backend !== 'cpu';
}

/** AMD's come with their parts, `gfx942:sramecc+`; empty: the report does not say. */
function hasArchitecture({ gpus }: DevicesHere, architecture: string): boolean {
  const [wanted] = architecture.split(':');
  return gpus.some((gpu) => architecture === '' || gpu.architecture === wanted);
}
