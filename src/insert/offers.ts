// Which kernels can compute an operation: those that have a function or a layer of a known name, whoever made them.
import type { OperationSite } from '../code/operation';
import { kernelIdProblem } from '../kernels/kernelId';
import type { KernelFunction, KernelSummary } from '../kernels/kernelSummary';
import type { Offer } from './insertTypes';
import {
  hasBackward,
  knownFunctions,
  knownLayers,
  writtenKind,
  type KnownMember,
  type WrittenKind,
} from './knownFunctions';
import { mapParameters } from './parameterRoles';
import { readSignature } from './signatureText';

interface Ranked {
  readonly offer: Offer;
  /** It computes just that, rather than something near it. */
  readonly exact: boolean;
  readonly backward: boolean;
  readonly kernel: KernelSummary;
}

const FORWARD_ONLY = 'It has no backward: where a gradient is needed, PyTorch computes.';

/**
 * Best first: what computes exactly that, then publishers that the Hub trusts, then what is downloaded most. A kernel has at
 * most one function and one layer among them.
 */
export function offersFor(site: OperationSite, kernels: readonly KernelSummary[]): readonly Offer[] {
  const kind = writtenKind(site);
  if (kind === null || isOutOfReach(site)) return [];
  const ranked = kernels
    .filter(({ language, id }) => language === 'python' && kernelIdProblem(id) === null)
    .flatMap((kernel) => [functionOffer(kind, kernel), layerOffer(kind, site, kernel)])
    .filter((offer) => offer !== null);
  return ranked.sort(byWorth).map(({ offer }) => offer);
}

/** Modules whose kernels could not be written in any form: norms without a weight, and layers with 8-bit weights. */
function isOutOfReach({ kind, form, arguments: given }: OperationSite): boolean {
  if (form !== 'module') return false;
  if (kind === '8-bit linear') return true;
  return (kind === 'layer norm' || kind === 'rms norm') && given.affine?.value === false;
}

function functionOffer(kind: WrittenKind, kernel: KernelSummary): Ranked | null {
  for (const known of knownFunctions(kind)) {
    const found = kernel.functions.find((one) => one.name === known.name && isMappable(kind, one, kernel));
    if (found !== undefined)
      return ranked(kind, kernel, known, { kind: 'function', name: found.name }, found.signature);
  }
  return null;
}

/** Layers take the place of modules, so an expression that computes has no use for them. */
function layerOffer(kind: WrittenKind, site: OperationSite, kernel: KernelSummary): Ranked | null {
  if (site.form !== 'module' && site.form !== 'class' && kind !== 'transformers model') return null;
  for (const known of knownLayers(kind)) {
    if (!kernel.layers.includes(known.name)) continue;
    return ranked(kind, kernel, known, { kind: 'layer', name: known.name }, null);
  }
  return null;
}

function ranked(
  kind: WrittenKind,
  kernel: KernelSummary,
  known: KnownMember,
  member: Offer['member'],
  signature: string | null,
): Ranked {
  const backward = hasBackward(kind, kernel.id, member);
  const notes = [known.note, backward ? null : FORWARD_ONLY].filter((note) => note !== null);
  const note = notes.length === 0 ? null : notes.join(' ');
  const platforms = kernel.backends.map(({ platform }) => platform);
  return {
    offer: { id: kernel.id, version: kernel.version, member, signature, note, platforms },
    exact: known.exact,
    backward,
    kernel,
  };
}

function isMappable(kind: WrittenKind, { signature }: KernelFunction, { functions }: KernelSummary): boolean {
  // transformers calls attention itself, and takes a kernel that has this function as well.
  if (kind === 'transformers model') return functions.some(({ name }) => name === 'flash_attn_varlen_func');
  const parameters = readSignature(signature);
  return parameters !== null && 'mapped' in mapParameters(kind, parameters);
}

function byWorth(a: Ranked, b: Ranked): number {
  return (
    Number(b.exact) - Number(a.exact) ||
    trust(b.kernel) - trust(a.kernel) ||
    (b.kernel.downloads ?? -1) - (a.kernel.downloads ?? -1) ||
    Number(b.backward) - Number(a.backward) ||
    compare(a.kernel.id, b.kernel.id) ||
    compare(a.offer.member.kind, b.offer.member.kind)
  );
}

function trust({ trusted }: KernelSummary): number {
  return trusted === true ? 2 : trusted === null ? 1 : 0;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
