import type { CallShapes } from './operator';

/** The sizes of a call of Attention. */
export interface AttentionShape {
  readonly batch: number;
  readonly heads: number;
  /** Heads of keys and values; each serves `heads / kvHeads` neighbouring heads of queries. */
  readonly kvHeads: number;
  readonly queries: number;
  /** Keys of the past; they come first. */
  readonly past: number;
  /** Those of the past included. */
  readonly keys: number;
  readonly headSize: number;
  readonly valueSize: number;
  readonly causal: boolean;
  /** The heads of a row lie side by side: [batch, queries, heads × size]. */
  readonly folded: boolean;
}

/** What a call's shapes and attributes say; null where they do not fit each other. */
export function attentionShape({ inputs, attributes }: CallShapes): AttentionShape | null {
  const [q, k, v] = [inputs[0]?.shape, inputs[1]?.shape, inputs[2]?.shape];
  const rank = q?.length ?? 0;
  if (q === undefined || k?.length !== rank || v?.length !== rank || (rank !== 3 && rank !== 4)) return null;
  const folded = rank === 3;
  const heads = folded ? Number(attributes['q_num_heads'] ?? 0) : (q[1] ?? 0);
  const kvHeads = folded ? Number(attributes['kv_num_heads'] ?? 0) : (k[1] ?? 0);
  if (!(heads > 0 && kvHeads > 0 && heads % kvHeads === 0)) return null;
  const headSize = (q.at(-1) ?? 0) / (folded ? heads : 1);
  const valueSize = (v.at(-1) ?? 0) / (folded ? kvHeads : 1);
  if (!Number.isInteger(headSize) || !Number.isInteger(valueSize)) return null;
  const past = inputs[4]?.shape[2] ?? 0;
  return {
    batch: q[0] ?? 0,
    heads,
    kvHeads,
    queries: q.at(-2) ?? 0,
    past,
    keys: past + (k.at(-2) ?? 0),
    headSize,
    valueSize,
    causal: attributes['is_causal'] === 1,
    folded,
  };
}
