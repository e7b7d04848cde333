import * as v from 'valibot';
import * as vscode from 'vscode';
import { judgeDetails, judgeSummary } from '../kernels/worksHere';
import type { Machine } from '../machine/machineTypes';
import type { Report } from '../profile/report';
import type { HubAccess } from './hubAccess';
import { knownWorkloads, type KnownWorkload } from './knownWorkloads';
import { PythonChoiceSchema, type PythonChoice, type PythonSetup } from './protocol';
import { fittingPythonChoice, type PythonCandidate } from './pythonChoice';
import { pythonSetup, typedShapes, type KnownKernel } from './pythonSetup';
import { PythonSubjectSchema, subjectKey, withSubjects, type HubSubject, type PythonSubject } from './pythonSubjects';

const CHOICE_KEY = 'kernelLens.pythonChoice';
const SUBJECTS_KEY = 'kernelLens.pythonSubjects';
const SCRIPTS_KEY = 'kernelLens.pythonScripts';
const MOST_SUBJECTS = 20;
const NOT_HERE = 'A kernel runs from a folder on this machine. Copy it to one and add that.';

const ScriptsSchema = v.record(v.string(), v.array(v.string()));

/** A kernel that the workspace has pinned. */
export interface PinnedKernel {
  /** `org/name`. */
  readonly id: string;
  readonly version: number | null;
}

export interface PythonChoiceParts {
  /** Of the workspace. */
  readonly memory: vscode.Memento;
  readonly quick: () => boolean;
  readonly open: () => Promise<HubAccess>;
  readonly machine: Machine;
  /** Those that are called from Python and those of which nobody knows. */
  readonly pins: () => Promise<readonly PinnedKernel[]>;
  readonly log: vscode.LogOutputChannel;
}

/** What can be measured in Python in this workspace, and what of it is chosen. */
export class PythonChoices implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly gone = new AbortController();
  private readonly subscriptions: vscode.Disposable;
  private stopCatalogue: (() => void) | null = null;
  private pinned: readonly HubSubject[] = [];
  private access: HubAccess | null = null;
  /** Kernels that the Hub was asked about, for each Hub once. */
  private asked = new Set<string>();
  private shown: PythonSetup | null = null;
  private builtIn: readonly KnownWorkload[] | null = null;

  constructor(private readonly parts: PythonChoiceParts) {
    const change = (): void => {
      this.change();
    };
    this.subscriptions = vscode.Disposable.from(
      { dispose: parts.machine.onChange(change) },
      vscode.workspace.onDidGrantWorkspaceTrust(change),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('kernelLens')) change();
      }),
    );
  }

  get choice(): PythonChoice {
    const stored = v.safeParse(PythonChoiceSchema, this.parts.memory.get(CHOICE_KEY));
    return fittingPythonChoice(stored.success ? stored.output : null, this.candidates(), this.parts.quick());
  }

  /** Measured before, the last first, then what is pinned. */
  get subjects(): readonly PythonSubject[] {
    return withSubjects(this.remembered(), [], Infinity).concat(
      this.pinned.filter((pin) => !this.remembered().some((subject) => subjectKey(subject) === subjectKey(pin))),
    );
  }

  /** What stands behind a key of the page. */
  subject(key: string): PythonSubject | null {
    return this.subjects.find((subject) => subjectKey(subject) === key) ?? null;
  }

  /** What the page shows. Made anew only when something has changed: it is asked for often while something is measured. */
  setup(): PythonSetup {
    this.shown ??= pythonSetup({
      ...this.facts(this.choice),
      scripts: this.scripts(),
      machine: this.parts.machine.state,
      trusted: vscode.workspace.isTrusted,
    });
    return this.shown;
  }

  /** The shapes of a choice as they were typed. */
  readShapes(choice: PythonChoice): ReturnType<typeof typedShapes> {
    return typedShapes(this.facts(choice));
  }

  async choose(choice: PythonChoice): Promise<void> {
    await this.parts.memory.update(CHOICE_KEY, choice);
    this.change();
    void this.askVersions();
  }

  /** Remembers what is about to be measured, each in the place of the same one before. @returns their keys */
  async remember(subjects: readonly PythonSubject[]): Promise<readonly string[]> {
    await this.parts.memory.update(SUBJECTS_KEY, withSubjects(this.remembered(), subjects, MOST_SUBJECTS));
    this.change();
    return subjects.map(subjectKey);
  }

  /** Learns from a report which workloads the own benchmark scripts of a kernel have. */
  async learn(report: Report, key: string): Promise<void> {
    const builtIn = new Set(this.workloads().map(({ id }) => id));
    const before = this.scripts();
    const seen = new Set(before[key]);
    for (const { name } of report.cases) if (!builtIn.has(name)) seen.add(name);
    if (seen.size === (before[key]?.length ?? 0)) return;
    await this.parts.memory.update(SCRIPTS_KEY, { ...before, [key]: [...seen] });
    this.change();
  }

  /** As `refreshPins`; asks for the versions of what is chosen, and looks at this machine where nobody has. Never throws. */
  async refresh(): Promise<void> {
    const { machine } = this.parts;
    const { state } = machine;
    if (state.python === null && !state.loading) void machine.refresh({ force: false }, this.gone.signal);
    await this.refreshPins();
    await this.askVersions();
  }

  /** Reads the pins and opens the catalogue, asking nobody. Never throws. */
  async refreshPins(): Promise<void> {
    try {
      const [pins, access] = await Promise.all([this.parts.pins(), this.parts.open()]);
      this.take(access);
      this.pinned = pins
        .filter(({ id }) => access.catalogue.state.kernels.find((row) => row.id === id)?.language !== 'javascript')
        .map(({ id, version }) => ({ kind: 'hub', id, version }));
      this.change();
    } catch (error) {
      this.parts.log.warn(`what can be measured in Python is not all known: ${String(error)}`);
    }
  }

  dispose(): void {
    this.gone.abort();
    this.subscriptions.dispose();
    this.stopCatalogue?.();
    this.changed.dispose();
  }

  private change(): void {
    this.shown = null;
    this.changed.fire();
  }

  private take(access: HubAccess): void {
    if (this.access === access) return;
    this.access = access;
    this.asked = new Set();
    this.stopCatalogue?.();
    this.stopCatalogue = access.catalogue.onChange(() => {
      this.change();
    });
  }

  /** Which versions the first kernel has, and which functions, is asked of the Hub once. */
  private async askVersions(): Promise<void> {
    const [key = ''] = this.choice.kernels;
    const subject = this.subject(key);
    if (subject?.kind !== 'hub' || this.access === null || this.asked.has(subject.id)) return;
    this.asked.add(subject.id);
    try {
      await this.access.catalogue.details(subject.id, null, this.gone.signal);
    } catch (error) {
      this.parts.log.info(`the versions of ${subject.id} are not known: ${String(error)}`);
    }
    this.change();
  }

  private facts(choice: PythonChoice): Parameters<typeof typedShapes>[0] {
    return {
      candidates: this.candidates(),
      choice,
      known: (kernel) => this.known(kernel),
      workloads: this.workloads(),
    };
  }

  private workloads(): readonly KnownWorkload[] {
    this.builtIn ??= knownWorkloads();
    return this.builtIn;
  }

  private candidates(): (PythonCandidate & { readonly group: string })[] {
    const remembered = new Set(this.remembered().map(subjectKey));
    return this.subjects.map((subject) => {
      const key = subjectKey(subject);
      const problem = subject.kind === 'folder' && !subject.uri.startsWith('file:') ? NOT_HERE : null;
      return { key, subject, problem, group: groupOf(subject, remembered.has(key)) };
    });
  }

  private known({ id, version }: HubSubject): KnownKernel | null {
    if (this.access === null) return null;
    const { catalogue } = this.access;
    const { system } = this.parts.machine.state;
    const summary = catalogue.state.kernels.find((row) => row.id === id) ?? null;
    const details = catalogue.seen(id, null)?.value ?? null;
    const own = version === null ? details : (catalogue.seen(id, version)?.value ?? null);
    if (own !== null) return { summary, details, verdict: judgeDetails(own, system) };
    return summary === null ? null : { summary, details, verdict: judgeSummary(summary, system) };
  }

  private remembered(): readonly PythonSubject[] {
    const stored = this.parts.memory.get(SUBJECTS_KEY);
    return (Array.isArray(stored) ? stored : []).flatMap((one) => {
      const subject = v.safeParse(PythonSubjectSchema, one);
      return subject.success ? [subject.output] : [];
    });
  }

  private scripts(): Readonly<Record<string, readonly string[]>> {
    const stored = v.safeParse(ScriptsSchema, this.parts.memory.get(SCRIPTS_KEY));
    return stored.success ? stored.output : {};
  }
}

function groupOf({ kind }: PythonSubject, isRemembered: boolean): string {
  if (kind === 'function') return 'Functions';
  return isRemembered ? 'Measured before' : 'Pinned in this workspace';
}
