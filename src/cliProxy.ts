// The command line's way through a proxy. In an editor the editor sees to it; Node's own fetch looks for none.
import { EnvHttpProxyAgent, install, setGlobalDispatcher } from 'undici';
import { UsageError } from './cliValues';

const NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];

/**
 * From here on fetch goes through the proxy that HTTPS_PROXY or HTTP_PROXY names, but for the hosts of NO_PROXY. Changes
 * nothing where none is named. Throws UsageError for an address that is none.
 */
export function useProxies(env: NodeJS.ProcessEnv): void {
  if (NAMES.every((name) => (env[name] ?? '') === '')) return;
  try {
    setGlobalDispatcher(new EnvHttpProxyAgent());
  } catch (error) {
    // The address may hold a password, so it is not repeated.
    throw new UsageError('HTTP_PROXY or HTTPS_PROXY is no address of a proxy: write it as http://host:port', {
      cause: error,
    });
  }
  install();
}
