// What a case asks its contenders: inputs that have to be legal are, in every data set.
import path from 'node:path';
import { expect, test } from 'vitest';
import { CaseQuestions } from '../../src/profile/webgpu/caseQuestions';
import { repeatOf } from '../../src/profile/webgpu/caseData';
import { loadKernel } from '../../src/profile/webgpu/kernel';
import { folderFiles } from '../../src/profile/webgpu/kernelFolder';
import type { Answerer } from '../../src/profile/webgpu/oracleCall';
import { caseTensors } from '../../src/profile/webgpu/programBuilder';
import { device } from './kernelFixture';
import { runnableCase } from './runnableCase';

const ID = 'com.microsoft.RotaryEmbedding';
const FOLDER = path.join(import.meta.dirname, '../../media/kernels', ID);
const POSITIONS = 8;
const CACHE = { dtype: 'float32', shape: [POSITIONS, 64] } as const;
const CALL = {
  inputs: {
    x: { dtype: 'float32', shape: [32, 64, 4096] },
    position_ids: { dtype: 'int64', shape: [32, 64] },
    cos_cache: CACHE,
    sin_cache: CACHE,
  },
} as const;

const LIMITS = {
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupsPerDimension: 65535,
};

const ANSWERS_ZERO: Answerer = {
  compute: (call) =>
    Promise.resolve({
      kind: 'float64',
      text: 'zeros',
      outputs: call.outputs.map((output) => output && new Float32Array(output.shape.reduce((a, b) => a * b, 1))),
    }),
};

test('positions lie in the table in every data set, the last slices as well', async () => {
  const kernel = await loadKernel(await folderFiles(FOLDER));
  const { inputs, outputs } = caseTensors(kernel, CALL, device({ limits: LIMITS }));
  const runnable = runnableCase(ID, {
    ...{ name: 'case', kernel, call: CALL, inputs, outputs },
    draws: { position_ids: { from: 0, below: POSITIONS } },
    repeat: repeatOf(inputs, outputs, { axis: 0, inputs: ['x', 'position_ids'] }),
    spread: null,
  });
  const questions = new CaseQuestions(ANSWERS_ZERO, runnable, () => undefined);
  const timed = await questions.draw('A');
  const rounds = await questions.rounds(timed);
  expect(rounds.filter(({ tail }) => tail !== null)).toHaveLength(1);
  for (const blocks of [timed.blocks, ...rounds.map(({ data, tail }) => (tail ?? data).blocks)]) {
    const ids = new BigInt64Array(blocks.get('position_ids')?.slice().buffer ?? new ArrayBuffer(0));
    expect(ids.length % 64).toBe(0);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.every((id) => id >= 0n && id < BigInt(POSITIONS))).toBe(true);
  }
});
