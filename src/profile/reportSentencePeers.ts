// What the first sentence says of other runtimes that were measured beside a kernel's variants.
import { plural } from './format';
import { geometricMean, isPeerRow, relativeSpeedup, type Comparison } from './reportComparison';
import { comparedWith, failuresOf, othersWrong, type RowOfCase } from './reportSentencePython';
import type { ReportCase, RowSpeedup } from './report';

/** How the variants came out against a runtime, over the cases that have both. */
interface AgainstPeer {
  readonly label: string;
  readonly speedup: RowSpeedup;
  readonly cases: number;
}

/** `, and 5.1× faster than ONNX Runtime in 10 cases`, for each runtime that was compared too; empty without any. */
export function besidePeers(comparisons: readonly Comparison[]): string {
  return againstPeers(comparisons)
    .map(({ label, speedup, cases }) => {
      const where = cases < comparisons.length ? ` in ${plural(cases, 'case')}` : '';
      return `, and ${comparedWith(speedup, label)}${where}`;
    })
    .join('');
}

/** Which runtimes were wrong or failed, and how often: nothing that speaks against a kernel. */
export function peerTroubles(rows: readonly RowOfCase[]): string[] {
  const peers = rows.filter(({ row }) => isPeerRow(row));
  return [...othersWrong(peers), ...failuresOf(peers, undefined)];
}

/** Over all cases in which both were compared with the baseline. */
export function againstPeers(comparisons: readonly Comparison[]): AgainstPeer[] {
  const peers = comparisons.flatMap(({ item }) => item.rows.filter(isPeerRow));
  return [...new Set(peers.map(({ contender }) => contender.id))].flatMap((id) => {
    const ratios = comparisons.flatMap(({ item, speedup }) => ratioTo(item, id, speedup));
    const label = peers.find(({ contender }) => contender.id === id)?.contender.label ?? id;
    return ratios.length === 0 ? [] : [{ label, speedup: geometricMean(ratios), cases: ratios.length }];
  });
}

function ratioTo({ rows }: ReportCase, peer: string, speedup: RowSpeedup): RowSpeedup[] {
  const other = rows.find(({ contender }) => contender.id === peer)?.speedup ?? null;
  return other === null ? [] : [relativeSpeedup(speedup, other)];
}
