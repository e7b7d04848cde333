// Numbers and tables as Markdown.

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
export function table(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`)
    .join('\n');
}

/** @param {number | null | undefined} ns */
export const microseconds = (ns) => (isNumber(ns) ? `${(ns / 1000).toFixed(1)} µs` : '');

/** @param {number | null | undefined} value in seconds */
export const seconds = (value) => (isNumber(value) ? `${value.toFixed(2)} s` : '');

/** @param {number | null | undefined} value in seconds */
export const milliseconds = (value) => (isNumber(value) ? `${(value * 1000).toFixed(0)} ms` : '');

/** @param {number | null | undefined} share */
export const percent = (share) => (isNumber(share) ? `${(100 * share).toFixed(Math.abs(share) < 0.1 ? 2 : 1)} %` : '');

/**
 * @param {number | null | undefined} value
 * @returns {value is number}
 */
function isNumber(value) {
  return typeof value === 'number' && Number.isFinite(value);
}
