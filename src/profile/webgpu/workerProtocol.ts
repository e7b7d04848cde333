// Messages between the supervisor (editor or command line) and the process that loads Dawn and runs kernels.
// Both ends are this program's own files, built together: the types are the contract, nothing else parses them.
import type { ReportAdapter, ReportCase, ReportKernel, ReportReference } from '../report';
import type { KernelRef, ProfileOptions } from '../profileOptions';
import type { Candidates, TuneSetting } from '../tuneSetting';

export interface AdapterListing {
  readonly name: string;
  readonly software: boolean;
  readonly backend: string;
  /** What the driver says of itself; null: nothing. */
  readonly driver: string | null;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

export interface OpenedAdapter {
  readonly adapter: ReportAdapter;
  readonly timer: { readonly kind: 'timestamp-query' | 'host'; readonly resolutionNs: number };
  readonly reference: ReportReference;
  readonly dawn: string;
}

/** One case of one kernel, as planned for the opened adapter; the worker knows how to run it by `id`. */
export interface PlannedCase {
  readonly id: string;
  readonly kernel: string;
  readonly name: string;
  readonly label: string;
  readonly dtype: string;
  readonly tags: readonly string[];
  /** A guess from bytes and the copy rate, for the time left. */
  readonly estimatedMs: number;
}

export interface Plan {
  readonly kernels: readonly ReportKernel[];
  readonly cases: readonly PlannedCase[];
  /** Cases left out because they do not suit this adapter, with the reason. */
  readonly left: readonly { readonly id: string; readonly reason: string }[];
  /** Kernels whose files could not be held against digests, as their metadata.json has none. */
  readonly unverified: readonly string[];
  /** Rates of matrix products, by dtype: measured where a case is held against them. */
  readonly products: ReportReference['products'];
}

/** One case of a kernel's test.json on one variant. */
export interface VerifyTarget {
  readonly kernel: string;
  /** The case, counted from 0: names may repeat. */
  readonly index: number;
  readonly name: string;
  /** Empty where it is about the case as a whole. */
  readonly variant: string;
}

/** What became of one case on one variant. */
export interface VerifiedCase extends VerifyTarget {
  readonly status: 'passed' | 'failed' | 'ran, no oracle' | 'skipped' | 'not run';
  readonly detail: string;
}

/** A setting that could be tried. */
export interface TrySetting extends TuneSetting {
  /** What selection takes by itself. */
  readonly isDefault: boolean;
  /** Why it cannot take the case; null when it can. */
  readonly refused: string | null;
  /** The name of another setting that gives the same program; null: none does. */
  readonly sameAs: string | null;
}

/** Every call the worker answers: argument and result. */
export interface WorkerCalls {
  adapters: { argument: Record<string, never>; result: readonly AdapterListing[] };
  /** `reference`: what an earlier worker of the same run measured; it is not measured again. `softwareAllowed` is the client's: whether `auto` may mean a software adapter of this worker's environment. */
  open: {
    argument: { adapter: string; quick: boolean; softwareAllowed?: boolean; reference?: ReportReference };
    result: OpenedAdapter;
  };
  /** `only`: the ids of an earlier plan, to be planned again whatever else would suit. */
  plan: { argument: { options: ProfileOptions; kernelsRoot: string; only?: readonly string[] }; result: Plan };
  /**
   * Runs one planned case, whole: build, check, time, check again.
   * `withoutPeer`: why another runtime is not run in it this time; its row then says so.
   */
  case: { argument: { id: string; withoutPeer?: string }; result: ReportCase };
  /** What a planned case can be tried with: values by tunable before those of bench.json, variants to keep to or none. */
  settings: {
    argument: { id: string; candidates: Candidates; variants: readonly string[] };
    result: readonly TrySetting[];
  };
  /** Runs a planned case as `case` does, with these settings as its contenders; the first is the baseline. */
  tune: { argument: { id: string; settings: readonly TuneSetting[] }; result: ReportCase };
  /**
   * A kernel's folder: manifest, digests and all of test.json, every eligible variant. Cases also come as events.
   * `done`: what an earlier worker of the same run has told, which is left out.
   */
  verify: {
    argument: { kernel: KernelRef; kernelsRoot: string; seed: number; done?: readonly VerifyTarget[] };
    result: { readonly kernel: ReportKernel; readonly cases: readonly VerifiedCase[] };
  };
}
export type WorkerMethod = keyof WorkerCalls;

export type WorkerRequest = {
  [M in WorkerMethod]: { readonly id: number; readonly method: M; readonly argument: WorkerCalls[M]['argument'] };
}[WorkerMethod];

export type WorkerMessage =
  | { readonly type: 'result'; readonly id: number; readonly result: WorkerCalls[WorkerMethod]['result'] }
  | {
      readonly type: 'error';
      readonly id: number;
      readonly kind: WorkerErrorKind;
      readonly message: string;
    }
  /** What is being done, how long it may take before the supervisor takes the worker for hung, and which contender runs. */
  | { readonly type: 'phase'; readonly text: string; readonly limitMs: number; readonly contender: string | null }
  /** What is run from here on, until it is told as verified. */
  | { readonly type: 'verifying'; readonly target: VerifyTarget }
  | { readonly type: 'verified'; readonly verified: VerifiedCase };

/** `kernel`: a bad kernel folder. `usage`: options that fit nothing. `busy`: another process measures on this GPU. */
export type WorkerErrorKind = 'no-adapter' | 'kernel' | 'device-lost' | 'usage' | 'busy' | 'internal';
