// What the command line prints as JSON; docs/cli.md describes it.
import type { WorksHere } from './kernels/worksHere';
import type { SystemBackend } from './kernels/system';
import type { HubError } from './hub/hubError';
import type { MachineState } from './machine/machineTypes';

/** Every character that a terminal might obey. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

/** JSON text in which nothing moves the cursor or turns the line round, ending with a line break. */
export function jsonText(value: unknown): string {
  const lines = JSON.stringify(value, null, 2).split('\n');
  return `${lines.map((line) => line.replace(UNSEEN, escaped)).join('\n')}\n`;
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }).join('');
}

export interface HereJson {
  readonly state: WorksHere['state'];
  readonly variant: string | null;
  readonly reason: string | null;
}

export interface ProblemJson {
  readonly kind: HubError['kind'];
  readonly message: string;
}

export interface MachineJson {
  readonly python: {
    readonly path: string;
    readonly version: string;
    readonly torch: string | null;
    readonly kernels: string | null;
    readonly backend: SystemBackend;
    readonly cpu: string;
    readonly os: string;
    readonly gpus: readonly { readonly name: string; readonly architecture: string | null }[];
    readonly driver: string | null;
  } | null;
  readonly pythonMissing: string | null;
  readonly adapter: { readonly name: string; readonly software: boolean } | null;
  readonly adapterMissing: string | null;
}

/** A verdict with every field there, null where it has none. */
export function hereJson(here: WorksHere): HereJson {
  return {
    state: here.state,
    variant: here.state === 'works' ? here.variant : null,
    reason:
      here.state === 'fails' || here.state === 'unknown' ? here.reason : here.state === 'likely' ? here.because : null,
  };
}

export function problemJson(problem: HubError | null): ProblemJson | null {
  return problem === null ? null : { kind: problem.kind, message: problem.message };
}

/** What the verdicts were made from. */
export function machineJson({ system, python }: MachineState): MachineJson {
  const here = 'system' in system.python ? system.python.system : null;
  return {
    python:
      python === null || here === null
        ? null
        : {
            path: python.environment.path,
            version: python.version,
            torch: python.torchVersion,
            kernels: python.kernelsVersion,
            backend: here.backend,
            cpu: here.cpu,
            os: here.os,
            gpus: python.gpus.map(({ name, architecture }) => ({ name, architecture })),
            driver: python.driver,
          },
    pythonMissing: 'missing' in system.python ? system.python.missing : null,
    adapter:
      'system' in system.webgpu ? { name: system.webgpu.system.name, software: system.webgpu.system.software } : null,
    adapterMissing: 'missing' in system.webgpu ? system.webgpu.missing : null,
  };
}
