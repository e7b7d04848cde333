import { expect, test } from 'vitest';
import { lastOf, resultsFor, resultsOf, type AskedResults, type DevicesHere } from '../../src/editor/kernelResults';
import { hereWords, hoverLines, lensWords, measuredTooltip } from '../../src/editor/measuredWords';
import { kernelSpeedup } from '../../src/profile/kernelSpeedup';
import type { Report } from '../../src/profile/report';
import { H100, measuredCase, measuredReport, pythonKernel, type Outcome } from './measuredReports';

const ID = 'kernels-community/activation';
const NOW = new Date('2026-11-22T10:00:00.000Z');
const HERE: DevicesHere = {
  gpus: [{ name: H100, architecture: '9.0' }],
  adapters: ['NVIDIA H100 (Vulkan)'],
  cpu: 'Example CPU',
  backend: 'cuda',
};
const ASKED: AskedResults = { id: ID, language: 'python', version: 1, commit: null };

type Change = Parameters<typeof measuredReport>[2];

function report(outcome: Outcome, change: Change = {}, kernel: Parameters<typeof pythonKernel>[1] = {}): Report {
  return measuredReport([pythonKernel(ID, kernel)], [measuredCase('activation.silu', { [ID]: outcome })], change);
}

/** What is chosen of reports, newest first: the ratios, or `wrong`. */
function chosen(
  reports: readonly Report[],
  asked: Partial<AskedResults> = {},
  here = HERE,
): readonly (string | null)[] {
  const found = lastOf(resultsFor(reports.flatMap(resultsOf), { ...ASKED, ...asked }), here);
  return [found.here, found.elsewhere].map((one) => (one === null ? null : hereWords(one.overall)));
}

const V1 = report(2);
const V2 = measuredReport(
  [pythonKernel(ID), pythonKernel(`${ID}@v2`, { version: 2, commit: 'b'.repeat(40) })],
  [measuredCase('activation.silu', { [ID]: 3, [`${ID}@v2`]: 4 })],
);
const OF_COMMIT = report(5, {}, { version: null, commit: 'c'.repeat(40) });

test.each<[string, readonly Report[], Partial<AskedResults>, readonly (string | null)[]]>([
  ['the newest of its version', [V2, V1], {}, ['3.0× here', null]],
  ['one version of several in a report', [V1, V2], { version: 2 }, ['4.0× here', null]],
  ['no other version', [V1], { version: 2 }, [null, null]],
  ['what tells no version, where there is no better', [OF_COMMIT], { version: 2 }, ['5.0× here', null]],
  ['its version, though what tells none is newer', [OF_COMMIT, V1], {}, ['2.0× here', null]],
  ['whatever is newest, where the call gives none', [V2, V1], { version: null }, ['3.0× here', null]],
  ['the commit that is locked', [V2, V1], { version: null, commit: 'b'.repeat(40) }, ['4.0× here', null]],
  ['nothing of another commit', [V1], { version: null, commit: 'd'.repeat(40) }, [null, null]],
  ['nothing of another kernel', [V1], { id: 'kernels-community/relu' }, [null, null]],
  ['nothing of the other language', [V1], { language: 'javascript' }, [null, null]],
  ['that it was wrong, though it was right before', [report('wrong'), V1], {}, ['wrong here', null]],
  ['what was before a run that failed', [report('failed'), V1], {}, ['2.0× here', null]],
  ['nothing of a test of the measurement', [report(2, { mode: 'aa' })], {}, [null, null]],
  ['nothing of a folder of the same name', [report(2, {}, { source: 'folder' })], {}, [null, null]],
  [
    'another machine apart from this one',
    [report(9, { adapter: { name: 'NVIDIA A100' } }), V1],
    {},
    ['2.0× here', '9.0× here'],
  ],
])('of reports it takes %s', (_, reports, asked, expected) => {
  expect(chosen(reports, asked)).toEqual(expected);
});

const CPU = { name: 'Example CPU', backend: 'cpu', software: true, architecture: '' };
const ON_CPU: DevicesHere = { gpus: [], adapters: [], cpu: 'Example CPU', backend: 'cpu' };

test.each<[string, Change, DevicesHere, boolean]>([
  ['its name', {}, HERE, true],
  ['its name, whatever torch is built for', {}, { ...HERE, backend: 'cpu' }, true],
  ['the name that WebGPU has for it', { adapter: { name: 'NVIDIA H100 (Vulkan)', backend: 'vulkan' } }, HERE, true],
  ['another name', { adapter: { name: 'NVIDIA H200' } }, HERE, false],
  ['no GPU', {}, { ...HERE, gpus: [] }, false],
  ['this CPU, without a GPU', { adapter: CPU }, ON_CPU, true],
  ['this CPU, where torch finds no GPU', { adapter: CPU }, { ...ON_CPU, backend: 'cuda' }, true],
  ['this CPU, where torch is for the CPU', { adapter: CPU }, { ...HERE, backend: 'cpu' }, true],
  ['this CPU, where nobody knows of torch', { adapter: CPU }, { ...ON_CPU, backend: null }, false],
  ['this CPU, where torch has a GPU', { adapter: CPU }, HERE, false],
  ['another CPU', { adapter: { ...CPU, name: 'Other' }, cpu: 'Other' }, ON_CPU, false],
  [
    'AMD by its architecture',
    { adapter: { name: 'AMD Instinct MI300X', backend: 'rocm', architecture: 'gfx942:sramecc+:xnack-' } },
    { ...HERE, backend: 'rocm', gpus: [{ name: 'AMD GPU', architecture: 'gfx942' }] },
    true,
  ],
  [
    'another of AMD',
    { adapter: { name: 'AMD Radeon', backend: 'rocm', architecture: 'gfx1100' } },
    { ...HERE, backend: 'rocm', gpus: [{ name: 'AMD GPU', architecture: 'gfx942' }] },
    false,
  ],
  [
    'AMD in another machine',
    { adapter: { name: 'AMD', backend: 'rocm', architecture: 'gfx942' }, cpu: 'Other' },
    { ...HERE, backend: 'rocm', gpus: [{ name: 'AMD GPU', architecture: 'gfx942' }] },
    false,
  ],
  ['Metal', { adapter: { name: 'Apple GPU (MPS)', backend: 'mps' } }, { ...HERE, backend: 'metal' }, true],
  ['Intel', { adapter: { name: 'Intel Arc', backend: 'xpu' } }, { ...HERE, backend: 'xpu' }, true],
  ['Intel, where torch has none', { adapter: { name: 'Intel Arc', backend: 'xpu' } }, HERE, false],
  [
    'software of another machine',
    { adapter: { name: 'SwiftShader', backend: 'vulkan', software: true }, cpu: 'Other' },
    { ...HERE, adapters: ['SwiftShader'] },
    false,
  ],
])('a machine is known by %s', (_, change, here, isHere) => {
  expect(chosen([report(2, change)], {}, here)).toEqual(isHere ? ['2.0× here', null] : [null, '2.0× here']);
});

function words(outcomes: readonly Outcome[], change: Change = {}): readonly string[] {
  const cases = outcomes.map((outcome, index) => measuredCase(`case${index}`, { [ID]: outcome }));
  const [result] = resultsOf(measuredReport([pythonKernel(ID)], cases, change));
  if (result === undefined) throw new Error('There is no result.');
  return [lensWords(result, NOW), ...hoverLines({ here: result, elsewhere: null }, 1)];
}

test.each<[readonly Outcome[], Change, string, string]>([
  [
    [1.9, 1.9, 1.9],
    {},
    '1.9× on this GPU (today)',
    `Measured here: 1.9× FASTER than PyTorch on ${H100}, 2026-11-22, 3 cases`,
  ],
  [[0.5], {}, '0.50× on this GPU (today)', `Measured here: 2.0× SLOWER than PyTorch on ${H100}, 2026-11-22, 1 case`],
  [[1], {}, 'same time on this GPU (today)', `Measured here: the SAME time as PyTorch on ${H100}, 2026-11-22, 1 case`],
  [
    [1.015],
    {},
    'no clear difference on this GPU (today)',
    `Measured here: UNCLEAR against PyTorch on ${H100}, 2026-11-22, 1 case`,
  ],
  [[5, 'wrong'], {}, 'wrong on this GPU (today)', `Measured here: WRONG in 1 of 2 cases on ${H100}, 2026-11-22`],
  [
    [2],
    { adapter: CPU, createdAt: '2026-11-20T10:00:00.000Z' },
    '2.0× on this CPU (20 Nov)',
    'Measured here: 2.0× FASTER than PyTorch on Example CPU, 2026-11-20, 1 case',
  ],
  [
    [2],
    { adapter: { name: 'SwiftShader', backend: 'vulkan', software: true } },
    '2.0× in software (today)',
    'Measured here: 2.0× FASTER than PyTorch on SwiftShader, in software, 2026-11-22, 1 case',
  ],
])('%j reads as it is', (outcomes, change, lens, hover) => {
  expect(words(outcomes, change)).toEqual([lens, hover]);
});

test('a hover names the version where the call gives another or none, and the other machine', () => {
  const [here = null] = resultsOf(V1);
  const [elsewhere = null] = resultsOf(report(9, { adapter: { name: 'NVIDIA A100' } }));
  expect(hoverLines({ here, elsewhere }, null)).toEqual([
    `Measured here: 2.0× FASTER than PyTorch on ${H100}, 2026-11-22, 1 case, v1`,
    'Measured elsewhere: 9.0× FASTER than PyTorch on NVIDIA A100, 2026-11-22, 1 case, v1',
  ]);
  expect(hoverLines({ here: null, elsewhere: null }, 1)).toEqual([]);
});

test('what stands behind the lens says what the number is', () => {
  const [right] = resultsOf(V1);
  const [wrong] = resultsOf(report('wrong'));
  if (right === undefined || wrong === undefined) throw new Error('There is no result.');
  expect(measuredTooltip('a', right)).toMatch(/the time of PyTorch divided by its own, over 1 case\. Above 1/);
  expect(measuredTooltip('a', wrong)).toMatch(/wrong results in 1 of 1 case\. A wrong kernel has no speed-up\.$/);
});

test('a lens of a kernel of WebGPU is about its variants', () => {
  const cases = [measuredCase('webgpu-kernels/ai.onnx.Add', { unfused: 1, fused: 3 }, 'variants')];
  const kernel = pythonKernel('webgpu-kernels/ai.onnx.Add', { language: 'javascript', version: '1.0' });
  const [result] = resultsOf(measuredReport([kernel], cases));
  expect(result).toMatchObject({ language: 'javascript', version: null, overall: { against: 'unfused', cases: 1 } });
  expect(kernelSpeedup(result?.outcomes ?? [])).toEqual(result?.overall);
});
