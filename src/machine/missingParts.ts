// What an environment lacks for running kernels, each with the one command that mends it.
import { shownText } from '../kernels/shownText';
import { compareReleases, majorOf, parsePythonVersion } from '../kernels/pythonVersion';
import { installCommand, type CommandPlace } from './installCommand';
import type { MissingPart } from './machineTypes';
import type { ProbeFacts } from './probeAnswer';

/** The first Python that the `kernels` library is made for. */
const OLDEST_PYTHON = [3n, 10n];
/** The first `kernels` that looks where the Hub keeps kernels now, apart from models. */
const OLDEST_KERNELS = [0n, 14n];

/** Most important first; empty: nothing is missing. */
export function missingParts(facts: ProbeFacts, place: CommandPlace): MissingPart[] {
  return [pythonPart(facts), torchPart(facts, place), kernelsPart(facts, place), gpuPart(facts, place)].filter(
    (part) => part !== null,
  );
}

/** When there is no interpreter at all. */
export function missingPython(what: string, platform: NodeJS.Platform): MissingPart {
  const commands: Partial<Record<NodeJS.Platform, string>> = {
    win32: 'winget install --id Python.Python.3.13',
    darwin: 'brew install python',
  };
  return { what, command: commands[platform] ?? null };
}

function pythonPart({ python }: ProbeFacts): MissingPart | null {
  if (!isOlder(python.version, OLDEST_PYTHON)) return null;
  return { what: `Python ${python.version} is too old: the kernels library needs 3.10`, command: null };
}

function torchPart({ torch }: ProbeFacts, place: CommandPlace): MissingPart | null {
  if (torch === null) {
    return { what: 'torch missing', command: installCommand({ name: 'torch', version: '', again: false }, place) };
  }
  if (torch.problem === null) return null;
  const command = installCommand({ name: 'torch', version: '', again: true }, place);
  return { what: `torch is damaged: ${shownText(torch.problem, 300)}`, command };
}

function kernelsPart({ kernels }: ProbeFacts, place: CommandPlace): MissingPart | null {
  if (kernels === null) {
    return {
      what: 'kernels library missing',
      command: installCommand({ name: 'kernels', version: '', again: false }, place),
    };
  }
  if (!isOlder(kernels, OLDEST_KERNELS)) return null;
  const command = installCommand({ name: 'kernels', version: '>=0.14', again: false }, place);
  return { what: `kernels ${kernels} is too old for today's Hub, which needs 0.14`, command };
}

function gpuPart(facts: ProbeFacts, place: CommandPlace): MissingPart | null {
  const { torch, gpus } = facts;
  if (gpus.problem !== null) return { what: gpus.problem, command: null };
  const nvidia = gpus.devices.find((device) => device.vendor === 'nvidia');
  if (nvidia === undefined && gpus.driver === null && gpus.hardware.includes('nvidia')) {
    const command = gpus.distribution === 'ubuntu' ? 'sudo ubuntu-drivers install' : null;
    return { what: 'NVIDIA driver missing: there is a GPU, but nothing serves it', command };
  }
  if (torch?.problem !== null || torch.version === null) return null;
  if (torch.cuda !== null) return oldDriver(torch.cuda, gpus.driverCuda, gpus.driver);
  const hidden = torch.hip === null && torch.xpu === null && facts.platform.system !== 'Darwin';
  if (nvidia === undefined || !hidden) return null;
  const version = torch.version.split('+')[0] ?? '';
  // From PyPI, Windows gets builds for the CPU only; uv knows where the others are.
  const builds = facts.platform.system === 'Linux' || place.installer.kind === 'uv';
  return {
    what: `torch ${torch.version} is a CPU build, which leaves ${nvidia.name} idle`,
    command: builds ? installCommand({ name: 'torch', version: `==${version}`, again: true }, place) : null,
  };
}

/** A driver runs programs of its own CUDA's major version and of older ones. */
function oldDriver(cuda: string, driverCuda: string | null, driver: string | null): MissingPart | null {
  const [needed, has] = [parsePythonVersion(cuda), driverCuda === null ? null : parsePythonVersion(driverCuda)];
  if (needed === null || has === null || majorOf(has) >= majorOf(needed)) return null;
  return {
    what: `NVIDIA driver ${driver ?? ''} is too old for torch's CUDA ${cuda}: it takes ${driverCuda ?? ''}`,
    command: null,
  };
}

function isOlder(version: string, release: readonly bigint[]): boolean {
  const read = parsePythonVersion(version);
  return read !== null && compareReleases(read.release, release) < 0;
}
