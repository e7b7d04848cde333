import * as v from 'valibot';
import type * as vscode from 'vscode';
import { HubError } from '../hub/hubError';
import { HubKernelError } from '../hub/hubKernelError';
import type { FoundPythonKernel, KernelRemedy } from '../hub/pythonKernel';
import type { Machine, PythonFacts } from '../machine/machineTypes';
import type { PythonKernelRef } from '../profile/python/pythonOptions';
import { PythonRequestSchema, type PythonRequest } from '../profile/python/pythonRequest';
import { printShapes } from '../profile/python/shapeText';
import type { HubAccess } from './hubAccess';
import type { HubConsents } from './hubConsents';
import type { LanguageChoice } from './languageChoice';
import type { ProfileJob, RunObstacle } from './profileJob';
import type { ProfileRuns } from './profileRuns';
import type { PythonChoice } from './protocol';
import { firstPythonChoice, pythonOptions, pythonWork } from './pythonChoice';
import type { PythonChoices } from './pythonChoices';
import { pythonEnvironment, type HarnessPlace } from './pythonEnvironment';
import { hubObstacle, kernelObstacle, pythonObstacle } from './pythonObstacle';
import { choosePython } from './choosePython';
import { currentPython } from './currentPython';
import { otherVersions, requestedSubjects } from './pythonRequests';
import { folderPath, type PythonSubject } from './pythonSubjects';
import { ChoiceError } from './runOptions';
import { readSettings } from './settings';
import { workspaceTrusted } from './workspaceTrust';

const CODE_OF_OTHERS = 'A kernel is a program that runs with your rights.';

export interface PythonProfileParts {
  readonly open: () => Promise<HubAccess>;
  readonly machine: Machine;
  readonly runs: ProfileRuns;
  readonly choices: PythonChoices;
  readonly language: LanguageChoice;
  readonly consents: HubConsents;
  readonly place: HarnessPlace;
  readonly showPanel: () => void;
  readonly log: vscode.LogOutputChannel;
}

/** What a run needs to know of its surroundings. */
interface Found {
  readonly access: HubAccess;
  readonly python: PythonFacts;
}

/** Profiles in Python: kernels of the Hub, kernels in folders, functions. */
export class PythonProfiles {
  /** Whose kernel a job was for, to learn from its report. */
  private readonly keys = new WeakMap<ProfileJob, string>();
  /** Something was missing last time, and may have been installed since. */
  private again = false;
  private readonly subscription: vscode.Disposable;

  constructor(private readonly parts: PythonProfileParts) {
    this.subscription = parts.runs.onDidFinish(({ job, report }) => {
      const key = this.keys.get(job);
      if (key !== undefined) void parts.choices.learn(report, key);
    });
  }

  dispose(): void {
    this.subscription.dispose();
  }

  /**
   * Makes what a click asks for the choice of the page, shows that, and runs it.
   * @throws RunBusyError, ChoiceError
   */
  async profile(request: PythonRequest): Promise<void> {
    if (!(await workspaceTrusted('Kernels and functions in Python'))) return;
    const { runs, choices } = this.parts;
    runs.requireIdle();
    const { work, ...asked } = v.parse(PythonRequestSchema, request);
    const { subjects, versions } = requestedSubjects({ work, ...asked });
    if (subjects.length === 0) throw new ChoiceError('No kernel is named. Choose one in the sidebar, or in the panel.');
    const keys = await choices.remember(subjects);
    const first = firstPythonChoice(keys, readSettings().quick ? 'quick' : 'default');
    const cases = work.kind === 'kernels' ? { workloads: work.workloads, shapes: printShapes(work.shapes) } : {};
    await this.begin({ ...first, versions: [...versions], ...cases });
  }

  /** As `profile`, for something that was measured before, is pinned, or was just chosen. */
  async profileSubject(subject: PythonSubject): Promise<void> {
    if (subject.kind === 'function') return this.profile({ kernels: [], work: subject.work });
    const kernel = subject.kind === 'folder' ? { folder: subject.uri } : { id: subject.id, version: subject.version };
    return this.profile({ kernels: [kernel] });
  }

  /**
   * Runs what was chosen in the page.
   * @throws RunBusyError, ChoiceError
   */
  async run(choice: PythonChoice): Promise<void> {
    if (!(await workspaceTrusted('Kernels and functions in Python'))) return;
    this.parts.runs.requireIdle();
    await this.begin(choice);
  }

  private async begin(choice: PythonChoice): Promise<void> {
    const { choices, language, runs, showPanel } = this.parts;
    const subjects = choice.kernels.map((key) => {
      const subject = choices.subject(key);
      if (subject === null) throw new ChoiceError('A chosen kernel is no longer there. Choose again.');
      return subject;
    });
    if (subjects.length === 0) throw new ChoiceError('No kernel is chosen. Choose at least one under Kernels.');
    const { shapes, problem } = choices.readShapes(choice);
    if (problem !== null) throw new ChoiceError(problem);
    const work = pythonWork(choice, subjects, shapes);
    runs.prepare('python', async (signal, onPhase) => {
      onPhase('looking at Python');
      const found = await this.find(subjects, signal);
      const kernels = await this.kernels(subjects, choice, found, onPhase, signal);
      if (kernels === null) return null;
      const silent = kernels.some((kernel) => 'fromCache' in kernel && kernel.fromCache);
      const job: ProfileJob = {
        language: 'python',
        options: pythonOptions(choice, work, kernels.map(kernelRef)),
        environment: pythonEnvironment(this.parts.place, found.python, found.access.settings, silent),
      };
      const [key] = choice.kernels;
      if (key !== undefined && work.kind === 'kernels') this.keys.set(job, key);
      return job;
    });
    await Promise.all([choices.choose(choice), language.choose('python')]);
    showPanel();
  }

  /** Both at once. Throws RunObstacle where nothing can be run in Python. */
  private async find(subjects: readonly PythonSubject[], signal: AbortSignal): Promise<Found> {
    const { machine, open } = this.parts;
    const { again } = this;
    this.again = false;
    const [access, known, { readyPython }] = await Promise.all([
      open(),
      currentPython(machine, { again }, signal),
      import('../hub/pythonLack'),
    ]);
    const kernels = subjects.some(({ kind }) => kind !== 'function');
    const ready = readyPython(machine.state.system.python, known, { kernels });
    if ('remedies' in ready) throw this.lacking(ready);
    return { access, python: ready.python };
  }

  /** In the order in which they are asked about. Null: the person did not agree to one. */
  private async kernels(
    subjects: readonly PythonSubject[],
    choice: PythonChoice,
    found: Found,
    onPhase: (text: string) => void,
    signal: AbortSignal,
  ): Promise<readonly (PythonKernelRef | FoundPythonKernel)[] | null> {
    const { PythonKernelUnfit } = await import('../hub/pythonKernel');
    // What one of them fails at ends the questions about the others.
    const failed = new AbortController();
    const asked = AbortSignal.any([signal, failed.signal]);
    const lookups = subjects.flatMap((subject, index) =>
      [subject, ...(index === 0 ? otherVersions(subject, choice.versions) : [])].map((one) =>
        this.kernel(one, found, onPhase, asked),
      ),
    );
    try {
      return (await Promise.all(lookups)).filter((kernel) => kernel !== null);
    } catch (error) {
      failed.abort();
      if (error instanceof HubKernelError && error.kind === 'refused') return null;
      if (error instanceof HubError && error.kind !== 'cancelled') throw hubObstacle(error);
      if (!(error instanceof PythonKernelUnfit)) throw error;
      if (error.lacking === 'python') throw this.lacking(error);
      this.again = true;
      throw kernelObstacle(error.message, error.remedies, this.instead);
    }
  }

  /** Null: a function, which is no kernel. */
  private async kernel(
    subject: PythonSubject,
    { access, python }: Found,
    onPhase: (text: string) => void,
    signal: AbortSignal,
  ): Promise<PythonKernelRef | FoundPythonKernel | null> {
    const { consents, log, machine } = this.parts;
    const onNote = (note: string): void => {
      log.warn(note);
    };
    switch (subject.kind) {
      case 'function':
        return null;
      case 'folder': {
        const { folderKernel } = await import('../hub/benchmarkScripts');
        return folderKernel(folderPath(subject.uri), onNote);
      }
      case 'hub': {
        const { findPythonKernel } = await import('../hub/pythonKernel');
        const { hub, settings, catalogue } = access;
        const ask = (question: Parameters<HubConsents['ask']>[0], asked: AbortSignal): Promise<boolean> =>
          consents.ask(question, 'on this machine', CODE_OF_OTHERS, asked);
        return findPythonKernel(
          {
            hub,
            settings,
            consent: { store: consents, ask, onNote },
            system: machine.state.system.python,
            python,
            kernels: catalogue.state.kernels,
            onPhase,
          },
          { id: subject.id, version: subject.version, revision: null },
          signal,
        );
      }
    }
  }

  private lacking({ message, remedies }: { message: string; remedies: readonly KernelRemedy[] }): RunObstacle {
    this.again = true;
    const source = this.parts.machine.state.python?.environment.source ?? null;
    return pythonObstacle(message, remedies, this.instead, () => choosePython(source));
  }

  private readonly instead = (id: string, version: number | null): Promise<void> =>
    this.profile({ kernels: [{ id, version }] });
}

/** Without what only its finding was about. */
function kernelRef(kernel: PythonKernelRef | FoundPythonKernel): PythonKernelRef {
  if (kernel.kind === 'folder') return kernel;
  const { kind, id, version, commit, trust, license, scripts } = kernel;
  return { kind, id, version, commit, trust, license, scripts };
}
