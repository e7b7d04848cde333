// What a hover says of a kernel, of a function of it and of a layer, as Markdown. No vscode in here.
import type { KernelKnowledge } from '../findings/knowledge';
import type { KernelFunction } from '../kernels/kernelSummary';
import { shownText } from '../kernels/shownText';
import type { WorksHere } from '../kernels/worksHere';
import { cardText } from './cardText';
import { shapesOf } from './docstringShapes';
import { markdownBlock, markdownCode, markdownText } from './markdownText';

const MOST_FUNCTIONS = 12;
const MOST_VERSIONS = 8;
const MOST_LINES = 40;

export interface KernelHoverFacts {
  readonly id: string;
  readonly known: KernelKnowledge;
  /** Of the call; null: it gives none. */
  readonly version: number | null;
  /** What was measured, a line each. */
  readonly measured: readonly string[];
}

/** For the id of a kernel, or the name that it is kept under. */
export function kernelHover({ id, known, version, measured }: KernelHoverFacts): string {
  const { summary, details, missing, works } = known;
  if (missing) {
    return `**${markdownText(id)}**\n\nThe Hub has no such kernel, or none that your token may see.`;
  }
  const said = cardText(details?.card ?? '') ?? summary?.summary ?? null;
  return [
    `**${markdownText(id)}**`,
    ...(said === null ? [] : [markdownText(said, 400)]),
    `${worksWords(works)}${elsewhere(known, version)}`,
    ...measured.map((line) => markdownText(line, 300)),
    ...versionWords(known, version),
    ...trustWords(known),
    ...functionList(details?.functions ?? summary?.functions ?? [], details?.layers ?? summary?.layers ?? []),
  ].join('\n\n');
}

function worksWords(works: WorksHere): string {
  switch (works.state) {
    case 'works':
      return `Runs here, with the build ${markdownCode(works.variant)}.`;
    case 'likely':
      return `Should run here\\. ${markdownText(works.because, 300)}`;
    case 'fails':
      return `Does not run here: ${markdownText(works.reason, 300)}`;
    case 'unknown':
      return `Not known whether it runs here: ${markdownText(works.reason, 300)}`;
  }
}

/** The version that would run. */
function elsewhere({ works, workingVersion }: KernelKnowledge, version: number | null): string {
  if (works.state !== 'fails' || workingVersion === null || workingVersion === version) return '';
  return ` Version ${workingVersion} has a build for this machine.`;
}

function versionWords({ versions, summary, lockedCommit }: KernelKnowledge, version: number | null): readonly string[] {
  const known = summary?.version ?? null;
  const all = versions ?? (known === null ? [] : [known]);
  const newest = all.toSorted((a, b) => b - a);
  const shown = newest.slice(0, MOST_VERSIONS).map((one) => (one === version ? `**v${one}**` : `v${one}`));
  const rest = newest.length - shown.length;
  const list = rest > 0 ? [...shown, `and ${rest} older`] : shown;
  return [
    ...(list.length === 0 ? [] : [`Versions: ${list.join(', ')}`]),
    ...(lockedCommit === null ? [] : [`Locked at ${markdownCode(lockedCommit.slice(0, 12))}`]),
  ];
}

function trustWords({ trusted }: KernelKnowledge): readonly string[] {
  return trusted === false ? ['The Hub does not count its publisher as trusted.'] : [];
}

function functionList(functions: readonly KernelFunction[], layers: readonly string[]): readonly string[] {
  const lines = functions.slice(0, MOST_FUNCTIONS).map(({ name, signature }) => shownText(`${name}${signature}`, 160));
  const rest = functions.length - lines.length;
  if (rest > 0) lines.push(`# and ${rest} more`);
  if (layers.length > 0) {
    const names = layers.slice(0, MOST_FUNCTIONS).map((name) => shownText(name, 60));
    lines.push(`# layers: ${names.join(', ')}${layers.length > names.length ? ', …' : ''}`);
  }
  return lines.length === 0 ? [] : [markdownBlock(lines, 'python')];
}

/** For a function of a kernel. @param version null: `main`, or not known */
export function functionHover(
  id: string,
  version: number | null,
  { name, signature, docstring }: KernelFunction,
): string {
  const shapes = docstring === undefined ? [] : shapesOf(docstring, signature);
  return [
    markdownBlock([shownText(`${name}${signature}`, 600)], 'python'),
    ofKernel(id, version),
    ...(shapes.length === 0 ? [] : [`Shapes: ${shapes.map((shape) => markdownCode(shape)).join(', ')}`]),
    ...(docstring === undefined ? [] : [docstringBlock(docstring)]),
  ].join('\n\n');
}

/** For a layer of a kernel, a class that takes a module's place. */
export function layerHover(id: string, version: number | null, name: string): string {
  return [markdownBlock([`class ${shownText(name, 200)}`], 'python'), `A layer ${ofKernel(id, version)}`].join('\n\n');
}

function ofKernel(id: string, version: number | null): string {
  return `of **${markdownText(id)}**${version === null ? '' : ` v${version}`}`;
}

/** As it was written: indentation says what belongs together. */
function docstringBlock(docstring: string): string {
  const lines = docstring.split('\n');
  const shown = lines.slice(0, MOST_LINES).map((line) => {
    const indentation = /^ {0,40}/.exec(line)?.[0] ?? '';
    return indentation + shownText(line, 200);
  });
  return markdownBlock(lines.length > MOST_LINES ? [...shown, '…'] : shown, 'text');
}
