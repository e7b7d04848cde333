// How long the Hub asks to be left alone.

/**
 * Milliseconds from `now`, from Retry-After in seconds or as a date, or from the RateLimit header; null: it does not say.
 * A date is held against the answer's own, so that a wrong clock here does no harm.
 */
export function retryAfter(headers: Headers, now: number): number | null {
  const said = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(said)) return Number(said) * 1000;
  // `Date.parse` would make a date of nearly anything.
  const until = /^[A-Z][a-z]{2}/.test(said) ? Date.parse(said) : Number.NaN;
  if (!Number.isNaN(until)) {
    const sent = Date.parse(headers.get('date') ?? '');
    return Math.max(0, until - (Number.isNaN(sent) ? now : sent));
  }
  // `"api";r=0;t=55`: nothing remains, and 55 s until the window ends.
  const window = /;\s*r\s*=\s*0+\s*;\s*t\s*=\s*(\d+)/.exec(headers.get('ratelimit') ?? '');
  return window === null ? null : Number(window[1]) * 1000;
}
