// HTML that is put together from our own words and from text of strangers, which never becomes markup.
import { shownText } from '../kernels/shownText';

/** Markup that may stand in a page as it is. Made by `html` and by the renderer of cards alone. */
export class SafeHtml {
  constructor(readonly text: string) {}
}

type Part = SafeHtml | string | number | null | readonly SafeHtml[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text with everything escaped that means something in HTML, in quotes too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function markup(part: Part): string {
  if (part === null) return '';
  if (part instanceof SafeHtml) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return escapeHtml(String(part));
}

/** A template of HTML. Values are escaped, save what is SafeHtml already; null is left out. Attributes want quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): SafeHtml {
  return new SafeHtml(strings.reduce((whole, text, i) => whole + markup(parts[i - 1] ?? null) + text));
}

/** A stranger's text on one line, kept from turning the direction of what stands beside it. */
export function foreign(text: string, longest = 200): SafeHtml {
  return html`<bdi>${shownText(text, longest)}</bdi>`;
}

/** The address of a page on the web, in its normal form; null: it is no http or https address. */
export function webAddress(text: string): string | null {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  // A name and password in front of the host make an address look like another one.
  return url.username === '' && url.password === '' ? url.href : null;
}
