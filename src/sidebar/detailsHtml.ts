// The details page of a kernel as one document.
import { kernelIdProblem } from '../kernels/kernelId';
import type { WorksHere } from '../kernels/worksHere';
import {
  benchmarksSection,
  buildsSection,
  callSection,
  cardSection,
  factsSection,
  functionsSection,
  hubLink,
  icon,
  versionsSection,
} from './detailsSections';
import { detailsOf, shownKernel, verdictOf, type DetailsView } from './detailsView';
import { foreign, html, type SafeHtml } from './safeHtml';
import { shownDay } from '../kernels/shownDay';

/** Where the page's own files are, and what its policy lets run. */
export interface DetailsFrame {
  /** `webview.cspSource`. */
  readonly source: string;
  readonly nonce: string;
  readonly script: string;
  readonly styles: readonly string[];
}

const VERDICTS: Readonly<Record<WorksHere['state'], readonly [icon: string, tone: string, words: string]>> = {
  works: ['check', 'good', 'Runs here'],
  likely: ['check', '', 'Should run here'],
  fails: ['close', 'bad', 'Does not run here'],
  unknown: ['question', '', 'Not known whether it runs here'],
};

function verdictLine(verdict: WorksHere): SafeHtml {
  const [name, tone, words] = VERDICTS[verdict.state];
  const why =
    verdict.state === 'works'
      ? html`the build <code>${foreign(verdict.variant)}</code>`
      : foreign(verdict.state === 'likely' ? verdict.because : verdict.reason, 600);
  return html`<p class="verdict">
    <span class="${tone}">${icon(name)} <strong>${words}</strong></span
    >: ${why}
  </p>`;
}

function notice(name: string, tone: string, text: SafeHtml): SafeHtml {
  return html`<p class="notice ${tone}">${icon(name)} <span>${text}</span></p>`;
}

function notices(view: DetailsView): readonly SafeHtml[] {
  const { opened, summary } = view;
  const details = detailsOf(view);
  const retry = html`<button class="link" id="retry" data-action="retry">Try again</button>`;
  const found: SafeHtml[] = [];
  if (opened.state === 'loading')
    found.push(notice('loading codicon-modifier-spin', '', html`Looking into the repository…`));
  if (opened.state === 'failed')
    found.push(notice('warning', 'caution', html`${foreign(opened.problem, 600)} ${retry}`));
  if (opened.state === 'open' && opened.details.problem !== null) {
    const seen = html`As seen ${shownDay(opened.details.at, new Date())}.`;
    found.push(notice('history', 'caution', html`${seen} ${foreign(opened.details.problem.message, 600)} ${retry}`));
  }
  const moved = details?.redirect?.destination ?? null;
  if (moved !== null) {
    const name = foreign(moved);
    const open = html`<button class="link" id="moved" data-action="kernel" data-id="${moved}">${name}</button>`;
    const where = kernelIdProblem(moved) === null ? open : name;
    found.push(notice('arrow-right', 'caution', html`This kernel has moved to ${where}.`));
  }
  if ((details ?? summary)?.gated === true) {
    const page = hubLink(view, `kernels/${view.id}`, html`Ask for it on the Hub`);
    found.push(
      notice('key', '', html`It is gated: its files open with a token whose owner was given access. ${page}.`),
    );
  }
  if ((details?.trusted ?? summary?.trusted ?? null) === false) {
    const words = html`The Hub does not list this publisher as trusted. A kernel runs with all your rights: read its
    source first.`;
    found.push(notice('shield', 'caution', words));
  }
  return found;
}

function actions(view: DetailsView): SafeHtml {
  const { version } = shownKernel(view);
  const which = version === null ? '' : ` v${version}`;
  return html`<div class="actions" role="toolbar" aria-label="What to do with it">
    <button id="pin" data-action="pin">${icon('pin')} Pin${which}</button>
    <button id="insert" data-action="insert">${icon('insert')} Insert Call</button>
    <button id="profile" data-action="profile">${icon('play')} Profile${which}</button>
  </div>`;
}

/** The whole page. Its policy allows one script of ours and our style sheets; nothing is loaded from elsewhere. */
export function detailsHtml(view: DetailsView, frame: DetailsFrame): string {
  const [organisation = '', name = ''] = view.id.split('/');
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${frame.nonce}'`,
    `style-src ${frame.source}`,
    `font-src ${frame.source}`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  const styles = frame.styles.map((address) => html`<link rel="stylesheet" href="${address}" />`);
  const version = detailsOf(view)?.version?.version ?? null;
  const summary = view.summary?.summary ?? null;
  const page = html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${view.id}</title>
${styles}
</head>
<body data-id="${view.id}" data-version="${version === null ? '' : String(version)}">
<main${view.opened.state === 'loading' ? html` aria-busy="true"` : null}>
<header>
<h1><span class="quiet">${foreign(organisation)}/</span>${foreign(name)}${version === null ? null : html` <span class="version">v${version}</span>`}</h1>
${summary === null ? null : html`<p dir="auto">${foreign(summary, 400)}</p>`}
${verdictLine(verdictOf(view))}
${notices(view)}
${actions(view)}
</header>
${callSection(view)}
${buildsSection(view)}
${versionsSection(view)}
${functionsSection(view)}
${benchmarksSection(view)}
${factsSection(view)}
${cardSection(view)}
</main>
<script type="module" nonce="${frame.nonce}" src="${frame.script}"></script>
</body>
</html>
`;
  return `<!DOCTYPE html>\n${page.text}`;
}
