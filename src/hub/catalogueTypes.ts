// The catalogue: what ships, what the Hub lists and what was seen before, as one list. Implemented in catalogue.ts.
import type { KernelDetails } from '../kernels/kernelDetails';
import type { KernelSummary } from '../kernels/kernelSummary';
import type { HubError } from './hubError';
import type { HubQuery } from './hubTypes';

export interface CatalogueState {
  readonly kernels: readonly KernelSummary[];
  /** `built in`: only the snapshot; `cached`: the Hub's list as it was at `at`; `live`: as the Hub has just answered. */
  readonly source: 'built in' | 'cached' | 'live';
  /** ISO 8601: of the snapshot, or of the Hub's answer. */
  readonly at: string;
  readonly loading: boolean;
  /** Why the list is not fresh; null: it is, or it is being asked for. */
  readonly problem: HubError | null;
  /** The Hub keeps everybody waiting until then (ISO 8601), and why, in a sentence; null: it does not. */
  readonly waiting: { readonly until: string; readonly why: string } | null;
  /** Rows of the Hub's last list that name no kernel and were left out. */
  readonly dropped: number;
}

/** A value with the moment at which the Hub gave it; `problem`: why it is not fresh. */
export interface Aged<T> {
  readonly value: T;
  /** ISO 8601. */
  readonly at: string;
  readonly problem: HubError | null;
}

export interface Catalogue {
  readonly state: CatalogueState;
  /** Called after each change of `state`. Returns the function that ends it. */
  onChange(listener: () => void): () => void;
  /** Asks the Hub for its list. Never throws: the outcome is in `state`. A second call joins the first. */
  refresh(signal: AbortSignal): Promise<void>;
  /** Asks the Hub for kernels that the list may lack (a user's own, a private one); they join the list. Throws HubError. */
  search(query: HubQuery, signal: AbortSignal): Promise<readonly KernelSummary[]>;
  /** What was seen of a kernel before, without asking anybody; null: nothing. `version` null: the newest. */
  seen(id: string, version: number | null): Aged<KernelDetails> | null;
  /** Looks into the repository, or gives what was seen where the Hub does not answer. Throws HubError where nothing was seen. */
  details(id: string, version: number | null, signal: AbortSignal): Promise<Aged<KernelDetails>>;
}
