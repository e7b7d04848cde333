// The command that installs a package into one environment, by that environment's own installer. Shown, never run.
import path from 'node:path';
import type { ProbeInstaller } from './probeAnswer';

/** Where and how the command will be pasted. */
export interface CommandPlace {
  readonly interpreter: string;
  readonly installer: ProbeInstaller;
  /** Where the person's terminal opens. */
  readonly workingFolder: string;
  readonly platform: NodeJS.Platform;
}

export interface Wanted {
  /** As on PyPI: `kernels`. */
  readonly name: string;
  /** Least or exact version, `>=0.14` or `==2.9.0`; empty: any. */
  readonly version: string;
  /** It is there, and has to be fetched again. */
  readonly again: boolean;
}

/** One line for the terminal: PowerShell on Windows, a POSIX shell elsewhere. */
export function installCommand(wanted: Wanted, place: CommandPlace): string {
  const { installer } = place;
  const words = (...all: readonly string[]): string => shellLine(all, place.platform);
  const requirement = wanted.name + wanted.version;
  switch (installer.kind) {
    case 'uv':
      if (installer.project !== null && !wanted.again) {
        return words('uv', 'add', ...projectFolder('--project', installer.project, place), requirement);
      }
      return words(
        ...['uv', 'pip', 'install', ...uvEnvironment(place)],
        ...(wanted.again ? ['--reinstall-package', wanted.name] : []),
        ...(wanted.name === 'torch' ? ['--torch-backend=auto'] : []),
        requirement,
      );
    case 'poetry':
      if (wanted.again || installer.project === null) return pip(requirement, wanted.again, place);
      return words('poetry', 'add', ...projectFolder('--directory', installer.project, place), requirement);
    case 'pdm':
      if (wanted.again || installer.project === null) return pip(requirement, wanted.again, place);
      return words('pdm', 'add', ...projectFolder('--project', installer.project, place), requirement);
    case 'pixi':
      return words('pixi', 'add', '--pypi', requirement);
    case 'conda':
      return wanted.name === 'torch' ? condaTorch(wanted, place) : condaPip(wanted, place);
    case 'pip':
      return pip(requirement, wanted.again, place);
  }
}

function pip(requirement: string, again: boolean, { interpreter, installer, platform }: CommandPlace): string {
  const install = (python: string): string =>
    shellLine([python, '-m', 'pip', 'install', ...(again ? ['--force-reinstall'] : []), requirement], platform);
  if (installer.externallyManaged) {
    // The system's Python takes no packages: an environment in the project does.
    const made = platform === 'win32' ? '.venv\\Scripts\\python.exe' : '.venv/bin/python';
    return chain([shellLine([interpreter, '-m', 'venv', '.venv'], platform), install(made)], platform);
  }
  if (installer.pip) return install(interpreter);
  return chain([shellLine([interpreter, '-m', 'ensurepip'], platform), install(interpreter)], platform);
}

/** Nothing where uv finds the environment itself, from the folder that the terminal opens in. */
function uvEnvironment({ interpreter, installer, workingFolder }: CommandPlace): string[] {
  return path.resolve(installer.prefix) === path.resolve(workingFolder, '.venv') ? [] : ['--python', interpreter];
}

function projectFolder(option: string, project: string, { workingFolder }: CommandPlace): string[] {
  return path.resolve(project) === path.resolve(workingFolder) ? [] : [option, project];
}

/** conda-forge calls it pytorch, and has a package beside it that stands for the builds for GPUs. */
function condaTorch({ version, again }: Wanted, { installer, platform }: CommandPlace): string {
  const name = version === '' ? 'pytorch' : `pytorch-gpu${version}`;
  const force = again ? ['--force-reinstall'] : [];
  return shellLine(
    ['conda', 'install', '--prefix', installer.prefix, '--channel', 'conda-forge', ...force, name],
    platform,
  );
}

function condaPip({ name, version, again }: Wanted, { installer, platform }: CommandPlace): string {
  const force = again ? ['--force-reinstall'] : [];
  const pip = ['python', '-m', 'pip', 'install', ...force, name + version];
  return shellLine(['conda', 'run', '--prefix', installer.prefix, ...pip], platform);
}

function chain(lines: readonly string[], platform: NodeJS.Platform): string {
  // Windows PowerShell 5 does not know `&&`.
  return lines.join(platform === 'win32' ? '; ' : ' && ');
}

/** Words as one line that the shell takes apart again in the same way. */
export function shellLine(words: readonly string[], platform: NodeJS.Platform): string {
  const quoted = words.map((word) => quote(word, platform));
  // PowerShell takes a quoted word at the start for a text, not for a program.
  const call = platform === 'win32' && quoted[0] !== words[0] ? '& ' : '';
  return call + quoted.join(' ');
}

function quote(word: string, platform: NodeJS.Platform): string {
  if (platform === 'win32') {
    return /^[\w\-./:\\=]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`;
  }
  return /^[\w\-./:=@+]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
