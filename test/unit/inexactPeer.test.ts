// Who is timed, and whose time is shown, when outputs are not what they should be.
import { describe, expect, test } from 'vitest';
import type { RunnableCase } from '../../src/profile/webgpu/casePlan';
import type { Contender } from '../../src/profile/webgpu/contenders';
import { entrantRow, judgeEntrants, newEntrants, readyToTime, type Entrant } from '../../src/profile/webgpu/entrant';
import { ProgramInstance } from '../../src/profile/webgpu/execute';
import { PEER } from '../../src/profile/webgpu/peerCall';
import { check, FLOAT_POISON } from './outputCheck';

const VARIANT: Contender = { id: 'fused', label: 'fused', variant: 'fused', description: '', baseline: false };
const MEASUREMENT = {
  samplesNs: [100, 101, 99, 100],
  batch: 1,
  stoppedBy: 'precision',
  lastSet: 0,
  clockLevel: null,
} as const;
const ANSWER = { kind: 'float64', text: 'float64', outputs: [] } as const;
const RUNNABLE = {
  seed: 1,
  planned: { id: 'case', dtype: 'float32' },
  aa: false,
  leastBytes: 16,
  flops: 4,
} as RunnableCase;
const RATE = { flopsPerSecond: 1e12, size: 64, samplesNs: [1] };
const REFERENCE = {
  copyBytesPerSecond: 1e9,
  copyBytes: 16,
  copySamplesNs: [16],
  products: { float32: RATE },
  dispatchNs: 1,
};
const GPU = { timer: { kind: 'host' }, reference: REFERENCE, software: false } as const;

const right = check('float32', [1, 2], [1, 2]);
const off = check('float32', [1, 2.5], [1, 2]);
const lost = check('float32', [1, NaN], [1, 2]);
const poisoned = new Uint8Array(Uint32Array.of(0x3f800000, FLOAT_POISON).buffer);
const unwritten = check('float32', [1, 1], [1, 2], { got: poisoned, poison: FLOAT_POISON });

/** A contender that was checked, and measured if it may be. */
function ran(contender: Contender, change: Partial<Entrant>): Entrant {
  const [entrant] = newEntrants({ ...RUNNABLE, contenders: [contender] }, null);
  if (entrant === undefined) throw new Error('nobody takes part');
  Object.assign(
    entrant,
    { instance: Object.create(ProgramInstance.prototype, { compileMs: { value: 1 } }) as ProgramInstance },
    change,
  );
  judgeEntrants([entrant], ANSWER);
  return entrant;
}

describe.each<[string, Contender, Partial<Entrant>, boolean, string]>([
  ['a variant that is right', VARIANT, { before: [[right]] }, true, 'timed'],
  ['a variant that is off', VARIANT, { before: [[off]] }, false, 'wrong'],
  ['another runtime that is right', PEER, { before: [[right]] }, true, 'timed'],
  ['another runtime that is off', PEER, { before: [[right], [off]] }, true, 'wrong'],
  ['its twin', { ...PEER, id: `${PEER.id} again` }, { before: [[off]] }, true, 'wrong'],
  ['another runtime that writes NaN', PEER, { before: [[lost]] }, true, 'wrong'],
  [
    'another runtime that is off in what the timed runs wrote',
    PEER,
    { before: [[right]], after: [[off]] },
    true,
    'wrong',
  ],
  ['another runtime that writes not all', PEER, { before: [[unwritten]] }, false, 'wrong'],
  ['another runtime that leaves out some and is off', PEER, { before: [[off], [unwritten]] }, false, 'wrong'],
  ['another runtime that changes inputs', PEER, { before: [[right]], inputsUnchanged: false }, false, 'wrong'],
  ['another runtime that recalls', PEER, { before: [[right]], cheat: 'it recalls' }, false, 'wrong'],
  ['another runtime that failed', PEER, { before: [[off]], failure: 'it broke' }, false, 'failed'],
])('%s', (_, contender, change, timed, status) => {
  test(timed ? 'is timed' : 'is not timed', () => {
    expect(readyToTime([ran(contender, change)])).toHaveLength(timed ? 1 : 0);
  });

  test(`is ${status} in its row`, () => {
    // Even where there is a time, as when the fault was found after it was taken.
    const entrant = ran(contender, { ...change, measurement: MEASUREMENT });
    const row = entrantRow(entrant, entrant, RUNNABLE, GPU, null);
    expect([row.status, row.timing !== null]).toEqual([status, timed]);
    if (status === 'wrong') {
      expect(row).toMatchObject({ speedup: null, bytesPerSecond: null, shareOfLimit: null, shareOfProduct: null });
      expect(row.reason).not.toBeNull();
    }
  });
});
