// Downloads and likes in the width of a row.

/** `7.2k`, `1.3M`: three digits at most. */
export function shortCount(count: number): string {
  if (count < 1000) return count.toString();
  const [value, unit] = count < 999_500 ? [count / 1000, 'k'] : [count / 1e6, 'M'];
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value).toString()}${unit}`;
}
