// What is asked of those who write a kernel into code, and what they answer.
import type { OperationSite } from '../code/operation';
import type { ParsedSource } from '../code/parsedSource';
import type { TextEdit } from '../code/span';
import type { Platform } from '../kernels/kernelSummary';

/** How a kernel is put in an operation's place. Each is written so that it runs as it stands. */
export const FORMS = [
  /** Loaded where it is used. */
  'plain',
  /** Loaded once, when the module is. */
  'module',
  /** The operation of PyTorch runs where the kernel cannot be loaded, or does not take the input; logged once. */
  'fallback',
  /** An environment variable says whether, or for which share of the calls, the kernel runs. */
  'switch',
  /** The commit of kernels.lock and no other; the pin is to be written with it. */
  'locked',
  /** The kernel's layer takes a module's place: a mapping and `kernelize`. */
  'kernelize',
  /** `attn_implementation` of a transformers model. */
  'attention implementation',
] as const;
export type Form = (typeof FORMS)[number];

/** A function or a layer of a kernel that can compute an operation. */
export interface Offer {
  /** `org/name`. */
  readonly id: string;
  /** Null: the kernel has no versions, and its `main` is loaded. */
  readonly version: number | null;
  readonly member: { readonly kind: 'function' | 'layer'; readonly name: string };
  /** Of the function as its source has it, `(out, x)`; null for layers. */
  readonly signature: string | null;
  /** What differs from the operation and a person should know, one sentence; null: nothing known. */
  readonly note: string | null;
  /** Hardware that the kernel has builds for; left out: not known. */
  readonly platforms?: readonly Platform[];
}

/** What the installed library wants. */
export interface LibraryStyle {
  /** Of `kernels`, `0.17.2`; null: not known, and the call is written for every supported release. */
  readonly kernelsVersion: string | null;
  /** The person has agreed that the publisher's code runs here: `trust_remote_code=True` is written. */
  readonly trustRemoteCode: boolean;
}

export interface WriteRequest {
  readonly source: ParsedSource;
  readonly site: OperationSite;
  readonly offer: Offer;
  readonly form: Form;
  readonly library: LibraryStyle;
}

export type Written =
  | {
      /** Of `source.text`, in its order; together one step to undo. */
      readonly edits: readonly TextEdit[];
      /** The pin that must stand in the project's files for the code to run; null: none. */
      readonly pin: { readonly id: string; readonly version: number } | null;
      /** What a person should know of what was written: a sentence each. */
      readonly notes: readonly string[];
    }
  /** Why it cannot be written here, as a sentence that says what to do. */
  | { readonly refused: string };
