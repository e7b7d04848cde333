// Which part of a case an oracle is asked about.
import type { BenchCase } from './benchFile';
import { repeatOf, type Repeat } from './caseData';
import { AFFORDABLE_FLOPS } from './caseFlops';
import type { Tensor } from './program';
import { placesOf, spreadOf, type Spread } from './spread';

export interface CaseShares {
  readonly repeat: Repeat | null;
  readonly spread: Spread | null;
}

/** What repeats in a case of so many `flops`, from what it promises. */
export function sharesOf(
  { independent, alsoIndependent }: Pick<BenchCase, 'independent' | 'alsoIndependent'>,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
  flops: number,
): CaseShares {
  const spread = spreadOf(inputs, outputs, alsoIndependent);
  const share = spread === null ? 1 : placesOf(spread) / spread.of;
  return { spread, repeat: repeatOf(inputs, outputs, independent, AFFORDABLE_FLOPS / (flops * share)) };
}
