import { expect, test } from 'vitest';
import type { OperationSite } from '../../src/code/operation';
import { parseWhole } from '../../src/code/parseSource';
import { readPythonNames } from '../../src/code/pythonNames';
import { torchOperations } from '../../src/code/torchOperations';
import { NO_KNOWLEDGE } from '../../src/hub/kernelKnowledge';
import { offerKey, OfferPlans, thinned } from '../../src/editor/offerPlans';
import type { Knowledge } from '../../src/findings/knowledge';
import { offersFor } from '../../src/insert/offers';
import type { KernelDetails } from '../../src/kernels/kernelDetails';
import type { WorksHere } from '../../src/kernels/worksHere';
import { summary } from './kernelSummaries';

const CODE = `import torch
import torch.nn as nn
import torch.nn.functional as F

class A(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.SiLU()
        self.norm = nn.LayerNorm(8)

def f(x):
    y = F.silu(x)
    return F.silu(y) + F.gelu(x)

def g(x):
    return F.silu(x) + F.softmax(x, dim=-1)

z = F.silu(torch.ones(3))
`;

function sites(code = CODE): readonly OperationSite[] {
  const source = parseWhole(code, 'python');
  return torchOperations(source, readPythonNames(source));
}

const kernel = (id: string, trusted: boolean | null = null): ReturnType<typeof summary> =>
  summary({
    id,
    version: 1,
    trusted,
    functions: [
      { name: 'silu', signature: '(out, x)' },
      { name: 'gelu', signature: '(out, x)' },
    ],
    layers: ['SiluAndMul', 'Silu'],
  });
const kernels = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => kernel(`org/${name}`));
const likely: WorksHere = { state: 'likely', because: 'It says so.' };
const fails: WorksHere = { state: 'fails', reason: 'It does not.' };
const works: WorksHere = { state: 'works', variant: 'torch-universal' };

/** @param verdicts what is known of a kernel; others are likely. Those that were looked into have details. */
function known(
  verdicts: Readonly<Record<string, WorksHere>>,
  looked: readonly string[] = Object.keys(verdicts),
): Knowledge {
  return {
    ...NO_KNOWLEDGE,
    kernels,
    kernel: (id, version) => ({
      ...NO_KNOWLEDGE.kernel(id, version),
      works: verdicts[id] ?? likely,
      details: looked.includes(id) ? ({ version: { version: 1 } } as KernelDetails) : null,
    }),
  };
}

function plans(by: Knowledge, isOpen: (kernel: { readonly id: string }) => boolean = () => true): OfferPlans {
  return new OfferPlans({ known: () => by, isOpen });
}

const reading = { code: { operations: sites() } };
const silu = reading.code.operations.find(({ name }) => name === 'F.silu');

function offered(by: Knowledge, isOpen?: (kernel: { readonly id: string }) => boolean): readonly string[] {
  if (silu === undefined) throw new RangeError('there is an F.silu');
  return plans(by, isOpen)
    .of(reading, silu)
    .map(({ offer, state }) => `${offer.id} ${state}`);
}

test('only what works is offered, and what may still turn out otherwise is not', () => {
  expect(offered(known({ 'org/a': fails, 'org/b': works }))).toEqual(['org/b works']);
  expect(offered(known({}))).toEqual([]);
});

test('where the Hub says no more, what should work is offered after what does', () => {
  const open = ({ id }: { readonly id: string }): boolean => !['org/a', 'org/c'].includes(id);
  expect(offered(known({ 'org/b': works, 'org/c': fails }), open)).toEqual(['org/b works', 'org/a likely']);
});

test('a few kernels of each kind are looked into, no more', () => {
  const kinds = new Set(reading.code.operations.map(({ kind }) => kind));
  const wanted = (by: Knowledge): readonly string[] =>
    plans(by)
      .wanted(reading, kinds)
      .map(({ id }) => id);
  expect(wanted(known({}))).toEqual(['org/a', 'org/b', 'org/c', 'org/d']);
  // What the list rules out costs no question, and what was looked into counts.
  expect(wanted(known({ 'org/a': fails }, []))).toEqual(['org/b', 'org/c', 'org/d', 'org/e']);
  expect(wanted(known({ 'org/a': works, 'org/b': fails }))).toEqual(['org/c', 'org/d']);
  expect(plans(known({})).wanted(reading, new Set())).toEqual([]);
});

test('sites of one key have the same offers', () => {
  const offers = new Map<string, unknown>();
  const all = [...sites(), ...sites(CODE.replaceAll('F.silu(x)', 'F.gelu(x, approximate="tanh")'))];
  for (const site of all) {
    const key = offerKey(site);
    const found = offersFor(site, kernels);
    expect(offers.get(key) ?? found, key).toEqual(found);
    offers.set(key, found);
  }
  expect(offers.size).toBeGreaterThan(3);
});

test.each([
  ['every', 5],
  ['once per function', 4],
  ['once per file', 1],
] as const)('at a rate of %s, %i of the places of silu have a lens', (rate, count) => {
  expect(thinned(sites(), rate).filter(({ kind }) => kind === 'silu')).toHaveLength(count);
});
