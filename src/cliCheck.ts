// `kernel-lens check`: one kernel looked at, build by build.
import process from 'node:process';
import type { CheckCommand } from './cliArguments';
import { checkText, type CheckedDependency, type CheckResult } from './cliCheckText';
import { EXIT, note } from './cliEnvironment';
import { openCatalogue, openHub } from './cliHub';
import { hereJson, jsonText, machineJson, problemJson } from './cliJson';
import { lookAtMachine } from './cliMachine';
import { UsageError } from './cliValues';
import type { Catalogue } from './hub/catalogueTypes';
import { HubError } from './hub/hubError';
import type { KernelDetails, KernelMetadata } from './kernels/kernelDetails';
import type { System } from './kernels/system';
import { parseVariantName } from './kernels/variantName';
import { resolveVariants } from './kernels/variantResolution';
import { metadataOf, pythonVerdicts } from './kernels/variantVerdicts';
import { webGpuProblem } from './kernels/webgpuNeeds';
import { judgeDetails, type WorksHere } from './kernels/worksHere';
import type { MachineState } from './machine/machineTypes';

/** Kernels that need kernels that need kernels: deeper is a mistake of theirs. */
const DEEPEST = 8;

/** The exit code. Throws HubError where nothing is known of the kernel. */
export async function runCheck({ kernel, json, python, hub }: CheckCommand, signal: AbortSignal): Promise<number> {
  if (kernel.revision !== null) throw new UsageError(`check looks at versions: write ${kernel.id}@vN`);
  const begun = new Date().toISOString();
  const open = openHub(hub);
  const machine = await lookAtMachine(python, signal);
  const catalogue = openCatalogue(open, takenBy(machine.system));
  const { value: details, at, problem } = await catalogue.details(kernel.id, kernel.version, signal);
  const result = await check(catalogue, details, machine, { at, problem }, signal);
  if (signal.aborted) return EXIT.cancelled;
  if (at < begun) {
    const seen = `as the Hub answered on ${at.slice(0, 10)} at ${at.slice(11, 16)} UTC.`;
    // Who said --offline needs no explanation.
    note(problem === null || (hub.offline && problem.kind === 'offline') ? seen : `${seen} ${problem.message}`);
  }
  process.stdout.write(json ? checkJson(result, open.settings.endpoint) : checkText(result));
  return result.here.state === 'works' ? EXIT.right : EXIT.wrong;
}

/** Which build the library would take here. */
function takenBy({ python }: System): (variants: readonly string[]) => string | null {
  return (variants) => ('system' in python ? resolveVariants(variants, python.system).chosen : null);
}

async function check(
  catalogue: Catalogue,
  details: KernelDetails,
  machine: MachineState,
  age: Pick<CheckResult, 'at' | 'problem'>,
  signal: AbortSignal,
): Promise<CheckResult> {
  const { system } = machine;
  const metadata = takenMetadata(details, system);
  const dependencies: CheckedDependency[] = [];
  for (const wanted of metadata?.kernelDepends ?? []) {
    dependencies.push({ ...wanted, here: await judgeDependency(catalogue, wanted, system, [details.id], signal) });
  }
  return {
    details,
    here: withDependencies(details, system, dependencies),
    python: 'system' in system.python ? pythonVerdicts(details, system.python.system) : [],
    unjudged: 'system' in system.python ? [] : details.variants.filter((name) => parseVariantName(name) !== null),
    webgpu: (details.webgpu ?? []).map((needs) => ({
      variant: needs.variant,
      reason: 'system' in system.webgpu ? webGpuProblem(needs, system.webgpu.system) : system.webgpu.missing,
    })),
    metadata,
    dependencies,
    machine,
    ...age,
  };
}

function takenMetadata(details: KernelDetails, system: System): KernelMetadata | null {
  const taken = takenBy(system)(details.variants) ?? (details.webgpu === null ? null : 'webgpu');
  return taken === null ? null : metadataOf(details, taken);
}

/** The verdict on a kernel, once it is known how those that it loads do. */
function withDependencies(
  details: KernelDetails,
  system: System,
  dependencies: readonly Pick<CheckedDependency, 'id' | 'here'>[],
): WorksHere {
  const here = judgeDetails(details, system);
  const [first] = dependencies;
  if (here.state !== 'likely' || first === undefined) return here;
  const bad = dependencies.find((one) => one.here.state !== 'works');
  if (bad !== undefined) {
    const { state } = bad.here;
    const why = 'reason' in bad.here ? bad.here.reason : 'it cannot be told whether it works here';
    const reason = `It loads ${bad.id}: ${why}`;
    return state === 'fails' ? { state, reason } : { state: 'unknown', reason };
  }
  const variant = takenBy(system)(details.variants);
  return variant === null ? here : { state: 'works', variant };
}

async function judgeDependency(
  catalogue: Catalogue,
  { id, version }: Pick<CheckedDependency, 'id' | 'version'>,
  system: System,
  above: readonly string[],
  signal: AbortSignal,
): Promise<WorksHere> {
  if (version === null) return { state: 'unknown', reason: 'It is wanted by a revision, which is not looked at.' };
  if (above.includes(id) || above.length > DEEPEST) {
    return { state: 'fails', reason: `Cyclic kernel dependency detected: ${id}` };
  }
  try {
    const { value: details } = await catalogue.details(id, version, signal);
    const below: { id: string; here: WorksHere }[] = [];
    for (const wanted of takenMetadata(details, system)?.kernelDepends ?? []) {
      const here = await judgeDependency(catalogue, wanted, system, [...above, id], signal);
      below.push({ id: wanted.id, here });
    }
    return withDependencies(details, system, below);
  } catch (error) {
    if (error instanceof HubError && error.kind !== 'cancelled') return { state: 'unknown', reason: error.message };
    throw error;
  }
}

function checkJson(result: CheckResult, endpoint: string): string {
  const { details, metadata } = result;
  const { redirect, version, versions } = details;
  return jsonText({
    schema: 'kernel-lens/check',
    version: 1,
    endpoint,
    at: result.at,
    problem: problemJson(result.problem),
    kernel: { id: details.id, version: version?.version ?? null, commit: details.commit },
    here: hereJson(result.here),
    versions: versions.map(({ version: number, branch, commit }) => ({ version: number, branch, commit })),
    trusted: details.trusted,
    private: details.private,
    gated: details.gated,
    license: details.license,
    movedTo: redirect === null ? null : { id: redirect.destination, revision: redirect.revision },
    variants: result.python.map(({ variant, state, reason }) => ({ variant, state, reason })),
    webgpu: result.webgpu.map(({ variant, reason }) => ({
      variant,
      state: reason === null ? 'fits' : 'rejected',
      reason,
    })),
    build:
      metadata === null
        ? null
        : {
            kernelsMinver: metadata.kernelsMinver,
            pythonDepends: metadata.pythonDepends,
            backend: metadata.backendType,
            architectures: metadata.archs,
          },
    kernelDepends: result.dependencies.map(({ id, version: number, revision, here }) => ({
      id,
      version: number,
      revision,
      here: hereJson(here),
    })),
    machine: machineJson(result.machine),
  });
}
