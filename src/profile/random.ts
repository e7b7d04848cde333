// Seeded random bits: the same numbers on every machine, so that a run can be repeated.

/** A generator of whole numbers 0 to 2³²−1. Neighbouring seeds give unrelated sequences. */
export function randomWords(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let word = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  };
}

/** A seed for one part of a run, e.g. one input of one case: `deriveSeed(seed, 'ai.onnx.Gelu/large/float32/x')`. */
export function deriveSeed(seed: number, name: string): number {
  let hash = seed ^ 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return randomWords(hash)();
}
