import fc from 'fast-check';
import { expect, test } from 'vitest';
import { benchmarkLens, callLenses, offerLens, type CallFacts } from '../../src/editor/lensText';
import { resultsOf } from '../../src/editor/kernelResults';
import type { Offer } from '../../src/insert/insertTypes';
import { measuredCase, measuredReport, pythonKernel, type Outcome } from './measuredReports';

const NOW = new Date(2026, 10, 22, 12);
const FACTS: CallFacts = {
  id: 'kernels-community/activation',
  works: { state: 'works', variant: 'torch210-cxx11-cu128-x86_64-linux' },
  version: 1,
  newest: 1,
  lockedCommit: null,
  measured: null,
  missing: false,
  otherLanguage: null,
  problem: null,
};

function measured(outcome: Outcome, at = NOW.toISOString()): CallFacts['measured'] {
  const { id } = FACTS;
  const report = measuredReport([pythonKernel(id)], [measuredCase('a', { [id]: outcome })], { createdAt: at });
  return resultsOf(report)[0] ?? null;
}

function titles(change: Partial<CallFacts>): readonly string[] {
  return callLenses({ ...FACTS, ...change }, NOW).map(({ title }) => title);
}

test.each<[Partial<CallFacts>, readonly string[]]>([
  [{}, ['$(check)\u00A0runs here · v1']],
  [{ version: null }, ['$(check)\u00A0runs here']],
  [{ works: { state: 'likely', because: 'x' } }, ['$(check)\u00A0should run here · v1']],
  [
    { works: { state: 'fails', reason: 'backend (cuda) does not match system backend (cpu) and is not universal' } },
    ['$(close)\u00A0needs CUDA, not CPU · v1'],
  ],
  [{ works: { state: 'unknown', reason: 'No Python.' } }, ['$(question)\u00A0No Python · v1']],
  [
    { works: { state: 'unknown', reason: 'kernelLens.python.path names no file. Change it.' } },
    ['$(question)\u00A0kernelLens.python.path names no file · v1'],
  ],
  [{ missing: true, version: null }, ['$(close)\u00A0not on the Hub']],
  [{ otherLanguage: 'python' }, ['$(close)\u00A0for Python, not for JavaScript · v1']],
  [{ otherLanguage: 'javascript', version: null }, ['$(close)\u00A0for JavaScript, not for Python']],
  [{ problem: 'No version is given.', version: null }, ['$(warning)\u00A0fails as written']],
  [{ problem: 'x', works: { state: 'fails', reason: 'no build' } }, ['$(close)\u00A0no build · v1']],
  [{ newest: 3 }, ['$(check)\u00A0runs here · v1', 'v3 is newer']],
  [{ newest: 3, version: null }, ['$(check)\u00A0runs here']],
  [{ newest: 1, version: 2 }, ['$(check)\u00A0runs here · v2']],
  [{ lockedCommit: '2385e44'.padEnd(40, 'a') }, ['$(check)\u00A0runs here · v1', '$(lock)\u00A0locked 2385e44']],
  [{ measured: measured(2.4) }, ['$(check)\u00A0runs here · v1', '$(graph)\u00A02.4× on this GPU (today)']],
  [{ measured: measured(0.5, 'never') }, ['$(check)\u00A0runs here · v1', '$(graph)\u00A00.50× on this GPU']],
  [{ measured: measured('wrong') }, ['$(check)\u00A0runs here · v1', '$(error)\u00A0wrong on this GPU (today)']],
])('a call with %j', (change, expected) => {
  expect(titles(change)).toEqual(expected);
});

const OFFER: Offer = {
  id: 'kernels-community/activation',
  version: 1,
  member: { kind: 'function', name: 'gelu' },
  signature: '(out, x)',
  note: null,
};

test('an operation says which kernel has what for it', () => {
  expect(offerLens([], null)).toBeNull();
  expect(offerLens([OFFER], null)?.title).toBe('$(zap)\u00A0kernels-community/activation has gelu for this');
  const layer: Offer = { ...OFFER, member: { kind: 'layer', name: 'Gelu' }, note: 'Approximates.' };
  expect(offerLens([layer, OFFER, OFFER], null)).toMatchObject({
    title: '$(zap)\u00A0kernels-community/activation has the layer Gelu for this · 2 more',
    tooltip: 'Approximates.',
  });
  expect(offerLens([OFFER, OFFER], measured(1.9)?.overall ?? null)?.title).toBe(
    '$(zap)\u00A0kernels-community/activation has gelu for this · 1.9× here · 1 more',
  );
});

test('a benchmark can be run where it has something to run', () => {
  expect(benchmarkLens([])).toBeNull();
  expect(benchmarkLens(['', 'large'])?.title).toBe('$(play)\u00A0run kernels benchmark');
});

test('hostile text makes no icon, and no second line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const evil = `${text}$(x~spin)\n`;
      const lenses = [
        ...callLenses({ ...FACTS, works: { state: 'fails', reason: evil }, lockedCommit: evil, newest: 9 }, NOW),
        ...callLenses({ ...FACTS, id: evil, works: { state: 'works', variant: evil } }, NOW),
        ...callLenses({ ...FACTS, id: evil, measured: measured(2) }, NOW),
        offerLens([{ ...OFFER, id: evil, member: { kind: 'layer', name: evil }, note: evil }], null),
      ];
      for (const lens of lenses) {
        expect(lens?.title).not.toContain('$(x~spin)');
        expect(`${lens?.title ?? ''}${lens?.tooltip ?? ''}`).not.toMatch(/[\r\n]/);
        // An icon alone says nothing to those who do not see it.
        expect(lens?.title.replace(/\$\([a-z-]+\)/g, '')).toMatch(/[a-z0-9]/);
      }
    }),
  );
});
