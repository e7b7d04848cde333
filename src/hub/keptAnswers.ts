// Answers that the Hub gave an ETag for: it is asked whether they still hold, and need not send them again.
import * as v from 'valibot';
import type { AnswerCache } from './diskCache';

const KeptSchema = v.object({ etag: v.string(), link: v.nullable(v.string()), json: v.unknown() });
type Kept = v.InferOutput<typeof KeptSchema>;

export class KeptAnswers {
  constructor(private readonly cache: AnswerCache | null) {}

  /** @param place path and query. */
  read(place: string): Kept | null {
    const kept = v.safeParse(KeptSchema, this.cache?.read(`answer ${place}`)?.value);
    return kept.success ? kept.output : null;
  }

  /** Does nothing where the Hub gave no ETag, nor for answers about people. */
  write(place: string, etag: string | null, answer: { readonly json: unknown; readonly link: string | null }): void {
    if (etag === null || !place.startsWith('/api/kernels') || !/^[\x20-\x7e]{1,200}$/.test(etag)) return;
    const value: Kept = { etag, link: answer.link, json: answer.json };
    this.cache?.write(`answer ${place}`, { value, at: new Date().toISOString() });
  }
}
