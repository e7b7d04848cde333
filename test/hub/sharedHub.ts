// One Hub for the tests of a file that only ask, and one of its own for each test that changes something.
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import { startHub } from './hub';
import type { HubOptions, TestHub } from './hubTypes';

export interface SharedHub {
  /** The one of this test. */
  readonly hub: TestHub;
  /** From here on this test has a Hub to itself, in which things may be published and faults added. */
  own(): Promise<TestHub>;
}

/** Called at the top of a test file or of a `describe`. */
export function sharedHub(options: HubOptions): SharedHub {
  const hubs: { shared: TestHub | null; own: TestHub | null } = { shared: null, own: null };
  beforeAll(async () => {
    hubs.shared = await startHub(options);
  });
  beforeEach(() => {
    hubs.own = null;
    hubs.shared?.clearRequests();
  });
  afterAll(() => hubs.shared?.close());
  return {
    get hub() {
      const hub = hubs.own ?? hubs.shared;
      if (hub === null) throw new Error('The Hub is there only while tests run.');
      return hub;
    },
    own: async () => {
      if (hubs.own !== null) return hubs.own;
      const own = await startHub(options);
      hubs.own = own;
      onTestFinished(() => own.close());
      return own;
    },
  };
}
