// A probe's facts as the values that the `kernels` library would see after importing torch.
import { shownText } from '../kernels/shownText';
import { majorOf, minorOf, parsePythonVersion, printPythonVersion } from '../kernels/pythonVersion';
import type { PythonSystem, SystemBackend } from '../kernels/system';
import type { ProbeFacts } from './probeAnswer';

type Torch = NonNullable<ProbeFacts['torch']>;

/** Why the library itself fails in this environment, in words for people. */
interface Missing {
  readonly missing: string;
}

/** Modules that announce their backend when `import torch` loads them, in the library's order. */
const EXTENSIONS = { tpu: ['torch_tpu'], neuron: ['torch_neuronx', 'torch_neuron'], npu: ['torch_npu'] } as const;

/** The system for verdicts; `missing` where importing torch, or the library, fails. */
export function pythonSystem(facts: ProbeFacts): { readonly system: PythonSystem } | Missing {
  const { torch, platform } = facts;
  const torchVersion = torch === null ? null : readTorchVersion(torch);
  if (torchVersion !== null && typeof torchVersion !== 'string') return torchVersion;
  const backend = readBackend(facts);
  if ('missing' in backend) return backend;
  const os = platform.system.toLowerCase();
  return {
    system: {
      backend,
      cpu: normalCpu(platform.machine, os),
      os,
      torch: torchVersion,
      torchCxx11Abi: os === 'linux' ? (torch?.cxx11Abi ?? null) : null,
      tvmFfi: majorMinor(facts.tvmFfi),
      macos: os === 'darwin' ? platform.macos : null,
      freeThreadedWithoutAbi: facts.python.freeThreaded && isBefore315(facts.python.version),
      architecture: readArchitecture(backend, facts),
      kernelsVersion: facts.kernels,
      modules: facts.modules,
    },
  };
}

function readTorchVersion(torch: Torch): string | Missing {
  if (torch.problem !== null || torch.version === null) {
    const problem = shownText(torch.problem ?? 'it states no version', 300);
    return { missing: `torch is damaged: ${problem}. Install it again.` };
  }
  const version = majorMinor(torch.version);
  if (version !== null) return version;
  return { missing: `torch states the version ${shownText(torch.version)}, which is none. Install it again.` };
}

/** The first that applies, as the library asks. */
function readBackend(facts: ProbeFacts): SystemBackend | Missing {
  const { torch } = facts;
  // Without torch the library asks the CUDA runtime on the library path.
  if (torch === null) return facts.gpus.cudaRuntime === null ? plain('cpu') : versioned('cuda', facts.gpus.cudaRuntime);
  const loads = (modules: readonly string[]): boolean => torch.autoload.some((name) => modules.includes(name));
  if (loads(EXTENSIONS.tpu)) return plain('tpu');
  if (loads(EXTENSIONS.neuron)) return plain('neuron');
  if (torch.cuda !== null) return versioned('cuda', torch.cuda);
  if (torch.hip !== null) return versioned('rocm', torch.hip.split('-')[0] ?? '');
  if (torch.mps) return plain('metal');
  if (torch.xpu !== null) return versioned('xpu', `${torch.xpu.slice(0, 4)}.${torch.xpu.slice(5, 6)}`);
  if (!loads(EXTENSIONS.npu)) return plain('cpu');
  if (facts.cann === null) {
    return { missing: 'torch_npu finds no CANN toolkit. Run its set_env.sh, which sets ASCEND_HOME_PATH.' };
  }
  return versioned('cann', `${facts.cann.charAt(0)}.${facts.cann.charAt(2)}`);
}

function plain(name: SystemBackend['name']): SystemBackend {
  return { name, version: null };
}

function versioned(name: SystemBackend['name'], text: string): SystemBackend | Missing {
  const version = parsePythonVersion(text);
  if (version !== null) return { name, version: printPythonVersion(version) };
  return { missing: `torch is built for ${name} ${shownText(text)}, which is no version. Install torch again.` };
}

function normalCpu(machine: string, os: string): string {
  if (os === 'darwin' && machine === 'arm64') return 'aarch64';
  return os === 'windows' && machine === 'AMD64' ? 'x86_64' : machine;
}

function majorMinor(text: string | null): string | null {
  const version = text === null ? null : parsePythonVersion(text);
  return version === null ? null : `${String(majorOf(version))}.${String(minorOf(version))}`;
}

function isBefore315(version: string): boolean {
  const read = parsePythonVersion(version);
  return read !== null && (majorOf(read) < 3n || (majorOf(read) === 3n && minorOf(read) < 15n));
}

/** Of the first GPU that is visible, which is the one that the library looks at. */
function readArchitecture({ name }: SystemBackend, { gpus }: ProbeFacts): string | null {
  const vendor = name === 'cuda' ? 'nvidia' : name === 'rocm' ? 'amd' : null;
  return gpus.devices.find((device) => device.vendor === vendor)?.architecture ?? null;
}
