// A catalogue before a Hub in a function, and a cache in memory.
import { createCatalogue, type CatalogueParts, type LiveCatalogue } from '../../src/hub/catalogue';
import type { CatalogueState } from '../../src/hub/catalogueTypes';
import type { AnswerCache, CachedAnswer } from '../../src/hub/diskCache';
import { readRow } from '../../src/hub/hubAnswers';
import { createHub } from '../../src/hub/hubClient';
import type { KernelSummary } from '../../src/kernels/kernelSummary';
import { answeringFetch, settingsOf, type AnsweringFetch, type Asked } from './answeringFetch';

export const BUILT_IN_AT = '2026-09-07T00:00:00.000Z';

export function row(id: string, more: Partial<KernelSummary> = {}): KernelSummary {
  const plain = readRow({ id });
  if (plain === null) throw new Error(`${id} is no kernel`);
  return { ...plain, ...more };
}

export const BUILT_IN = [
  row('kernels-community/activation', {
    group: 'activation',
    summary: 'Activations',
    version: 1,
    functions: [{ name: 'silu', signature: '(out, x)' }],
    backends: [{ platform: 'cuda', hardware: [] }],
    benchmarks: ['benchmarks/benchmark.py'],
  }),
  row('kernels-community/gone'),
];

export function memory(): AnswerCache & { readonly kept: Map<string, CachedAnswer> } {
  const kept = new Map<string, CachedAnswer>();
  return { kept, read: (key) => kept.get(key) ?? null, write: (key, answer) => void kept.set(key, answer) };
}

export interface CatalogueRig {
  readonly fake: AnsweringFetch;
  readonly catalogue: LiveCatalogue;
  readonly states: CatalogueState[];
}

export function startCatalogue(
  reply: (asked: Asked) => Response | Promise<Response>,
  more: Partial<CatalogueParts> & { readonly offline?: boolean } = {},
): CatalogueRig {
  const fake = answeringFetch(reply);
  const settings = settingsOf({ env: more.offline === true ? { HF_HUB_OFFLINE: '1' } : {} });
  const connection = {
    ...fake,
    onWait: (ms: number, why: string): void => {
      catalogue.waits(ms, why);
    },
  };
  const catalogue: LiveCatalogue = createCatalogue({
    hub: createHub(settings, connection),
    builtIn: BUILT_IN,
    builtInAt: BUILT_IN_AT,
    cache: memory(),
    now: () => fake.clock.now(),
    ...more,
  });
  const states: CatalogueState[] = [];
  catalogue.onChange(() => states.push(catalogue.state));
  return { fake, catalogue, states };
}
