// Nothing of a publisher whom the Hub does not trust is fetched or run before a person has agreed to it.
import type { ConsentGiver, ConsentStore } from './consents';
import { HubError } from './hubError';

/** What a person is asked. */
export interface ConsentQuestion {
  /** `org/name`. */
  readonly id: string;
  readonly publisher: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** False: the Hub does not trust the publisher. Null: the Hub could not be asked. */
  readonly trusted: false | null;
}

export interface ConsentParts {
  readonly store: ConsentStore;
  /** Asks a person. False: no, and so where nobody can be asked. */
  readonly ask: (question: ConsentQuestion, signal: AbortSignal) => Promise<boolean>;
  /** Told what a person should know and what stops nothing: that an answer could not be kept. */
  readonly onNote: (note: string) => void;
}

/** The words of the question, and of the refusal where nobody can be asked. */
export function consentText({ id, publisher, trusted }: ConsentQuestion): string {
  return trusted === null
    ? `The Hub could not be asked whether it trusts ${publisher}, the publisher of ${id}.`
    : `The Hub does not list ${publisher}, the publisher of ${id}, as a trusted publisher of kernels.`;
}

export interface AskedKernel {
  readonly id: string;
  readonly commit: string;
  /** What the Hub says of its publisher; null: it could not be asked. */
  readonly trusted: boolean | null;
}

/** Whether this commit may run, by whoever's word: see `whoAllows`. */
export async function mayRun(kernel: AskedKernel, parts: ConsentParts, signal: AbortSignal): Promise<boolean> {
  return (await whoAllows(kernel, parts, signal)) !== null;
}

/**
 * Who lets this commit run: the Hub, which trusts its publisher, or a person, who agrees now or has before. Where the Hub
 * cannot be asked, what it said of this commit before counts. Null: nobody does.
 */
export async function whoAllows(
  kernel: AskedKernel,
  { store, ask, onNote }: ConsentParts,
  signal: AbortSignal,
): Promise<ConsentGiver | null> {
  const { id, commit, trusted } = kernel;
  const publisher = id.split('/', 1)[0] ?? id;
  const keep = async (by: ConsentGiver): Promise<string | null> =>
    store.keep({ publisher, commit, by, at: new Date().toISOString() });
  const given = await store.given(publisher, commit);
  if (trusted === true) {
    // Nobody was asked, so nobody needs to hear that it could not be noted.
    if (!given.includes('hub')) await keep('hub');
    return 'hub';
  }
  if (given.includes('person')) return 'person';
  if (trusted === null && given.includes('hub')) return 'hub';
  const agreed = await ask({ id, publisher, commit, trusted }, signal);
  if (signal.aborted) throw new HubError('cancelled', 'Cancelled.');
  if (!agreed) return null;
  const note = await keep('person');
  if (note !== null) onNote(note);
  return 'person';
}
