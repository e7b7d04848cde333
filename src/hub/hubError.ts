/** Why the Hub gave no answer that can be used. `message` says what happened and what to do, and never holds a token. */
export class HubError extends Error {
  override readonly name = 'HubError';
  constructor(
    readonly kind:
      /** HF_HUB_OFFLINE is set. */
      | 'offline'
      /** No connection, or it broke. */
      | 'unreachable'
      /** 401: a private or missing repository, asked for without a token that opens it. */
      | 'unauthorized'
      /** 403: gated, or not allowed. */
      | 'forbidden'
      | 'not-found'
      | 'rate-limited'
      /** 5xx, after all retries. */
      | 'server'
      /** An answer that is not what was asked for. */
      | 'bad-answer'
      /** The cache folder cannot be written or read. */
      | 'disk'
      | 'cancelled',
    message: string,
    /** When to try again, milliseconds from now; null: not said. */
    readonly retryAfterMs: number | null = null,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
