import * as vscode from 'vscode';
import { judgedUse } from '../findings/judgedUse';
import type { Offer } from '../insert/insertTypes';
import type { KernelSpeedup } from '../profile/kernelSpeedup';
import type { PythonRequest } from '../profile/python/pythonRequest';
import BUILT_IN_WORKLOADS from '../profile/python/workloads.json';
import { clickTarget } from './clickTargets';
import type { CodeUnits } from './codeUnits';
import { editorSettings, type EditorSettings } from './editorSettings';
import type { Judgements } from './judgements';
import { resultsAsked } from './kernelResults';
import { benchmarkLens, callLenses, offerLens, type LensText } from './lensText';
import type { MeasuredResults } from './measuredResults';
import { memberSpeedup, workloadsOf } from './operationWorkloads';
import { thinned, type OfferPlans } from './offerPlans';
import type { Reading } from './reading';
import type { UseSite } from './readSites';
import { benchmarkRepository } from './runBenchmark';

export interface LensParts {
  readonly units: CodeUnits;
  readonly judgements: Judgements;
  readonly offers: OfferPlans<Reading>;
  readonly measured: MeasuredResults;
  /** Whether benchmarks of this workspace can be run. */
  readonly canBenchmark: () => boolean;
  /** Whether there is a Python that can measure. */
  readonly canMeasure: () => boolean;
  /** What lenses say may be otherwise now. */
  readonly onDidChange: vscode.Event<void>;
}

/** The lenses above calls of kernels, and above operations that a kernel can take over. */
export class Lenses implements vscode.CodeLensProvider {
  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(private readonly parts: LensParts) {
    this.onDidChangeCodeLenses = parts.onDidChange;
  }

  async provideCodeLenses(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<vscode.CodeLens[]> {
    const { lenses } = editorSettings(document.uri);
    if (!lenses.enabled) return [];
    const reading = await this.parts.units.read(document);
    if (reading === null || token.isCancellationRequested) return [];
    return [
      ...this.callLenses(document, reading, lenses),
      ...this.operationLenses(document, reading, lenses),
      ...this.benchmarkLenses(document, reading, lenses),
    ];
  }

  private callLenses(
    document: vscode.TextDocument,
    reading: Reading,
    { calls }: EditorSettings['lenses'],
  ): readonly vscode.CodeLens[] {
    if (!calls) return [];
    const { suppressions } = reading.code;
    return reading.sites.uses.sites.flatMap((site) => {
      const place = reading.place(site.use.loaderSpan);
      if (place?.document !== document || suppressions.has(site.span, 'lens')) return [];
      return this.commands(document, reading, site).map((command) => new vscode.CodeLens(place.range, command));
    });
  }

  private commands(document: vscode.TextDocument, reading: Reading, site: UseSite): readonly vscode.Command[] {
    const { source, code } = reading;
    const knowledge = this.parts.judgements.known(reading);
    if (source === null) return [];
    const judged = judgedUse(source, site.use, code.uses, knowledge);
    const asked = resultsAsked(judged);
    const { id, version, known, facts, inPython } = judged;
    if (id === null || known === null || asked === null) return [];
    const { works, missing, lockedCommit, versions, summary } = known;
    const newest = versions?.at(-1) ?? summary?.version ?? null;
    const measured = this.parts.measured.of(asked).here;
    const language = inPython ? 'python' : 'javascript';
    const otherLanguage = summary === null || summary.language === language ? null : summary.language;
    const problem = this.problem(reading, site);
    const texts = callLenses(
      { id, works, version, newest, lockedCommit, measured, missing, otherLanguage, problem },
      new Date(),
    );
    const kernel = { id, version };
    // In Python a profile takes torch, and a build for this machine.
    const isThere = version === null || versions === null || versions.includes(version);
    const canProfile = !inPython || (works.state !== 'fails' && isThere && this.parts.canMeasure());
    const target = clickTarget(document, reading, reading.sites.uses, site);
    const offered =
      missing || otherLanguage !== null
        ? []
        : [
            ...(facts.versioned && (versions?.length ?? 0) > 1 ? [change(target)] : []),
            ...(lockedCommit === null
              ? [action('pin', 'Write this version and its commit down', 'pinKernel', kernel)]
              : []),
            ...(canProfile ? [action('profile', 'Measure it on this machine', 'profileHubKernel', kernel)] : []),
          ];
    return [...texts.map((text) => callCommand(text, kernel, target)), ...offered];
  }

  /** What is underlined in the call itself, and raises. */
  private problem(reading: Reading, { span }: UseSite): string | null {
    const found = this.parts.judgements.findings(reading).find((finding) => {
      return finding.severity === 'error' && span.from <= finding.span.from && finding.span.to <= span.to;
    });
    return found?.message ?? null;
  }

  private operationLenses(
    document: vscode.TextDocument,
    reading: Reading,
    { operations, rate }: EditorSettings['lenses'],
  ): readonly vscode.CodeLens[] {
    if (operations.size === 0) return [];
    const { suppressions } = reading.code;
    const table = reading.sites.operations;
    const wanted = table.sites.filter(({ operation, span }) => {
      return operations.has(operation.kind) && !suppressions.has(span, 'lens');
    });
    const shown = new Set(
      thinned(
        wanted
          .map(({ operation }) => operation)
          .filter((operation) => this.parts.offers.of(reading, operation).length > 0),
        rate,
      ),
    );
    return wanted.flatMap((site) => {
      if (!shown.has(site.operation)) return [];
      const place = reading.place(site.operation.nameSpan);
      const rated = this.parts.offers.of(reading, site.operation);
      const [best] = rated;
      if (place?.document !== document || best === undefined) return [];
      const text = offerLens(
        rated.map(({ offer }) => offer),
        this.worth(best.offer),
      );
      if (text === null) return [];
      const title = best.state === 'likely' ? `${text.title} · should run here` : text.title;
      const target = clickTarget(document, reading, table, site);
      const { tooltip } = text;
      const commands = [
        { title, tooltip, command: 'kernelLens.replaceOperation', arguments: [target] },
        ...(this.parts.canMeasure() ? [profileOffer(best.offer)] : []),
      ];
      return commands.map((command) => new vscode.CodeLens(place.range, command));
    });
  }

  /** What a function that is offered was last measured to be worth on this machine; null: it was not. */
  private worth({ id, version, member }: Offer): KernelSpeedup | null {
    const { here } = this.parts.measured.of({ id, version, commit: null, language: 'python' });
    return here === null ? null : memberSpeedup(member, here.outcomes, BUILT_IN_WORKLOADS);
  }

  private benchmarkLenses(
    document: vscode.TextDocument,
    reading: Reading,
    { calls }: EditorSettings['lenses'],
  ): readonly vscode.CodeLens[] {
    const repository = benchmarkRepository(document.uri);
    if (!calls || repository === null) return [];
    const canRun = this.parts.canBenchmark();
    const canProfile = vscode.workspace.isTrusted && this.parts.canMeasure();
    return reading.code.benchmarks.flatMap(({ name, span, workloads }) => {
      const text = benchmarkLens(workloads);
      const place = reading.place(span);
      if (text === null || place === null || reading.code.suppressions.has(span, 'lens')) return [];
      const { title, tooltip } = text;
      const target = { uri: document.uri.toString() };
      const commands = [
        ...(canProfile ? [profileBenchmark(repository, name)] : []),
        ...(canRun ? [{ title, tooltip, command: 'kernelLens.runBenchmark', arguments: [target] }] : []),
      ];
      return commands.map((command) => new vscode.CodeLens(place.range, command));
    });
  }
}

function callCommand({ about, title, tooltip }: LensText, kernel: object, target: object): vscode.Command {
  switch (about) {
    case 'newer':
      return { title, tooltip, command: 'kernelLens.changeVersion', arguments: [target] };
    case 'locked':
      return { title, tooltip, command: 'kernelLens.pinned.focus' };
    case 'measured':
      return { title, tooltip, command: 'kernelLens.results.focus' };
    case 'works':
    case 'offer':
    case 'benchmark':
      return { title, tooltip, command: 'kernelLens.openDetails', arguments: [kernel] };
  }
}

function change(target: object): vscode.Command {
  return action('change version', 'Choose another version and write it into this call', 'changeVersion', target);
}

function action(title: string, tooltip: string, command: string, argument: object): vscode.Command {
  return { title, tooltip, command: `kernelLens.${command}`, arguments: [argument] };
}

/** The kernel in what it is offered for; where no workload is made for that, in all that it has. */
function profileOffer({ id, version, member }: Offer): vscode.Command {
  const workloads = [...workloadsOf(member, BUILT_IN_WORKLOADS)];
  const request: PythonRequest = { kernels: [{ id, version }], work: { kind: 'kernels', workloads, shapes: [] } };
  return action('profile', 'Measure it against PyTorch on this machine', 'profilePython', request);
}

function profileBenchmark(repository: vscode.Uri, name: string): vscode.Command {
  const request: PythonRequest = {
    kernels: [{ folder: repository.toString() }],
    work: { kind: 'kernels', workloads: [name], shapes: [] },
  };
  return action('profile', 'Measure this class on this machine, and check its results', 'profilePython', request);
}
