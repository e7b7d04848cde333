export interface SortOrder {
  readonly column: string;
  readonly direction: 'ascending' | 'descending';
}

/** What another click on a column's heading asks for: smallest first, then largest first, then the report's own order. */
export function nextOrder(order: SortOrder | null, column: string): SortOrder | null {
  if (order?.column !== column) return { column, direction: 'ascending' };
  return order.direction === 'ascending' ? { column, direction: 'descending' } : null;
}

/** Sorted by a key; what has none (null) comes last in both directions, and equal keys keep their order. */
export function sortedBy<T>(
  items: readonly T[],
  key: (item: T) => number | string | null,
  direction: SortOrder['direction'],
): T[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return items
    .map((item) => ({ item, key: key(item) }))
    .toSorted((a, b) => {
      if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
      if (typeof a.key === 'string' || typeof b.key === 'string')
        return sign * compareText(String(a.key), String(b.key));
      return sign * (a.key - b.key);
    })
    .map(({ item }) => item);
}

function compareText(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
