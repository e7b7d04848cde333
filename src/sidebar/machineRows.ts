// The rows of This Machine, from what is known of it. Pure, so that every machine can be shown without having it.
import { shownText } from '../kernels/shownText';
import { backendTitle } from '../kernels/platformTitle';
import { environmentName } from '../machine/environmentName';
import type { MachineState } from '../machine/machineTypes';

export interface MachineRow {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** All of it, where the row cuts it short. */
  readonly detail: string;
  /** A codicon; what it and its colour mean is in `spoken` too. */
  readonly icon: string;
  /** A colour of the theme; null: that of the text. */
  readonly colour: string | null;
  /** What a screen reader says. */
  readonly spoken: string;
  /** To be copied; null: nothing mends it by itself. */
  readonly command: string | null;
  /** What a click leads to; null: nothing. */
  readonly leadsTo: 'python setting' | 'workspace trust' | null;
}

type Mark = 'there' | 'missing' | 'doubtful' | 'note' | 'held back' | 'loading';

const MARKS: Readonly<Record<Mark, { readonly icon: string; readonly colour: string | null; readonly words: string }>> =
  {
    there: { icon: 'pass', colour: 'testing.iconPassed', words: 'is there' },
    missing: { icon: 'error', colour: 'list.errorForeground', words: 'needs mending' },
    doubtful: { icon: 'warning', colour: 'list.warningForeground', words: 'does not work' },
    note: { icon: 'info', colour: null, words: 'is there' },
    'held back': { icon: 'workspace-untrusted', colour: null, words: '' },
    loading: { icon: 'loading~spin', colour: null, words: 'please wait' },
  };

/** Top to bottom: GPUs, adapters, Python, then what is missing. @param trusted the workspace is */
export function machineRows(state: MachineState, trusted: boolean): MachineRow[] {
  const rows = [...gpuRows(state), ...adapterRows(state), ...pythonRows(state), ...missingRows(state)];
  if (rows.length > 0) return [...rows, ...trustRows(trusted)];
  if (!state.loading) return [];
  return [row('loading', 'loading', 'Looking at this machine…', '', null)];
}

function gpuRows({ python }: MachineState): MachineRow[] {
  const driver = python?.driver === null || python === null ? '' : `driver ${python.driver}`;
  return (python?.gpus ?? []).map(({ name, architecture, memoryBytes }, index) =>
    row(`gpu ${index}`, 'there', name, join(capability(architecture), gibibytes(memoryBytes), driver), null),
  );
}

function adapterRows({ adapters, system, loading }: MachineState): MachineRow[] {
  const { webgpu } = system;
  const rows = adapters.map(({ name, software, driver }, index) =>
    row(
      `adapter ${index}`,
      software ? 'note' : 'there',
      name,
      join(software ? 'WebGPU on the CPU' : 'WebGPU', driver ?? '', isChosen(name) ? 'used here' : ''),
      null,
    ),
  );
  if (rows.length > 0 || loading || !('missing' in webgpu)) return rows;
  return [row('webgpu', 'doubtful', 'No WebGPU adapter', webgpu.missing, null)];

  function isChosen(name: string): boolean {
    return adapters.length > 1 && 'system' in webgpu && webgpu.system.name === name;
  }
}

function pythonRows({ python, system }: MachineState): MachineRow[] {
  if (python === null) return [];
  const { environment, version, torchVersion, kernelsVersion } = python;
  const detail = [environment.path, `From: ${environment.source}`];
  const rows = [row('python', 'there', `Python ${version}`, environmentName(environment.path), null, detail)];
  if (torchVersion !== null) {
    const [icon, words] =
      'missing' in system.python
        ? (['doubtful', system.python.missing] as const)
        : (['there', backendTitle(system.python.system.backend)] as const);
    rows.push(row('torch', icon, `torch ${torchVersion}`, words, null));
  }
  if (kernelsVersion !== null) rows.push(row('kernels', 'there', `kernels ${kernelsVersion}`, '', null));
  return rows;
}

function missingRows({ missing, python }: MachineState): MachineRow[] {
  return missing.map(({ what, command }, index) =>
    python === null
      ? {
          ...row(`missing ${index}`, 'missing', 'No usable Python', what, command, command === null ? [] : [command]),
          leadsTo: 'python setting',
        }
      : row(`missing ${index}`, 'missing', what, command ?? '', command),
  );
}

/** Why a Python of the workspace is not among the rows. */
function trustRows(trusted: boolean): MachineRow[] {
  if (trusted) return [];
  const words = 'a Python inside it is not asked';
  return [{ ...row('trust', 'held back', 'Workspace not trusted', words, null), leadsTo: 'workspace trust' }];
}

function row(
  id: string,
  mark: Mark,
  label: string,
  description: string,
  command: string | null,
  detail: readonly string[] = [],
): MachineRow {
  const { icon, colour, words } = MARKS[mark];
  const [shown, more] = [shownText(label, 200), shownText(description, 200)];
  return {
    id,
    label: shown,
    description: more,
    detail: [label, description, ...detail].filter((line) => line !== '').join('\n'),
    icon,
    colour,
    spoken: [shown, words, more].filter((part) => part !== '').join(', '),
    command,
    leadsTo: null,
  };
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

function capability(architecture: string | null): string {
  if (architecture === null) return '';
  return architecture.startsWith('gfx') ? architecture : `compute ${architecture}`;
}

function gibibytes(bytes: number | null): string {
  return bytes === null ? '' : `${(bytes / 1024 ** 3).toFixed(0)} GiB`;
}
