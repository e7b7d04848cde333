// Which kernels are offered for an operation: those that work here, best first. No vscode in here.
import type { OperationKind, OperationSite } from '../code/operation';
import type { Knowledge } from '../findings/knowledge';
import type { Offer } from '../insert/insertTypes';
import { writtenKind } from '../insert/knownFunctions';
import { offersFor } from '../insert/offers';
import type { KernelSummary } from '../kernels/kernelSummary';
import type { AskedKernel } from './detailAsker';
import type { LensRate } from './lensRate';

export interface RatedOffer {
  readonly offer: Offer;
  /** `likely`: its builds could not be looked at, or not all of what it stands on was. */
  readonly state: 'works' | 'likely';
}

/** Of the kernels for one kind of operation so many are looked into. */
const MOST_ASKED = 4;

/** What of a reading is needed here. */
interface ReadOperations {
  readonly code: { readonly operations: readonly OperationSite[] };
}

export interface OfferPlansParts<R extends ReadOperations> {
  readonly known: (reading: R) => Knowledge;
  /** Whether the Hub may still say more of a kernel. */
  readonly isOpen: (kernel: AskedKernel) => boolean;
}

export class OfferPlans<R extends ReadOperations = ReadOperations> {
  private readonly all = new WeakMap<readonly KernelSummary[], Map<string, readonly Offer[]>>();

  constructor(private readonly parts: OfferPlansParts<R>) {}

  /** Best first; those that surely work before those that should. Empty: none is known to work here. */
  of(reading: R, site: OperationSite): readonly RatedOffer[] {
    const known = this.parts.known(reading);
    const rated = this.offers(known, site).flatMap((listed): RatedOffer[] => {
      const { works, details } = known.kernel(listed.id, listed.version);
      const version = listed.version ?? details?.version?.version ?? null;
      // The list may not know the version, and without a look nobody does.
      if (version === null && details === null) return [];
      const offer = { ...listed, version };
      if (works.state === 'works') return [{ offer, state: 'works' }];
      if (works.state !== 'likely') return [];
      // What may turn out otherwise in a moment is not shown.
      return details === null && this.parts.isOpen(listed) ? [] : [{ offer, state: 'likely' }];
    });
    return rated.toSorted((a, b) => Number(a.state === 'likely') - Number(b.state === 'likely'));
  }

  /** The kernels to look into, so that it can be said which of them work. */
  wanted(reading: R, kinds: ReadonlySet<OperationKind>): readonly AskedKernel[] {
    const known = this.parts.known(reading);
    const wanted = new Map<string, AskedKernel>();
    const considered = new Map<OperationKind, Set<string>>();
    for (const site of reading.code.operations) {
      if (!kinds.has(site.kind)) continue;
      const ids = considered.get(site.kind) ?? new Set<string>();
      considered.set(site.kind, ids);
      for (const { id, version } of this.offers(known, site)) {
        if (ids.size >= MOST_ASKED) break;
        ids.add(id);
        const { works, details } = known.kernel(id, version);
        const isUndecided = details === null && (works.state === 'likely' || works.state === 'unknown');
        if (isUndecided) wanted.set(id, { id, version });
        // The list says that it is not for this machine: that costs nobody a question.
        else if (works.state === 'fails' && details === null) ids.delete(id);
      }
    }
    return [...wanted.values()];
  }

  /** A file may have thousands of sites, of a few kinds. */
  private offers({ kernels }: Knowledge, site: OperationSite): readonly Offer[] {
    const key = offerKey(site);
    const before = this.all.get(kernels) ?? new Map<string, readonly Offer[]>();
    this.all.set(kernels, before);
    const offers = before.get(key) ?? offersFor(site, kernels);
    before.set(key, offers);
    return offers;
  }
}

/** Sites with the same key have the same offers. */
export function offerKey(site: OperationSite): string {
  return `${writtenKind(site) ?? ''}, ${site.form}`;
}

/** The sites that a lens stands at: at every one, or the first of its kind in a function or a file. */
export function thinned(sites: readonly OperationSite[], rate: LensRate): readonly OperationSite[] {
  if (rate === 'every') return sites;
  const seen = new Set<string>();
  return sites.filter(({ kind, enclosingFunction }) => {
    const place = rate === 'once per file' || enclosingFunction === null ? '' : String(enclosingFunction.span.from);
    const key = `${kind} ${place}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
