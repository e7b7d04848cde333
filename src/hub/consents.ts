// Whose kernels a person has agreed to run. The agreement is about one commit: the next one is other code.
import * as v from 'valibot';

/** `person`: somebody said yes. `hub`: the Hub called the publisher trusted when it was asked about this commit. */
export type ConsentGiver = 'person' | 'hub';

export interface Consent {
  /** The organisation or user: `org` of `org/name`. */
  readonly publisher: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  readonly by: ConsentGiver;
  /** ISO 8601. */
  readonly at: string;
}

/** Where consents are kept. Neither method ever throws: a store that does not work holds none. */
export interface ConsentStore {
  /** Who agreed to run this commit of this publisher; empty: nobody. */
  given(publisher: string, commit: string): Promise<readonly ConsentGiver[]>;
  /** Keeps a consent. Answers why it could not be kept, in a sentence; null: it was. */
  keep(consent: Consent): Promise<string | null>;
}

const ConsentSchema = v.object({
  publisher: v.string(),
  commit: v.pipe(v.string(), v.regex(/^[0-9a-f]{40}$/)),
  by: v.picklist(['person', 'hub']),
  at: v.string(),
});

/** The consents of a stored list; what is not one is left out. Null: it is no list at all. */
export function readConsents(stored: unknown): Consent[] | null {
  if (!Array.isArray(stored)) return null;
  return stored.flatMap((entry) => {
    const parsed = v.safeParse(ConsentSchema, entry);
    return parsed.success ? [parsed.output] : [];
  });
}

/** Who agreed, by a list of consents. */
export function giversOf(consents: readonly Consent[], publisher: string, commit: string): ConsentGiver[] {
  return consents.filter((one) => one.publisher === publisher && one.commit === commit).map(({ by }) => by);
}

/** A list with one more consent, the same one only once. */
export function withConsent<T>(consents: readonly T[], consent: Consent): (T | Consent)[] {
  const others = consents.filter((one) => {
    const parsed = v.safeParse(ConsentSchema, one);
    if (!parsed.success) return true;
    const { publisher, commit, by } = parsed.output;
    return publisher !== consent.publisher || commit !== consent.commit || by !== consent.by;
  });
  return [...others, consent];
}
