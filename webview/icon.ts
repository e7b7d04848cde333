import { html, type TemplateResult } from 'lit';

/** The codicons that the page uses, by name; the font comes with the page's style sheet. */
const GLYPHS = {
  add: '\uea60',
  check: '\ueab2',
  'chevron-down': '\ueab4',
  'circle-slash': '\ueabd',
  dash: '\ueacc',
  error: '\uea87',
  info: '\uea74',
  question: '\ueb32',
  'sort-ascending': '\ueaa1',
  'sort-descending': '\uea9a',
  'triangle-down': '\ueb6e',
  'triangle-up': '\ueb71',
  warning: '\uea6c',
} as const;

export type IconName = keyof typeof GLYPHS;

/** An icon beside a word that says the same: screen readers pass over it. Styled by `.icon` of sharedStyles. */
export function icon(name: IconName, kind = ''): TemplateResult {
  return html`<span class="icon ${kind}" aria-hidden="true">${GLYPHS[name]}</span>`;
}
