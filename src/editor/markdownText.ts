// Text from outside within Markdown that the editor renders: nothing of it becomes a link, a picture, a command or an icon.
import { shownText } from '../kernels/shownText';

/** One line. Every mark that Markdown knows is escaped, and so is what it makes addresses of; an icon's name is taken apart. */
export function markdownText(text: string, longest?: number): string {
  return shownText(text, longest)
    .replaceAll('$(', '$ (')
    .replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** One line as code. */
export function markdownCode(text: string, longest?: number): string {
  const shown = shownText(text, longest);
  const longestRun = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const marks = '`'.repeat(longestRun + 1);
  const apart = longestRun === 0 ? '' : ' ';
  return `${marks}${apart}${shown}${apart}${marks}`;
}

/** Lines as a block of code, in a language that the editor colours. */
export function markdownBlock(lines: readonly string[], language: string): string {
  const longestRun = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = '`'.repeat(longestRun + 1);
  return [`${fence}${language}`, ...lines, fence].join('\n');
}
