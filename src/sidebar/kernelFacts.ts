// What an opened kernel says: one row for each thing worth knowing, in an order that never changes. No vscode in here.
import type { Aged } from '../hub/catalogueTypes';
import type { KernelDetails, KernelVersion } from '../kernels/kernelDetails';
import type { KernelSummary } from '../kernels/kernelSummary';
import { shownText } from '../kernels/shownText';
import type { System } from '../kernels/system';
import { pythonVerdicts, type VariantVerdict } from '../kernels/variantVerdicts';
import { verdictWords } from '../kernels/verdictWords';
import { webGpuProblem } from '../kernels/webgpuNeeds';
import type { WorksHere } from '../kernels/worksHere';
import { publisherOf } from '../kernels/kernelFilter';
import { verdictIcon, type RowText } from './kernelRows';
import { shortReason } from '../kernels/shortReason';
import { shownDay } from '../kernels/shownDay';

/** What a click on a row does; `path` lies below the Hub's address. */
export type FactAction =
  { readonly kind: 'details' } | { readonly kind: 'web'; readonly path: string } | { readonly kind: 'retry' };

export interface Fact extends RowText {
  /** Its own among its siblings, the same from one time to the next. */
  readonly key: string;
  readonly children: readonly Fact[];
  readonly action: FactAction | null;
  /** The version that the row stands for; null: it stands for something else. */
  readonly version: number | null;
}

/** What is known of a kernel's repository. */
export type Opened =
  | { readonly state: 'loading' }
  /** `problem`: why there is nothing, in words for people. */
  | { readonly state: 'failed'; readonly problem: string }
  | { readonly state: 'open'; readonly details: Aged<KernelDetails> };

/** The rows below a kernel. */
export function kernelFacts(
  kernel: KernelSummary,
  verdict: WorksHere,
  opened: Opened,
  system: System,
): readonly Fact[] {
  const details = opened.state === 'open' ? opened.details.value : null;
  const functions = details !== null && details.functions.length > 0 ? details.functions : kernel.functions;
  const layers = details !== null && details.layers.length > 0 ? details.layers : kernel.layers;
  return [
    verdictFact(verdict),
    ...problemFacts(opened),
    versionsFact(kernel, opened),
    buildsFact(opened, system),
    list('functions', 'Functions', 'symbol-method', functions, ({ name, signature }) => [name, signature]),
    list('layers', 'Layers', 'layers', layers, (name) => [name, '']),
    benchmarksFact(kernel, details),
    trustFact(kernel, details),
    ...licenceFacts(details?.license ?? kernel.license),
    ...accessFacts(kernel, details),
    fact('details', 'Details', 'card, builds and benchmarks on a page', 'open-preview', {
      action: { kind: 'details' },
    }),
    fact('hub', 'Open on the Hub', '', 'link-external', { action: { kind: 'web', path: `/kernels/${kernel.id}` } }),
  ].filter((item) => item !== null);
}

function fact(key: string, label: string, description: string, icon: string, more: Partial<Fact> = {}): Fact {
  return {
    key,
    label: shownText(label),
    description: shownText(description),
    tooltip: [description === '' ? label : `${label}: ${description}`].map((text) => shownText(text, 600)),
    icon,
    colour: null,
    spoken: shownText(description === '' ? label : `${label}: ${description}`, 300),
    children: [],
    action: null,
    version: null,
    ...more,
  };
}

function verdictFact(verdict: WorksHere): Fact {
  const [label, why] = verdictText(verdict);
  const spoken = verdict.state === 'works' || verdict.state === 'likely' ? `${label}: ${shownText(why, 300)}` : null;
  return fact('verdict', label, why, 'check', {
    ...verdictIcon(verdict),
    ...(verdict.state === 'fails' ? { description: shortReason(why) } : {}),
    spoken: spoken ?? verdictWords(verdict),
  });
}

function verdictText(verdict: WorksHere): readonly [label: string, why: string] {
  switch (verdict.state) {
    case 'works':
      return ['Runs here', verdict.variant];
    case 'likely':
      return ['Should run here', verdict.because];
    case 'fails':
      return ['Does not run here', verdict.reason];
    case 'unknown':
      return ['Not known', verdict.reason];
  }
}

function problemFacts(opened: Opened): readonly Fact[] {
  const action = { kind: 'retry' } as const;
  if (opened.state === 'failed') return [fact('problem', 'Not read', opened.problem, 'warning', { action })];
  if (opened.state === 'loading' || opened.details.problem === null) return [];
  const { at, problem } = opened.details;
  return [fact('problem', `As seen ${shownDay(at, new Date())}`, problem.message, 'history', { action })];
}

function versionsFact(kernel: KernelSummary, opened: Opened): Fact {
  if (opened.state !== 'open') {
    const version = kernel.version === null ? 'not known' : `v${kernel.version}`;
    return fact('versions', 'Versions', opened.state === 'loading' ? 'loading…' : version, 'tag');
  }
  const { versions, version } = opened.details.value;
  if (versions.length === 0) return fact('versions', 'Versions', 'none; only main', 'tag');
  const newest = versions.at(-1);
  const children = versions
    .toReversed()
    .map((each) => versionFact(each, each === newest, each.branch === version?.branch));
  return fact(
    'versions',
    'Versions',
    `${newest?.branch ?? ''}${versions.length > 1 ? ` and ${versions.length - 1} older` : ''}`,
    'tag',
    { children },
  );
}

function versionFact({ branch, version, commit }: KernelVersion, newest: boolean, shown: boolean): Fact {
  const marks = [...(newest ? ['newest'] : []), ...(shown && !newest ? ['shown here'] : [])];
  return fact(branch, branch, [commit.slice(0, 7), ...marks].join(' · '), 'git-commit', { version });
}

function buildsFact(opened: Opened, system: System): Fact | null {
  if (opened.state === 'loading') return fact('builds', 'Builds', 'loading…', 'package');
  if (opened.state === 'failed') return null;
  const details = opened.details.value;
  const rows = [...webGpuBuilds(details, system), ...pythonBuilds(details, system)];
  if (rows.length === 0) return fact('builds', 'Builds', 'none in this version', 'package');
  const fitting = rows.filter(({ icon }) => icon === 'check').length;
  const words = fitting === 0 ? `${rows.length}` : `${rows.length}, ${fitting} for this machine`;
  return fact('builds', 'Builds', words, 'package', { children: rows });
}

function pythonBuilds(details: KernelDetails, system: System): readonly Fact[] {
  const names = details.variants.filter((name) => name !== 'webgpu');
  if ('missing' in system.python) {
    const reason = system.python.missing;
    return names.map((name) =>
      fact(name, name, '', 'question', { tooltip: [shownText(name), shownText(reason, 300)] }),
    );
  }
  return pythonVerdicts({ ...details, variants: names }, system.python.system).map(pythonBuild);
}

function pythonBuild({ variant, state, reason }: VariantVerdict): Fact {
  switch (state) {
    case 'taken':
      return fact(variant, variant, 'taken here', 'check', { colour: 'testing.iconPassed' });
    case 'fits':
      return fact(variant, variant, 'fits too', 'check');
    case 'rejected':
      return fact(variant, variant, reason ?? 'does not fit', 'close', {
        description: shortReason(reason ?? 'does not fit'),
      });
    case 'skipped':
      return fact(variant, variant, reason ?? 'not judged', 'dash');
  }
}

/** The variants of a WebGPU build are in its manifest, not in folders. */
function webGpuBuilds(details: KernelDetails, system: System): readonly Fact[] {
  const adapter = system.webgpu;
  return (details.webgpu ?? []).map((needs) => {
    const key = `webgpu:${needs.variant}`;
    if ('missing' in adapter) return fact(key, needs.variant, 'WebGPU', 'question');
    const problem = webGpuProblem(needs, adapter.system);
    return problem === null
      ? fact(key, needs.variant, 'fits this adapter', 'check')
      : fact(key, needs.variant, problem, 'close');
  });
}

function benchmarksFact(kernel: KernelSummary, details: KernelDetails | null): Fact | null {
  const paths = details?.benchmarks ?? kernel.benchmarks;
  if (paths === null) return null;
  const revision = details?.commit ?? 'main';
  return list(
    'benchmarks',
    'Benchmarks',
    'dashboard',
    paths,
    (path) => [path.slice(path.lastIndexOf('/') + 1), path],
    (path) => ({
      kind: 'web',
      path: `/kernels/${kernel.id}/blob/${revision}/${path.split('/').map(encodeURIComponent).join('/')}`,
    }),
  );
}

function trustFact(kernel: KernelSummary, details: KernelDetails | null): Fact {
  const trusted = details?.trusted ?? kernel.trusted;
  const publisher = publisherOf(kernel.id);
  if (trusted === null) return fact('publisher', 'Publisher', `${publisher}, trust not known`, 'organization');
  return trusted
    ? fact('publisher', 'Publisher', `${publisher}, trusted by the Hub`, 'verified')
    : fact(
        'publisher',
        'Publisher',
        `${publisher}, not trusted by the Hub: its code runs only with consent`,
        'unverified',
      );
}

function licenceFacts(licence: string | null): readonly Fact[] {
  return licence === null ? [] : [fact('licence', 'Licence', licence, 'law')];
}

function accessFacts(kernel: KernelSummary, details: KernelDetails | null): readonly Fact[] {
  const redirect = details?.redirect ?? null;
  return [
    ...(kernel.private || details?.private === true
      ? [fact('private', 'Private', 'seen with your token only', 'lock')]
      : []),
    ...(kernel.gated || details?.gated === true ? [fact('gated', 'Gated', 'ask for access on the Hub', 'key')] : []),
    ...(redirect === null
      ? []
      : [fact('moved', 'Moved', `to ${redirect.destination} (${redirect.revision})`, 'arrow-right')]),
  ];
}

/** A row with one row for each item below it; null where there is none. */
function list<T>(
  key: string,
  label: string,
  icon: string,
  items: readonly T[],
  textOf: (item: T) => readonly [label: string, description: string],
  actionOf: (item: T) => FactAction | null = () => null,
): Fact | null {
  if (items.length === 0) return null;
  const children = items.map((item, index) => {
    const [name, description] = textOf(item);
    return fact(`${key}:${index}`, name, description, icon, { action: actionOf(item) });
  });
  return fact(key, label, items.length.toString(), icon, { children });
}
