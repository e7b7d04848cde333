// The sections of the details page.
import type { KernelDetails } from '../kernels/kernelDetails';
import { platformTitle } from '../kernels/platformTitle';
import { pythonVerdicts, metadataOf, type VariantVerdict } from '../kernels/variantVerdicts';
import { webGpuProblem } from '../kernels/webgpuNeeds';
import { detailsOf, loadingLines, shownKernel, type DetailsView } from './detailsView';
import { foreign, html, type SafeHtml, webAddress } from './safeHtml';
import { shownDay } from '../kernels/shownDay';

/** A codicon, which says nothing to a screen reader: words stand beside it. */
export function icon(name: string): SafeHtml {
  return html`<span class="codicon codicon-${name}" aria-hidden="true"></span>`;
}

function section(id: string, title: string, body: SafeHtml): SafeHtml {
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${body}
  </section>`;
}

function table(label: string, heads: readonly string[], rows: readonly SafeHtml[]): SafeHtml {
  const cells = heads.map((head) => html`<th scope="col">${head}</th>`);
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${cells}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

export function callSection(view: DetailsView): SafeHtml {
  return section(
    'call',
    'Load it',
    html`<div class="call">
      <pre tabindex="0" aria-label="The lines that load it"><code>${loadingLines(view)}</code></pre>
      <button id="copy" data-action="copy">${icon('copy')} Copy</button
      ><span id="said" class="said quiet" role="status"></span>
    </div>`,
  );
}

const VERDICT_WORDS = {
  taken: ['check', 'good', 'Taken here'],
  fits: ['check', '', 'Fits'],
  rejected: ['close', 'bad', 'Does not fit'],
  skipped: ['dash', 'quiet', 'Passed over'],
} as const satisfies Record<VariantVerdict['state'], readonly [string, string, string]>;

function verdictCell(state: VariantVerdict['state']): SafeHtml {
  const [name, tone, words] = VERDICT_WORDS[state];
  return html`<td class="${tone} verdict-cell">${icon(name)} ${words}</td>`;
}

function pythonBuilds(details: KernelDetails, { system }: DetailsView): SafeHtml {
  const variants = details.variants.filter((name) => name !== 'webgpu');
  const verdicts: readonly { readonly variant: string; readonly verdict: VariantVerdict | null }[] =
    'missing' in system.python
      ? variants.map((variant) => ({ variant, verdict: null }))
      : pythonVerdicts(details, system.python.system)
          .filter(({ variant }) => variant !== 'webgpu')
          .map((verdict) => ({ variant: verdict.variant, verdict }));
  if (verdicts.length === 0) return html``;
  const rows = verdicts.map(({ variant, verdict }) => {
    const hardware = metadataOf(details, variant)?.archs?.join(', ') ?? '';
    return html`<tr>
      <th scope="row"><code>${foreign(variant, 100)}</code></th>
      ${verdict === null ? html`<td>${icon('question')} Not known</td>` : verdictCell(verdict.state)}
      <td>${foreign(verdict?.reason ?? '', 600)}</td>
      <td>${foreign(hardware)}</td>
    </tr>`;
  });
  const why = 'missing' in system.python ? html`<p class="quiet">${foreign(system.python.missing, 400)}</p>` : null;
  return html`${why}${table('Builds for Python', ['Build', 'Here', 'Why', 'Architectures'], rows)}`;
}

function webGpuBuilds(details: KernelDetails, { system }: DetailsView): SafeHtml {
  if (!details.variants.includes('webgpu')) return html``;
  if (details.webgpu === null) return html`<p>The manifest of the WebGPU build cannot be read.</p>`;
  const rows = details.webgpu.map((needs) => {
    const limits = Object.entries(needs.limits).map(([name, least]) => `${name} ${least}`);
    const problem = 'missing' in system.webgpu ? system.webgpu.missing : webGpuProblem(needs, system.webgpu.system);
    const cell =
      'missing' in system.webgpu
        ? html`<td>${icon('question')} Not known</td>`
        : verdictCell(problem === null ? 'fits' : 'rejected');
    return html`<tr>
      <th scope="row"><code>${foreign(needs.variant, 100)}</code></th>
      ${cell}
      <td>${foreign(problem ?? '', 600)}</td>
      <td>${foreign([...needs.features, ...limits].join(', ') || 'nothing', 600)}</td>
    </tr>`;
  });
  return table('Variants for WebGPU', ['WebGPU variant', 'Here', 'Why', 'Needs'], rows);
}

export function buildsSection(view: DetailsView): SafeHtml | null {
  const details = detailsOf(view);
  if (details === null) return null;
  const none = details.variants.length === 0 ? html`<p>There are no builds in this version.</p>` : null;
  return section('builds', 'Builds', html`${none}${pythonBuilds(details, view)}${webGpuBuilds(details, view)}`);
}

export function versionsSection(view: DetailsView): SafeHtml | null {
  const details = detailsOf(view);
  if (details === null) return null;
  const { versions, version, commit } = details;
  if (versions.length === 0) {
    const text = html`<p>
      There is no version; this is <code>main</code> at <code>${foreign(commit.slice(0, 7))}</code>.
    </p>`;
    return section('versions', 'Versions', text);
  }
  const rows = versions.toReversed().map((each) => {
    const shown = each.branch === version?.branch;
    const show = html`<button
      class="link"
      id="version-${each.version}"
      data-action="version"
      data-version="${each.version}"
      aria-label="Show version ${each.version}"
    >
      Show
    </button>`;
    return html`<tr${shown ? html` aria-current="true"` : null}><th scope="row">${foreign(each.branch)}</th>
<td><code>${foreign(each.commit.slice(0, 7))}</code></td><td>${shown ? 'Shown here' : show}</td></tr>`;
  });
  return section('versions', 'Versions', table('Versions', ['Version', 'Commit', ''], rows));
}

export function functionsSection(view: DetailsView): SafeHtml | null {
  const details = detailsOf(view);
  const inDetails = details?.functions ?? [];
  const functions = inDetails.length > 0 ? inDetails : (view.summary?.functions ?? []);
  const layers = details !== null && details.layers.length > 0 ? details.layers : (view.summary?.layers ?? []);
  if (functions.length === 0 && layers.length === 0) return null;
  const items = functions.map(
    ({ name, signature }) =>
      html`<li>
        <code><strong>${foreign(name)}</strong>${foreign(signature, 1000)}</code>
      </li>`,
  );
  const named = layers.map((name) => html`<li><code>${foreign(name)}</code></li>`);
  return html`${
    items.length === 0
      ? null
      : section(
          'functions',
          'Functions',
          html`<ul class="code">
            ${items}
          </ul>`,
        )
  }
  ${
    named.length === 0
      ? null
      : section(
          'layers',
          'Layers',
          html`<ul class="code">
            ${named}
          </ul>`,
        )
  }`;
}

/** A link to a page of the Hub, which the editor opens outside; the words alone where the path leads out of its folder. */
export function hubLink({ endpoint }: DetailsView, path: string, words: SafeHtml): SafeHtml {
  const parts = path.split('/');
  const address = webAddress(`${endpoint}/${parts.map(encodeURIComponent).join('/')}`);
  const strays = parts.some((part) => part === '..' || part === '.' || part === '');
  return address === null || strays ? words : html`<a href="${address}" data-action="open">${words}</a>`;
}

export function benchmarksSection(view: DetailsView): SafeHtml | null {
  const details = detailsOf(view);
  const paths = details?.benchmarks ?? view.summary?.benchmarks ?? [];
  if (paths.length === 0) return null;
  const revision = details?.commit ?? 'main';
  const items = paths.map(
    (path) =>
      html`<li>
        ${hubLink(view, `kernels/${view.id}/blob/${revision}/${path}`, html`<code>${foreign(path)}</code>`)}
      </li>`,
  );
  return section(
    'benchmarks',
    'Benchmarks',
    html`<ul class="code">
      ${items}
    </ul>`,
  );
}

function trustWords(trusted: boolean | null): string {
  if (trusted === null) return 'It could not be asked whether the Hub trusts the publisher.';
  return trusted ? 'The Hub lists the publisher as trusted.' : 'The Hub does not list the publisher as trusted.';
}

/** A stranger's address as a link where it is one. */
function outside(address: string): SafeHtml {
  const web = webAddress(address);
  return web === null ? foreign(address) : html`<a href="${web}" data-action="open">${foreign(address)}</a>`;
}

function count(number: number): SafeHtml {
  return html`${number.toLocaleString('en-GB')}`;
}

function known<T extends string | number>(value: T | null | undefined, show: (value: T) => SafeHtml): SafeHtml | null {
  return value === null || value === undefined ? null : show(value);
}

export function factsSection(view: DetailsView): SafeHtml {
  const { summary } = view;
  const details = detailsOf(view);
  const metadata = Object.values(details?.metadata ?? {})[0] ?? null;
  const access = details ?? summary;
  const backends = [...new Set((summary?.backends ?? []).map(({ platform }) => platformTitle(platform)))];
  const depends = [...new Set([...(summary?.pythonDepends ?? []), ...(metadata?.pythonDepends ?? [])])];
  const day = shownDay(summary?.updatedAt ?? '', new Date());
  const facts: readonly (readonly [string, SafeHtml | null])[] = [
    ['Trust', html`${trustWords(details?.trusted ?? summary?.trusted ?? null)}`],
    ['Licence', foreign(details?.license ?? summary?.license ?? 'not stated')],
    ['Access', access?.private === true ? html`private` : access?.gated === true ? html`gated` : null],
    ['Built for', backends.length === 0 ? null : html`${backends.join(', ')}`],
    ['Needs', depends.length === 0 ? null : foreign(depends.join(', '))],
    ['Oldest kernels library', known(metadata?.kernelsMinver, foreign)],
    ['Source', known(metadata?.source, outside)],
    ['Upstream', known(metadata?.upstream, outside)],
    ['Downloads', known(summary?.downloads, count)],
    ['Likes', known(summary?.likes, count)],
    ['Updated', day === '' ? null : html`${day}`],
    ['Commit', details === null ? null : html`<code>${foreign(details.commit)}</code>`],
    ['On the Hub', hubLink(view, `kernels/${view.id}`, html`${shownKernel(view).id}`)],
  ];
  const rows = facts.flatMap(([name, value]) =>
    value === null
      ? []
      : html`<dt>${name}</dt>
          <dd>${value}</dd>`,
  );
  return section('facts', 'About it', html`<dl>${rows}</dl>`);
}

export function cardSection({ card }: DetailsView): SafeHtml | null {
  if (card === null) return null;
  const note = html`<p class="quiet">Written by the publisher. Pictures are not loaded.</p>`;
  return section(
    'card',
    'Card',
    html`${note}
      <div class="card" dir="auto">${card}</div>`,
  );
}
