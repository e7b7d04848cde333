// What is said when the Hub refuses, fails, or is not there. Never a token, never the text of an answer.
import { HubError } from './hubError';
import type { HubSettings } from './hubSettings';

/** The Hub's name for people: `huggingface.co`, `mirror.example/hf`. */
export function hubName(settings: HubSettings): string {
  return settings.endpoint.replace(/^https?:\/\//, '');
}

/** An answer that is a refusal, status 4xx. @param what is asked for: `org/name`, `the list of kernels`. */
export function refusal(response: Response, what: string, settings: HubSettings): HubError {
  const hub = hubName(settings);
  const code = response.headers.get('x-error-code');
  const token = settings.token;
  if (code === 'GatedRepo') {
    const ask = `Ask for access at ${settings.endpoint}/kernels/${what}`;
    const as = token === null ? ', and set a token of the account that has it.' : ', with the account of the token.';
    return new HubError('forbidden', `${what} is gated: its files are for those who were given access. ${ask}${as}`);
  }
  switch (response.status) {
    case 401:
      return new HubError(
        'unauthorized',
        token === null
          ? `${what} does not exist on ${hub}, or it is private. Check the name, or set a token that may read it.`
          : `${hub} does not accept the token from ${token.source}. Set a valid one, or remove it.`,
      );
    case 403:
      return new HubError(
        'forbidden',
        token === null
          ? `${hub} shows ${what} to nobody without a token. Set one that may read it.`
          : `${hub} does not let the token from ${token.source} read ${what}. Set one that may.`,
      );
    case 404:
      return new HubError(
        'not-found',
        `${missing(code, what, hub)}${token === null ? '' : ', or it is private and the token may not read it'}. Check the name.`,
      );
    default:
      return new HubError(
        'bad-answer',
        `${hub} refused to answer about ${what} (${response.status}). Check that its address is that of a Hub.`,
      );
  }
}

function missing(code: string | null, what: string, hub: string): string {
  if (code === 'RevisionNotFound') return `${what} has no such version or revision on ${hub}`;
  return `${what} does not exist on ${hub}`;
}

/** 429, or 503 with a time. */
export function tooMuch(status: number, waitMs: number, settings: HubSettings): HubError {
  const hub = hubName(settings);
  if (status !== 429)
    return new HubError('server', `${hub} is not available for a while (${status}). Try again later.`, waitMs);
  const advice = settings.token === null ? 'With a token it may be asked more often.' : 'Try again later.';
  return new HubError('rate-limited', `${hub} limits how often it may be asked (429). ${advice}`, waitMs);
}

/** 5xx. */
export function serverTrouble(status: number, settings: HubSettings): HubError {
  return new HubError('server', `${hubName(settings)} has trouble of its own (${status}). Try again later.`);
}

/** What `fetch` threw, or a body that broke off. */
export function noConnection(error: unknown, settings: HubSettings): HubError {
  const hub = hubName(settings);
  const code = codeOf(error);
  if (code !== null && /CERT|SELF_SIGNED|ISSUER|UNABLE_TO_VERIFY/.test(code)) {
    return new HubError(
      'unreachable',
      `The certificate of ${hub} is not trusted on this machine (${code}). Add your company's certificate to the system's, or name its file in NODE_EXTRA_CA_CERTS.`,
    );
  }
  const why = code === null ? '' : ` (${code})`;
  return new HubError(
    'unreachable',
    `${hub} cannot be reached${why}. Check the connection, the proxy and the address of the Hub.`,
  );
}

/** The error's code or its cause's: `ECONNREFUSED`. Messages are not shown, since they may quote headers. */
function codeOf(error: unknown): string | null {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(at.code)) return at.code;
  }
  return null;
}
