// Which cases a profile takes by itself: on a software adapter there is time for a few small ones only.

/** A case with a guess of what it takes, milliseconds. */
export interface TimedGuess {
  readonly runnable: { readonly planned: { readonly dtype: string; readonly estimatedMs: number } };
  /** One run of its slowest contender. */
  readonly runMs: number;
}

/** On a software adapter a case whose run takes longer is left out, unless it is asked for. */
const LONGEST_SOFTWARE_RUN_MS = 400;
/** Where even one of each dtype takes too long together, none longer than this. */
const SHORT_SOFTWARE_RUN_MS = 60;
/** What all cases of a software adapter may take together, by the guess. */
const SOFTWARE_BUDGET_MS = 35_000;
/** Cases of one kernel and dtype, where not every one is run. */
const MOST_CASES = { normal: 4, quick: 2 } as const;

/**
 * The cases that suit the adapter when nobody asks for particular ones, in their order: all of them on a GPU, a few of each
 * dtype with `quick`; in software as many of each kernel as come to a minute or so, one at least.
 */
export function suitedCases<T extends TimedGuess>(
  software: boolean,
  byKernel: readonly (readonly T[])[],
  quick: boolean,
): T[] {
  const most = quick ? MOST_CASES.quick : MOST_CASES.normal;
  if (!software) return byKernel.flatMap((own) => (quick ? spread(own, most, Infinity) : own));
  const choices = [
    ...Array.from({ length: most }, (_, i) => (own: readonly T[]) => {
      return spread(own, most - i, LONGEST_SOFTWARE_RUN_MS);
    }),
    (own: readonly T[]) => spread(own, 1, SHORT_SOFTWARE_RUN_MS),
    shortest<T>,
  ];
  let kept: T[] = [];
  for (const choice of choices) {
    kept = byKernel.flatMap(choice);
    if (kept.reduce((sum, { runnable }) => sum + runnable.planned.estimatedMs, 0) <= SOFTWARE_BUDGET_MS) break;
  }
  return kept;
}

/** At most `most` cases of each dtype, none longer than `longestMs`; where all of them are, the shortest one. */
function spread<T extends TimedGuess>(own: readonly T[], most: number, longestMs: number): readonly T[] {
  const short = own.filter(({ runMs }) => runMs <= longestMs);
  if (short.length === 0) return shortest(own);
  const kept = new Set<T>();
  for (const dtype of new Set(short.map(({ runnable }) => runnable.planned.dtype))) {
    const same = short.filter(({ runnable }) => runnable.planned.dtype === dtype);
    const bySize = same.toSorted((a, b) => a.runMs - b.runMs);
    for (const one of evenly(bySize, most)) kept.add(one);
  }
  return own.filter((one) => kept.has(one));
}

/** The case that takes least; none of no cases. */
function shortest<T extends TimedGuess>(own: readonly T[]): readonly T[] {
  return own.toSorted((a, b) => a.runMs - b.runMs).slice(0, 1);
}

/** At most `count` of a sorted list: the last one, and others spread evenly before it. */
function evenly<T>(sorted: readonly T[], count: number): T[] {
  if (sorted.length <= count) return [...sorted];
  const places = Array.from({ length: count }, (_, i) => Math.round(((i + 1) * sorted.length) / count) - 1);
  return sorted.filter((_, index) => places.includes(index));
}
