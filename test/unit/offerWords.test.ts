import { expect, test } from 'vitest';
import { offerItem } from '../../src/editor/offerWords';
import type { Offer } from '../../src/insert/insertTypes';

const OFFER: Offer = {
  id: 'kernels-community/flash-attn-ops',
  version: 1,
  member: { kind: 'function', name: 'rms_norm_fn' },
  signature: '(x, weight, bias, residual=None)',
  note: null,
};

test('a kernel in a list is told by its name first: a signature of any length stands below it', () => {
  expect(offerItem(OFFER, 'works')).toEqual({
    label: 'rms_norm_fn',
    description: 'kernels-community/flash-attn-ops · v1 · works here',
    detail: 'rms_norm_fn(x, weight, bias, residual=None)',
  });
  const note = 'Approximates.';
  expect(offerItem({ ...OFFER, note }, 'works').detail).toBe(
    'Approximates. · rms_norm_fn(x, weight, bias, residual=None)',
  );
  const layer: Offer = { ...OFFER, member: { kind: 'layer', name: 'RMSNorm' }, signature: null, note };
  expect(offerItem({ ...layer, version: null }, 'likely')).toEqual({
    label: 'RMSNorm (layer)',
    description: 'kernels-community/flash-attn-ops · should run here',
    detail: note,
  });
});
