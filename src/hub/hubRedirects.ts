// Redirects, followed by hand: the token goes to the Hub's own origin and nowhere else.
import { HubError } from './hubError';
import { hubName } from './hubProblem';
import type { HubSettings } from './hubSettings';

const MOST = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** GET with redirects followed. Throws HubError for one that leads nowhere, and what `fetch` throws. */
export async function followRedirects(
  settings: HubSettings,
  fetcher: typeof fetch,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  const home = new URL(settings.endpoint).origin;
  let at = new URL(url);
  // Once away, always away: whoever the Hub sends us to could send us back with a request of their choosing.
  let atHome = true;
  for (let hops = 0; hops <= MOST; hops += 1) {
    atHome &&= at.origin === home;
    const authorization = atHome && settings.token !== null ? { authorization: settings.token.authorization } : {};
    const response = await fetcher(at.href, { headers: { ...headers, ...authorization }, redirect: 'manual', signal });
    if (!REDIRECTS.has(response.status)) return response;
    await response.body?.cancel();
    at = nextPlace(settings, at, response.headers.get('location'));
  }
  throw new HubError('bad-answer', `${hubName(settings)} redirects in a circle. Check its address.`);
}

function nextPlace(settings: HubSettings, at: URL, location: string | null): URL {
  const hub = hubName(settings);
  if (location === null || !URL.canParse(location, at)) {
    throw new HubError('bad-answer', `${hub} redirects without saying where to. Check its address.`);
  }
  const next = new URL(location, at);
  const safe = next.protocol === 'https:' || (next.protocol === 'http:' && at.protocol === 'http:');
  if (!safe || next.username !== '' || next.password !== '') {
    throw new HubError('bad-answer', `${hub} redirects to a place that is not safe to follow. Nothing was sent there.`);
  }
  return next;
}
