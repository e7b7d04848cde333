// What to measure of a kernel that brings no bench.json this program can read: the shapes of its test.json.
import type { BenchCase } from './benchFile';
import type { TestCase, TestFile } from './testFile';

/** Cases of each dtype that are measured when nobody asks for particular ones: the largest. */
const DEFAULT_CASES = 3;

/**
 * Every test case with elements as a bench case; the largest few of each dtype are the default ones. Values that the test
 * states are kept: they may be indices, or in a domain that random ones would leave. So are its tolerances.
 */
export function testBenches(tests: TestFile): BenchCase[] {
  const usable = tests.cases.filter((test) => test.skipGpu === null && test.notRun === null && elements(test) > 0);
  const bySize = usable.toSorted((a, b) => elements(b) - elements(a));
  const seen = new Map<string, number>();
  const chosen = new Set<TestCase>();
  for (const test of bySize) {
    const count = seen.get(dtypeOf(test)) ?? 0;
    if (count < DEFAULT_CASES) chosen.add(test);
    seen.set(dtypeOf(test), count + 1);
  }
  return usable.map((test) => ({
    name: test.name,
    label: null,
    tags: ['test'],
    dtype: dtypeOf(test),
    call: test.call,
    independent: null,
    alsoIndependent: null,
    default: chosen.has(test),
    given: Object.fromEntries(
      Object.entries(test.inputs).flatMap(([port, { data }]) => (data.kind === 'values' ? [[port, data.values]] : [])),
    ),
    draws: {},
    tolerances: new Map(
      Object.entries(test.outputs).flatMap(([port, { tolerance }]) => (tolerance === null ? [] : [[port, tolerance]])),
    ),
  }));
}

/** Elements of the largest input. */
function elements(test: TestCase): number {
  return Math.max(0, ...Object.values(test.inputs).map(({ shape }) => shape.reduce((product, n) => product * n, 1)));
}

/** The dtype of the largest input. */
function dtypeOf(test: TestCase): string {
  const sizes = Object.values(test.inputs).map(({ dtype, shape }) => ({
    dtype,
    size: shape.reduce((a, b) => a * b, 1),
  }));
  return sizes.toSorted((a, b) => b.size - a.size)[0]?.dtype ?? 'none';
}
