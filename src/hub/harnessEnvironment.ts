// The environment in which a Python child loads kernels: the person's own, looking at the same Hub and cache as this program.
import type { HubSettings } from './hubSettings';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * No token of this program's goes along, since kernels run there: the library reads the person's own login.
 * @param env the process's own; the person's variables stay as they are
 * @param offline nobody is to be asked, because the Hub has just given no answer and the cache has what is needed
 */
export function harnessEnvironment(
  env: Environment,
  settings: Pick<HubSettings, 'endpoint' | 'endpointProblem' | 'offline' | 'cacheFolder'>,
  offline = false,
): Readonly<Record<string, string>> {
  const kept = Object.entries(env).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined && !LEFT_OUT.has(entry[0].toUpperCase());
  });
  const { endpoint, endpointProblem } = settings;
  // An address that cannot be asked leads to nobody: another Hub must not get the person's token in its place.
  const silent = offline || settings.offline || endpointProblem !== null;
  return {
    ...Object.fromEntries(kept),
    ...(endpointProblem === null ? { HF_ENDPOINT: endpoint } : {}),
    ...(silent ? { HF_HUB_OFFLINE: '1' } : {}),
    KERNELS_CACHE: settings.cacheFolder,
    HF_HUB_DISABLE_PROGRESS_BARS: '1',
  };
}

const LEFT_OUT: ReadonlySet<string> = new Set([
  // With it Python waits for a person once its program has ended.
  'PYTHONINSPECT',
  // It puts other code in the place of the kernel that was named, agreed to and reported.
  'LOCAL_KERNELS',
]);
