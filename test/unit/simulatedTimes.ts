import { randomWords } from '../../src/profile/random';

/** Near normal, mean 0, deviation 1. */
export function normals(seed: number): () => number {
  const next = randomWords(seed);
  return () => {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += next() / 0x1_0000_0000;
    return sum - 6;
  };
}

/** Time of the t-th sample of a run as a multiple of its contender's own time. */
export type Noise = (t: number) => number;
/** Noise that has a memory needs a fresh one a run. */
export type NoiseMaker = (seed: number, samples: number) => Noise;

export const NOISES: Readonly<Record<string, NoiseMaker>> = {
  'independent, 0.5%': (seed) => {
    const normal = normals(seed);
    return () => 1 + 0.005 * normal();
  },
  'independent, 5%': (seed) => {
    const normal = normals(seed);
    return () => 1 + 0.05 * normal();
  },
  'a drift of 5% over the run': (seed, samples) => {
    const normal = normals(seed);
    return (t) => 1 + (0.05 * t) / samples + 0.005 * normal();
  },
  'a clock that wanders': (seed) => {
    const normal = normals(seed);
    let wander = 0;
    return () => {
      wander = 0.95 * wander + 0.01 * normal();
      return 1 + wander + 0.003 * normal();
    };
  },
  'a step half way': (seed, samples) => {
    const normal = normals(seed);
    return (t) => (t < samples / 2 ? 1 : 1.03) + 0.005 * normal();
  },
  'one sample in ten up to twice as long': (seed) => {
    const normal = normals(seed);
    const next = randomWords(seed ^ 0x5bd1e995);
    return () => 1 + 0.005 * Math.abs(normal()) + (next() % 10 === 0 ? (next() % 100) / 100 : 0);
  },
  'a coarse timer': (seed) => {
    const normal = normals(seed);
    return () => Math.round(200 * (1 + 0.005 * normal())) / 200;
  },
};

/** Samples of two contenders in blocks A B B A, as a run takes them; times in nanoseconds. */
export function interleaved(
  noise: Noise,
  blocks: number,
  aNs: number,
  bNs: number,
): { readonly a: number[]; readonly b: number[] } {
  const a: number[] = [];
  const b: number[] = [];
  for (let block = 0, t = 0; block < blocks; block++) {
    a.push(aNs * noise(t++));
    b.push(bNs * noise(t++), bNs * noise(t++));
    a.push(aNs * noise(t++));
  }
  return { a, b };
}
