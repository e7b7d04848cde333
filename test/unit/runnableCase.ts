// A planned case without a GPU: what the tests of its questions do not speak of is empty.
import type { RunnableCase } from '../../src/profile/webgpu/casePlan';
import { measureLimits } from '../../src/profile/webgpu/measureLimits';

type Asked = 'name' | 'kernel' | 'call' | 'inputs' | 'outputs' | 'repeat' | 'spread' | 'draws';

/** A case in float32 by the name that its kernel goes by. */
export function runnableCase(kernel: string, asked: Pick<RunnableCase, Asked>): RunnableCase {
  return {
    planned: { id: 'case', kernel, name: asked.name, label: asked.name, dtype: 'float32', tags: [], estimatedMs: 0 },
    ...asked,
    given: {},
    tolerances: new Map(),
    leastBytes: 0,
    partlyRead: new Map(),
    flops: null,
    contenders: [],
    rejected: [],
    limits: measureLimits(false, false),
    aa: false,
    seed: 1,
  };
}
