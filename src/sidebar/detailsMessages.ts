// What the details page can ask for. Its script sends nothing else, and nothing else is listened to.
import * as v from 'valibot';

const PLAIN_ACTIONS = ['pin', 'insert', 'profile', 'copy', 'retry'] as const;

const DetailsMessageSchema = v.variant('action', [
  v.object({ action: v.picklist(PLAIN_ACTIONS) }),
  /** Another version of this kernel. */
  v.object({ action: v.literal('version'), version: v.pipe(v.number(), v.safeInteger()) }),
  /** Another kernel. */
  v.object({ action: v.literal('kernel'), id: v.pipe(v.string(), v.maxLength(200)) }),
  /** A page on the web. */
  v.object({ action: v.literal('open'), address: v.pipe(v.string(), v.maxLength(4000)) }),
]);
export type DetailsMessage = v.InferOutput<typeof DetailsMessageSchema>;

/** Reads a message of the page; null: it is none. */
export function readDetailsMessage(message: unknown): DetailsMessage | null {
  const result = v.safeParse(DetailsMessageSchema, message);
  return result.success ? result.output : null;
}

const DetailsStateSchema = v.object({ id: v.string(), version: v.nullable(v.pipe(v.number(), v.safeInteger())) });

/** What the page of an earlier window showed; null: it cannot be told. */
export function readDetailsState(state: unknown): v.InferOutput<typeof DetailsStateSchema> | null {
  const result = v.safeParse(DetailsStateSchema, state);
  return result.success ? result.output : null;
}
