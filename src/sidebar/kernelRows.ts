// What a kernel's row says. No vscode in here: the words are tested as a table.
import { PLATFORMS, type KernelGroup, type KernelSummary, type Platform } from '../kernels/kernelSummary';
import { platformTitle } from '../kernels/platformTitle';
import { shortCount } from '../kernels/shortCount';
import { shownText } from '../kernels/shownText';
import { verdictWords } from '../kernels/verdictWords';
import type { WorksHere } from '../kernels/worksHere';
import { publisherOf } from '../kernels/kernelFilter';
import { shortReason } from '../kernels/shortReason';
import { shownDay } from '../kernels/shownDay';

/** A row of a tree, in words. `icon` is a codicon; its colour never says what the words do not. */
export interface RowText {
  readonly label: string;
  readonly description: string;
  /** One paragraph each. */
  readonly tooltip: readonly string[];
  readonly icon: string;
  /** A colour of the theme; null: that of the text. */
  readonly colour: string | null;
  /** What a screen reader says instead of label and description. */
  readonly spoken: string;
}

/** Publishers whose kernels are most of the Hub's: naming them in each row would say nothing. */
const USUAL_PUBLISHERS: readonly string[] = ['kernels-community', 'webgpu-kernels'];
const ONNX_DOMAIN = 'ai.onnx.';

const GROUP_LABELS: Readonly<Record<KernelGroup, string>> = {
  attention: 'Attention',
  normalisation: 'Normalisation',
  activation: 'Activation',
  quantisation: 'Quantisation',
  'mixture of experts': 'Mixture of experts',
  convolution: 'Convolution and pooling',
  'matrix product': 'Matrix product',
  'positional encoding': 'Positional encoding',
  'state space': 'State space and recurrent',
  elementwise: 'Elementwise',
  reduction: 'Reduction',
  'shape and indexing': 'Shape and indexing',
  'sampling and loss': 'Sampling and loss',
  vision: 'Vision',
  other: 'Other',
};

export function groupLabel(group: KernelGroup): string {
  return GROUP_LABELS[group];
}

/** `flash-attn2`, `Attention (WebGPU)`. */
export function kernelLabel({ id, language }: Pick<KernelSummary, 'id' | 'language'>): string {
  const name = shownText(id.slice(id.indexOf('/') + 1), 60);
  return language === 'javascript' ? `${name.slice(name.lastIndexOf('.') + 1) || name} (WebGPU)` : name;
}

/** The row of a kernel. @param bundled the extension carries a kernel for the same operator. */
export function kernelRow(kernel: KernelSummary, verdict: WorksHere, bundled: boolean): RowText {
  const label = kernelLabel(kernel);
  const facts = factsOf(kernel, bundled);
  const shown = verdict.state === 'fails' ? [shortReason(verdict.reason)] : facts;
  return {
    label,
    description: shown.join(' · '),
    tooltip: tooltipOf(kernel, verdict, bundled),
    ...verdictIcon(verdict),
    spoken: [label, verdictWords(verdict), ...spokenFacts(kernel, bundled)].join(', '),
  };
}

export function verdictIcon(verdict: WorksHere): Pick<RowText, 'icon' | 'colour'> {
  switch (verdict.state) {
    case 'works':
      return { icon: 'check', colour: 'testing.iconPassed' };
    case 'likely':
      return { icon: 'check', colour: null };
    case 'fails':
      return { icon: 'close', colour: null };
    case 'unknown':
      return { icon: 'question', colour: null };
  }
}

function factsOf(kernel: KernelSummary, bundled: boolean): readonly string[] {
  const { id, version, language, backends, downloads } = kernel;
  const name = id.slice(id.indexOf('/') + 1);
  const domain = name.slice(0, name.lastIndexOf('.'));
  return [
    ...(USUAL_PUBLISHERS.includes(publisherOf(id)) ? [] : [shownText(publisherOf(id), 40)]),
    ...(version === null ? [] : [`v${version}`]),
    ...(language === 'python' ? [platformsOf(backends).map(platformTitle).join(' ')] : []),
    ...(language === 'javascript' && domain !== '' && !name.startsWith(ONNX_DOMAIN) ? [shownText(domain, 40)] : []),
    ...(bundled ? ['bundled'] : []),
    ...(kernel.private ? ['private'] : []),
    ...(kernel.gated ? ['gated'] : []),
    ...(downloads === null || downloads === 0 ? [] : [`${shortCount(downloads)} ↓`]),
  ].filter((fact) => fact !== '');
}

/** In the same order in every row, whatever a list says first. */
function platformsOf(backends: KernelSummary['backends']): readonly Platform[] {
  return PLATFORMS.filter((platform) => backends.some((backend) => backend.platform === platform));
}

function spokenFacts(kernel: KernelSummary, bundled: boolean): readonly string[] {
  const { version, backends, downloads } = kernel;
  return [
    `by ${shownText(publisherOf(kernel.id), 40)}`,
    ...(version === null ? [] : [`version ${version}`]),
    ...platformsOf(backends).map(platformTitle),
    ...(bundled ? ['bundled'] : []),
    ...(kernel.private ? ['private'] : []),
    ...(kernel.gated ? ['gated'] : []),
    ...(downloads === null ? [] : [`${downloads} downloads`]),
  ];
}

function tooltipOf(kernel: KernelSummary, verdict: WorksHere, bundled: boolean): readonly string[] {
  const { id, summary, likes, downloads, updatedAt, license } = kernel;
  const words = verdictWords(verdict);
  const updated = updatedAt === null ? '' : shownDay(updatedAt, new Date());
  const counts = [
    ...(downloads === null ? [] : [`${downloads} downloads`]),
    ...(likes === null ? [] : [`${likes} likes`]),
    ...(updated === '' ? [] : [`updated ${updated}`]),
    ...(license === null ? [] : [`licence ${shownText(license, 60)}`]),
  ];
  return [
    shownText(id),
    ...(summary === null ? [] : [shownText(summary, 300)]),
    `${words.charAt(0).toUpperCase()}${words.slice(1)}${verdict.state === 'likely' ? ` (${shownText(verdict.because)})` : ''}`,
    ...(bundled ? ['A kernel for this operator comes with Kernel Lens: it is profiled without a download.'] : []),
    ...(kernel.trusted === false ? ['The Hub does not count its publisher as trusted.'] : []),
    ...(counts.length === 0 ? [] : [counts.join(' · ')]),
  ];
}
