import type { Hub } from '../../src/hub/hubTypes';

/** A Hub that answers what a test gives it, and fails for everything else. */
export function fakeHub(answers: Partial<Hub>): Hub {
  const unexpected = (): never => {
    throw new Error('the test gives no answer for this');
  };
  return {
    endpoint: 'https://hub.example',
    list: unexpected,
    kernel: unexpected,
    branches: unexpected,
    versions: unexpected,
    tree: unexpected,
    file: unexpected,
    trusted: unexpected,
    whoAmI: unexpected,
    ...answers,
  };
}

export const NEVER: AbortSignal = new AbortController().signal;
