// What the parts of the worker share: the opened adapter, and whom to tell what is being done.
import type { ReportReference } from '../report';
import type { ClockProbe } from './clockProbe';
import type { OpenDevice } from './device';
import type { DeviceFacts } from './program';
import type { Timer } from './timer';
import type { VerifiedCase, VerifyTarget } from './workerProtocol';

/** Options that fit nothing: no such variant, kernel or case. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What the worker tells while it works. */
export interface WorkerEvents {
  /** What is done now, how long it may take before the worker counts as hung, and which contender it is about. */
  phase(text: string, limitMs: number, contender?: string): void;
  /** What is verified from here on. */
  verifying(target: VerifyTarget): void;
  verified(verified: VerifiedCase): void;
}

/** An adapter that is open for measuring. */
export interface OpenGpu {
  readonly open: OpenDevice;
  readonly facts: DeviceFacts;
  readonly timer: Timer;
  /** null where the clock cannot be told or does not matter: on a software adapter, or without GPU timestamps. */
  readonly clock: ClockProbe | null;
  readonly reference: ReportReference;
  readonly software: boolean;
}
