// A request as the routes see it, and what they answer with.
import { createHash } from 'node:crypto';

export interface HubRequest {
  readonly method: string;
  /** Below the prefix, split at its slashes and decoded: `['api', 'kernels', 'org', 'name']`. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Who asks; null: nobody in particular. */
  readonly user: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function json(value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = Buffer.from(JSON.stringify(value));
  const etag = `W/"${body.length.toString(16)}-${createHash('sha1').update(body).digest('base64url')}"`;
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8', etag, ...headers }, body };
}

/** @param code the Hub's own word for it, `RepoNotFound` say, where it has one */
export function failure(status: number, message: string, code: string | null = null): Answer {
  const headers: Record<string, string> = {
    'content-type': 'application/json; charset=utf-8',
    // A header takes no more than this of what a caller may have asked for.
    'x-error-message': message.replaceAll(/[^ -~]/g, '?'),
    ...(code === null ? {} : { 'x-error-code': code }),
  };
  return { status, headers, body: Buffer.from(JSON.stringify({ error: message })) };
}

/** As the Hub answers where there is nothing, or nothing for this caller: it does not say which. */
export function noRepository({ user }: HubRequest): Answer {
  return user === null
    ? failure(401, 'Invalid username or password.')
    : failure(404, 'Repository not found', 'RepoNotFound');
}

/** Where a list goes on. `next` null: nowhere. */
export function nextPage(next: URL | null): Record<string, string> {
  return next === null ? {} : { link: `<${next.href}>; rel="next"` };
}

/** A piece of a list, and the cursor of the one after it. An unreadable cursor starts at the beginning. */
export function pageOf<T>(
  all: readonly T[],
  cursor: string | null,
  limit: number,
): { items: readonly T[]; next: string | null } {
  const from = Number(Buffer.from(cursor ?? '', 'base64url').toString()) || 0;
  const to = from + limit;
  return { items: all.slice(from, to), next: to < all.length ? Buffer.from(String(to)).toString('base64url') : null };
}
