// What a kernel's card says first, as plain text. No vscode in here.
import createMarkdown, { type Token } from 'markdown-it';

/** The first paragraph is near the top, and Markdown that is made to be slow takes a while at any length. */
const READ = 8000;

/** The first paragraph with words in it; null: there is none. Links are their words, pictures and HTML are left out. */
export function cardText(card: string): string | null {
  const tokens = new createMarkdown({ html: true }).parse(card.slice(0, READ), {});
  for (const [at, { type, level }] of tokens.entries()) {
    if (type !== 'paragraph_open' || level !== 0) continue;
    const text = wordsOf(tokens[at + 1]?.children ?? []);
    if (/\p{L}{2}/u.test(text)) return text;
  }
  return null;
}

function wordsOf(tokens: readonly Token[]): string {
  const words = tokens.map(({ type, content }) => {
    if (type === 'softbreak' || type === 'hardbreak') return ' ';
    return type === 'text' || type === 'code_inline' || type === 'text_special' ? content : '';
  });
  return words.join('').replace(/\s+/g, ' ').trim();
}
