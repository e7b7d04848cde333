import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readReport } from '../../src/profile/reportFile';
import { sortCases } from '../../webview/caseOrder';
import { nextOrder, sortedBy } from '../../webview/sortOrder';

const file = new URL('../fixtures/reports/h100.kernel-lens.json', import.meta.url);
const { cases } = readReport(readFileSync(file, 'utf8'), 'h100');
const columns = ['contender', 'time', 'spread', 'speedup', 'verdict', 'limit', 'error'] as const;

const python = readReport(
  readFileSync(new URL('../fixtures/reports/python-h100.kernel-lens.json', import.meta.url), 'utf8'),
  'python-h100',
).cases;

test.each(['limit', 'bandwidth', 'compute', 'launches', 'memory'])('%s of Python, largest first', (column) => {
  const [first] = sortCases(python, { column, direction: 'descending' });
  // The product of matrices is the largest case in everything but the bytes that it must move a second.
  expect(first?.name === 'mlp.swiglu').toBe(column !== 'bandwidth' && column !== 'limit');
});

describe('sorting the table', () => {
  test('without an order keeps the order of the report', () => {
    expect(sortCases(cases, null)).toEqual(cases);
  });

  test.each(columns)('by %s keeps every case and every row', (column) => {
    for (const direction of ['ascending', 'descending'] as const) {
      const sorted = sortCases(cases, { column, direction });
      expect(sorted.map(({ id }) => id).toSorted()).toEqual(cases.map(({ id }) => id).toSorted());
      for (const item of sorted) {
        const before = cases.find(({ id }) => id === item.id);
        expect(new Set(item.rows)).toEqual(new Set(before?.rows));
      }
    }
  });

  test('by speed-up, largest first, begins with the largest and ends with cases that have none', () => {
    const sorted = sortCases(cases, { column: 'speedup', direction: 'descending' });
    const best = sorted.map(({ rows }) => Math.max(0, ...rows.map(({ speedup }) => speedup?.ratio ?? 0)));
    expect(best).toEqual(best.toSorted((a, b) => b - a));
    expect(best[0]).toBeGreaterThan(1);
    expect(best.at(-1)).toBe(0);
  });

  test('by verdict, smallest first, puts wrong rows before all others', () => {
    const [first] = sortCases(cases, { column: 'verdict', direction: 'ascending' });
    expect(first?.rows[0]?.status).toBe('wrong');
  });
});

describe('sortedBy', () => {
  test('puts what has no key last in both directions', () => {
    const keys = [3, null, 1, null, 2];
    expect(sortedBy(keys, (key) => key, 'ascending')).toEqual([1, 2, 3, null, null]);
    expect(sortedBy(keys, (key) => key, 'descending')).toEqual([3, 2, 1, null, null]);
  });

  test('keeps the order of equal keys', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.nat())), (pairs) => {
        const items = pairs.map(([key], index) => ({ key, index }));
        for (const direction of ['ascending', 'descending'] as const) {
          const sorted = sortedBy(items, ({ key }) => key, direction);
          sorted.slice(1).forEach((item, i) => {
            const before = sorted[i];
            if (before?.key === item.key) expect(before.index).toBeLessThan(item.index);
          });
        }
      }),
    );
  });
});

test('a heading asks for smallest first, largest first, then the own order', () => {
  const once = nextOrder(null, 'time');
  const twice = nextOrder(once, 'time');
  expect([once, twice, nextOrder(twice, 'time')]).toEqual([
    { column: 'time', direction: 'ascending' },
    { column: 'time', direction: 'descending' },
    null,
  ]);
  expect(nextOrder(twice, 'limit')).toEqual({ column: 'limit', direction: 'ascending' });
});
