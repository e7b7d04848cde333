// The details page's own script: it sends clicks to the extension, and puts the page back where it was when it is
// drawn anew. Everything that is shown comes as HTML from the extension.
import * as v from 'valibot';

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

const PlaceSchema = v.object({ id: v.string(), scroll: v.number(), focus: v.string() });
const COPIED_MS = 2000;

const api = acquireVsCodeApi();
const { id = '', version = '' } = document.body.dataset;

function remember(): void {
  const focus = document.activeElement?.id ?? '';
  api.setState({ id, version: version === '' ? null : Number(version), scroll: window.scrollY, focus });
}

function goBack(): void {
  const place = v.safeParse(PlaceSchema, api.getState());
  if (!place.success || place.output.id !== id) return;
  window.scrollTo(0, place.output.scroll);
  if (place.output.focus !== '') document.getElementById(place.output.focus)?.focus({ preventScroll: true });
}

/** What a click on an element asks for; null: nothing. */
function messageOf(element: HTMLElement): unknown {
  const { action, version: number, id: kernel } = element.dataset;
  switch (action) {
    case undefined:
      return null;
    case 'open':
      return { action, address: element.getAttribute('href') ?? '' };
    case 'version':
      return { action, version: Number(number) };
    case 'kernel':
      return { action, id: kernel ?? '' };
    default:
      return { action };
  }
}

function sayCopied(): void {
  const said = document.getElementById('said');
  if (said === null) return;
  said.textContent = 'Copied';
  setTimeout(() => {
    said.textContent = '';
  }, COPIED_MS);
}

document.addEventListener('click', (event) => {
  const element = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-action]') : null;
  const message = element === null ? null : messageOf(element);
  if (message === null) return;
  event.preventDefault();
  remember();
  api.postMessage(message);
  if (element?.dataset['action'] === 'copy') sayCopied();
});
window.addEventListener('scroll', remember, { passive: true });
document.addEventListener('focusin', remember);
goBack();
remember();
