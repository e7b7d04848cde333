// The name that somebody probably meant.

/** The name nearest to `wanted` by letters added, left out, changed or swapped; null: none is near enough to be meant. */
export function nearestName(wanted: string, names: readonly string[]): string | null {
  // A third of the letters: `gelu_fsat` is `gelu_fast`, `relu` is not `gelu_fast`.
  const limit = Math.min(3, Math.floor(wanted.length / 3));
  const ranked = [...new Set(names)]
    .filter((name) => name !== wanted && Math.abs(name.length - wanted.length) <= limit)
    .map((name) => ({ name, distance: editDistance(wanted.toLowerCase(), name.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .toSorted((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  const [first, second] = ranked;
  // Two that are equally near: neither is offered.
  return first === undefined || (second?.distance === first.distance && first.distance > 0) ? null : first.name;
}

/** Letters to add, leave out or change, and neighbours to swap, each counting one. */
export function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const changed = from.charAt(i - 1) === to.charAt(j - 1) ? 0 : 1;
      let least = Math.min((rows[i - 1]?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (rows[i - 1]?.[j - 1] ?? 0) + changed);
      const swapped =
        i > 1 && j > 1 && from.charAt(i - 1) === to.charAt(j - 2) && from.charAt(i - 2) === to.charAt(j - 1);
      if (swapped) least = Math.min(least, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return rows[from.length]?.[to.length] ?? 0;
}
