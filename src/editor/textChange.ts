// What has changed between two texts, as one change. No vscode in here.
import type { SourceChange } from '../code/parsedSource';

/**
 * The smallest stretch that differs; null: the texts are equal. Found by comparing, because the editor's own list of
 * changes may hold those of several steps, each counted in the text of the step before.
 */
export function changeBetween(before: string, after: string): SourceChange | null {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let same = 0;
  while (
    same < shorter - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  ) {
    same += 1;
  }
  return { from: start, to: before.length - same, insert: after.slice(start, after.length - same) };
}
