// Whether a kernel runs here, and if not, why, in the words of the `kernels` library.
import { hardwareProblem } from './deviceArchitecture';
import type { KernelDetails, KernelMetadata } from './kernelDetails';
import { missingDependency } from './kernelRequirements';
import type { KernelSummary, Platform } from './kernelSummary';
import { backendTitle, platformOf, platformTitle } from './platformTitle';
import { compareReleases, majorOf, minorOf, parsePythonVersion, type PythonVersion } from './pythonVersion';
import type { PythonSystem, System, WebGpuSystem } from './system';
import { tellingRejection } from './tellingRejection';
import { parseVariantName } from './variantName';
import { resolveVariants } from './variantResolution';
import { FREE_THREADED, loadProblem, metadataOf } from './variantVerdicts';
import { webGpuProblem } from './webgpuNeeds';

export type WorksHere =
  /** Decided from the builds themselves; `variant`: the one that the library takes. */
  | { readonly state: 'works'; readonly variant: string }
  /** What the catalogue says fits this machine; the builds have not been looked at. */
  | { readonly state: 'likely'; readonly because: string }
  /** It does not run here. `reason`: the library's own words where it has any. */
  | { readonly state: 'fails'; readonly reason: string }
  /** It cannot be told, and `reason` says why: no Python found, say. */
  | { readonly state: 'unknown'; readonly reason: string };

function fails(reason: string): WorksHere {
  return { state: 'fails', reason };
}

function unknown(reason: string): WorksHere {
  return { state: 'unknown', reason };
}

/**
 * What the releases of torch that a row lists say about the one here; null: nothing against it.
 * @param compiled whether the builds for this machine are known to hold compiled code; others take any torch.
 */
function judgeTorch(listed: readonly string[], torch: string, compiled: boolean): WorksHere | null {
  const here = parsePythonVersion(torch);
  const releases = listed.flatMap((text) => parsePythonVersion(text) ?? []);
  if (here === null || releases.length === 0) return null;
  const orders = releases.map((release) => compareReleases(majorMinor(release), majorMinor(here)));
  if (orders.includes(0)) return null;
  const releasesText = listed.join(', ');
  // No compiled build is made for a torch older than all of these; a newer torch may have one of the stable ABI.
  return compiled && releases.length === listed.length && orders.every((order) => order > 0)
    ? fails(`Torch version (${releasesText}) does not match environment Torch version (${torch})`)
    : unknown(
        `The catalogue lists builds for torch ${releasesText}, not for ${torch}: open it to see whether one fits.`,
      );
}

function majorMinor(version: PythonVersion): readonly bigint[] {
  return [majorOf(version), minorOf(version)];
}

/** The families that the Hub does not name in its lists, though there are builds for them. */
const UNLISTED: readonly Platform[] = ['npu', 'neuron', 'tpu'];

function judgePythonRow(summary: KernelSummary, system: PythonSystem): WorksHere {
  const platform = platformOf(system.backend);
  const built = summary.backends.filter((backend) => backend.platform !== 'webgpu');
  if (built.length === 0) return unknown('The catalogue does not say what it is built for.');
  if (system.torch === null) return unknown('PyTorch is not installed in this Python.');
  const fitting = built.filter((backend) => backend.platform === platform);
  if (fitting.length === 0) {
    if (UNLISTED.includes(platform)) {
      return unknown(`The Hub's list does not name builds for ${platformTitle(platform)}: open it to see them.`);
    }
    const platforms = [...new Set(built.map((backend) => backend.platform))].join(', ');
    return fails(`backend (${platforms}) does not match system backend (${platform}) and is not universal`);
  }
  const problems = fitting.map(({ hardware }) => hardwareProblem(system.backend.name, hardware, system));
  const [problem = null] = problems;
  if (problem !== null && !problems.includes(null)) return fails(problem);
  const torch = judgeTorch(
    summary.torch ?? [],
    system.torch,
    fitting.every(({ hardware }) => hardware.length > 0),
  );
  if (torch !== null) return torch;
  const missing = missingDependency(summary.id.split('/')[1] ?? '', summary.pythonDepends, system);
  if (missing !== null) return fails(missing);
  if (system.freeThreadedWithoutAbi) {
    return unknown('This Python is free-threaded and runs only builds without compiled code: open it to see them.');
  }
  return {
    state: 'likely',
    because: `The catalogue lists builds for ${platformTitle(platform)}; here is ${backendTitle(system.backend)}.`,
  };
}

/** From a row of the catalogue alone: never `works`, because nobody has looked at the builds. */
export function judgeSummary(summary: KernelSummary, system: System): WorksHere {
  if (summary.language === 'python') {
    return 'missing' in system.python ? unknown(system.python.missing) : judgePythonRow(summary, system.python.system);
  }
  if ('missing' in system.webgpu) return unknown(system.webgpu.missing);
  return { state: 'likely', because: `The catalogue lists it for WebGPU; here is ${system.webgpu.system.name}.` };
}

/** A field that the library from 0.17 on does not read a metadata.json without; null: they are all there. */
function unsaidField({ id, name, version, license, backendType }: KernelMetadata): string | null {
  const stated = { id, name, version, license, backend: backendType };
  return Object.entries(stated).find(([, value]) => value === null)?.[0] ?? null;
}

/** From the builds for Python of one version, others left aside. */
export function judgePythonBuilds(
  details: Pick<KernelDetails, 'variants' | 'metadata'>,
  system: PythonSystem,
): WorksHere {
  const resolution = resolveVariants(details.variants, system);
  const taken = resolution.decisions.find(({ accepted }) => accepted);
  if (taken === undefined) {
    if (resolution.dropped.length > 0) return fails(FREE_THREADED);
    return fails(tellingRejection(resolution.decisions, system) ?? 'No folder of build/ holds a build for Python.');
  }
  const problem = loadProblem(details, taken, system);
  if (problem !== null) return fails(problem.reason);
  const metadata = metadataOf(details, taken.name);
  if (metadata === null) {
    return { state: 'likely', because: `The build ${taken.name} fits by its name; its metadata has not been read.` };
  }
  const unsaid = unsaidField(metadata);
  if (unsaid !== null) {
    return unknown(
      `The build ${taken.name} fits, but its metadata.json states no usable \`${unsaid}\`, and newer kernels libraries refuse such files.`,
    );
  }
  if (metadata.kernelDepends.length > 0) {
    const others = metadata.kernelDepends.map(({ id }) => id).join(', ');
    return {
      state: 'likely',
      because: `The build ${taken.name} fits; it loads ${others}, which has not been looked at.`,
    };
  }
  return { state: 'works', variant: taken.name };
}

function judgeWebGpuBuild(details: KernelDetails, system: WebGpuSystem): WorksHere {
  if (details.webgpu === null) return unknown('The manifest of the WebGPU build cannot be read.');
  const judged = details.webgpu.map((needs) => ({ needs, problem: webGpuProblem(needs, system) }));
  const runs = judged.find(({ problem }) => problem === null);
  if (runs !== undefined) return { state: 'works', variant: runs.needs.variant };
  return fails(judged[0]?.problem ?? 'The manifest of the WebGPU build has no variant.');
}

/** From the builds of one version. A kernel with builds for Python and for WebGPU works where either does. */
export function judgeDetails(details: KernelDetails, system: System): WorksHere {
  if (details.variants.length === 0) return fails('There are no builds in this version.');
  const hasPython = details.variants.some((name) => parseVariantName(name) !== null);
  const hasWebGpu = details.variants.includes('webgpu');
  const python =
    'missing' in system.python ? unknown(system.python.missing) : judgePythonBuilds(details, system.python.system);
  if (!hasWebGpu) return python;
  const webgpu =
    'missing' in system.webgpu ? unknown(system.webgpu.missing) : judgeWebGpuBuild(details, system.webgpu.system);
  if (!hasPython) return webgpu;
  // What may still work in JavaScript has not failed.
  const better = python.state === 'fails' ? webgpu.state !== 'fails' : webgpu.state === 'works';
  return python.state !== 'works' && better ? webgpu : python;
}
