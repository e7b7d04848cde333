// Whether the Hub trusts who published a kernel: asked each time, never assumed.
import { HubError } from './hubError';
import type { Hub } from './hubTypes';

/**
 * Null: the Hub could not be asked, which the `kernels` library takes as not trusted. Throws HubError only when cancelled.
 */
export async function publisherTrusted(hub: Hub, id: string, signal: AbortSignal): Promise<boolean | null> {
  try {
    return await hub.trusted(id.split('/', 1)[0] ?? id, signal);
  } catch (error) {
    if (error instanceof HubError && error.kind !== 'cancelled') return null;
    throw error;
  }
}
