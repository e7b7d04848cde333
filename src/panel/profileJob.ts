// What a run is asked to do, and why one cannot begin. Types and errors only.
import type { ProfileOptions } from '../profile/profileOptions';
import type { PythonProfileEnvironment } from '../profile/python/profilePython';
import type { PythonProfileOptions } from '../profile/python/pythonOptions';

export type ProfileJob =
  | { readonly language: 'javascript'; readonly options: ProfileOptions }
  | {
      readonly language: 'python';
      readonly options: PythonProfileOptions;
      readonly environment: PythonProfileEnvironment;
    };

/**
 * Finds out what is to be measured, where that takes asking the Hub, this machine or the person. Null: the person does not
 * want it. Throws RunObstacle where what is missing can be told.
 */
export type Preparation = (signal: AbortSignal, onPhase: (text: string) => void) => Promise<ProfileJob | null>;

/** Something that would help, with buttons. */
export interface RunRemedy {
  readonly text: string;
  /** A command line, shown as it is; null: there is none. */
  readonly code: string | null;
  readonly buttons: readonly { readonly label: string; readonly press: () => Promise<void> | void }[];
}

/** Why a run cannot begin, and what would help. */
export class RunObstacle extends Error {
  override readonly name = 'RunObstacle';
  constructor(
    /** A heading: `The kernel does not run here`. */
    readonly title: string,
    message: string,
    readonly remedies: readonly RunRemedy[],
  ) {
    super(message);
  }
}

/** A second run was asked for while one was under way. */
export class RunBusyError extends Error {
  override readonly name = 'RunBusyError';
}
