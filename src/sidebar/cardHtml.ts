// A kernel's card, Markdown by whoever published it, as HTML that can do nothing but be read.
import createMarkdown, { type MarkdownIt, type Token } from 'markdown-it';
import { shownText } from '../kernels/shownText';
import { SafeHtml, webAddress } from './safeHtml';

/** Nobody reads more, and Markdown that is made to be slow takes a second at this length. */
const LONGEST_CARD = 60_000;

/** Marks that turn the direction of writing, and characters that nobody sees, save those that emoji are joined with. */
const UNSEEN = /(?![\n\r\t\u200c\u200d])[\p{Cc}\p{Cf}]/gu;

/** Below the page's own headings. */
function lower(heading: Token): void {
  heading.tag = `h${Math.min(6, Number(heading.tag.slice(1)) + 2)}`;
}

/** Links lead to the web, opened by the editor on a click; what is no address of the web is text without a link. */
function tameLinks(tokens: readonly Token[]): void {
  const open: boolean[] = [];
  for (const token of tokens) {
    if (token.type === 'link_open') {
      const address = webAddress(String(token.attrGet('href') ?? ''));
      open.push(address !== null);
      token.attrs =
        address === null
          ? null
          : [
              ['href', address],
              ['title', shownText(address, 300)],
              ['data-action', 'open'],
            ];
      if (address === null) token.tag = 'span';
    } else if (token.type === 'link_close' && open.pop() === false) token.tag = 'span';
  }
}

/** The page loads nothing from elsewhere: a picture is its description. */
function describePictures(tokens: readonly Token[]): void {
  for (const token of tokens.filter(({ type }) => type === 'image')) {
    token.type = 'text';
    token.content = `[image: ${shownText(token.content, 200)}]`;
  }
}

/** The page's policy allows no styles inside the markup, and a table's columns bring some. */
function alignCell(cell: Token): void {
  const alignment = /^text-align:(left|center|right)$/.exec(String(cell.attrGet('style') ?? ''));
  cell.attrs = alignment === null ? null : [['align', alignment[1] ?? '']];
}

function createRenderer(): MarkdownIt {
  const markdown = new createMarkdown({ html: false });
  // Whatever is written as a link is read as one, so that `tameLinks` decides alone what becomes of it.
  markdown.validateLink = () => true;
  markdown.core.ruler.push('tame', ({ tokens }) => {
    for (const token of tokens) {
      if (token.type === 'heading_open' || token.type === 'heading_close') lower(token);
      if (token.type === 'th_open' || token.type === 'td_open') alignCell(token);
      tameLinks(token.children ?? []);
      describePictures(token.children ?? []);
    }
  });
  return markdown;
}

/** The card as HTML: no scripts, no pictures, no styles of its own, nothing loaded. */
export function cardHtml(card: string): SafeHtml {
  // Replaced in what comes out: Markdown may also write such a character as an entity.
  const rendered = createRenderer().render(card.slice(0, LONGEST_CARD)).replace(UNSEEN, '\ufffd');
  const rest = card.length > LONGEST_CARD ? '<p class="quiet">The card goes on; the Hub shows all of it.</p>' : '';
  return new SafeHtml(rendered + rest);
}
