import * as vscode from 'vscode';
import { judgedUse } from '../findings/judgedUse';
import { clickTarget } from './clickTargets';
import type { CodeUnits } from './codeUnits';
import { editorSettings, type EditorSettings } from './editorSettings';
import type { Judgements } from './judgements';
import { benchmarkLens, callLenses, offerLens, type LensText } from './lensText';
import type { MeasuredResults } from './measuredResults';
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
    const { id, version, known, facts, inPython } = judgedUse(source, site.use, code.uses, knowledge);
    if (id === null || known === null) return [];
    const { works, missing, lockedCommit, versions, summary } = known;
    const newest = versions?.at(-1) ?? summary?.version ?? null;
    // Kernels of Python are not measured yet.
    const measured = inPython ? null : this.parts.measured.of(id);
    const language = inPython ? 'python' : 'javascript';
    const otherLanguage = summary === null || summary.language === language ? null : summary.language;
    const problem = this.problem(reading, site);
    const texts = callLenses(
      { id, works, version, newest, lockedCommit, measured, missing, otherLanguage, problem },
      new Date(),
    );
    const kernel = { id, version };
    const target = clickTarget(document, reading, reading.sites.uses, site);
    const offered =
      missing || otherLanguage !== null
        ? []
        : [
            ...(facts.versioned && (versions?.length ?? 0) > 1 ? [change(target)] : []),
            ...(lockedCommit === null
              ? [action('pin', 'Write this version and its commit down', 'pinKernel', kernel)]
              : []),
            ...(inPython ? [] : [action('profile', 'Measure it on this GPU', 'profileHubKernel', kernel)]),
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
      const text = offerLens(rated.map(({ offer }) => offer));
      if (place?.document !== document || text === null) return [];
      const title = rated[0]?.state === 'likely' ? `${text.title} · should run here` : text.title;
      const target = clickTarget(document, reading, table, site);
      const { tooltip } = text;
      return [
        new vscode.CodeLens(place.range, {
          title,
          tooltip,
          command: 'kernelLens.replaceOperation',
          arguments: [target],
        }),
      ];
    });
  }

  private benchmarkLenses(
    document: vscode.TextDocument,
    reading: Reading,
    { calls }: EditorSettings['lenses'],
  ): readonly vscode.CodeLens[] {
    if (!calls || benchmarkRepository(document.uri) === null || !this.parts.canBenchmark()) return [];
    return reading.code.benchmarks.flatMap(({ span, workloads }) => {
      const text = benchmarkLens(workloads);
      const place = reading.place(span);
      if (text === null || place === null || reading.code.suppressions.has(span, 'lens')) return [];
      const { title, tooltip } = text;
      const target = { uri: document.uri.toString() };
      return [
        new vscode.CodeLens(place.range, { title, tooltip, command: 'kernelLens.runBenchmark', arguments: [target] }),
      ];
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
