import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { formatShare, formatSpeedup } from '../src/profile/format';
import type { Report, ReportCase, ReportRow } from '../src/profile/report';
import { NOTHING, contenderName } from '../src/profile/reportCells';
import { limitShare, namesLimit, shareText } from '../src/profile/reportLimits';
import { barWithWhiskers, type Bar } from './bars';
import { caseName, caseTitle } from './caseHeading';
import { ratioScale, speedupBar, ticksTo, type RatioScale } from './ratioScale';
import { rooflineView } from './rooflineView';
import { verdictMark } from './verdictMark';

export const CHARTS = ['speedup', 'limit', 'roofline'] as const;
export type ChartKind = (typeof CHARTS)[number];

/** A line with its ticks; places are shares of it. */
interface Scale extends RatioScale {
  label(value: number): string;
}

/** Every case as bars on one scale, the speed-up or how near a limit of this run it came; or as a mark below the limits. */
export function chartView(report: Report, kind: ChartKind, onKind: (kind: ChartKind) => void): TemplateResult {
  const shown = report.cases.filter(({ rows }) => rows.length > 0);
  if (shown.length === 0) return html`<p class="quiet empty">Nothing has been timed yet.</p>`;
  const either = report.machine.python !== null || shown.some(({ rows }) => rows.some(namesLimit));
  return html`<div class="chart">
    <div class="choice" role="radiogroup" aria-label="What the chart shows">
      ${choice('speedup', 'Speed-up over the baseline', kind, onKind)}
      ${choice('limit', either ? 'Share of the limit' : 'Share of the copy rate', kind, onKind)}
      ${choice('roofline', 'Roofline', kind, onKind)}
    </div>
    ${kind === 'roofline' ? rooflineView(report) : bars(report, shown, kind)}
  </div>`;
}

function bars(report: Report, shown: readonly ReportCase[], kind: Exclude<ChartKind, 'roofline'>): TemplateResult {
  const scale = kind === 'speedup' ? speedupScale(report.cases) : shareScale(report.cases);
  return html`${
    scale.logarithmic
      ? html`<p class="quiet">The scale is logarithmic; bars begin at the baseline, and slower ones go to the left.</p>`
      : nothing
  }
  ${axis(scale)}
  ${shown.map(
    (item) =>
      html`<section aria-label=${caseTitle(report, item)}>
        <div class="name">${caseName(report, item)}</div>
        ${item.rows.map((row) => bar(item, row, kind, scale))}
      </section>`,
  )}
  ${shown.length > 6 ? axis(scale) : nothing}`;
}

function choice(kind: ChartKind, label: string, chosen: ChartKind, onKind: (kind: ChartKind) => void): TemplateResult {
  return html`<label
    ><input
      type="radio"
      name="chart"
      .checked=${live(kind === chosen)}
      @change=${() => {
        onKind(kind);
      }}
    />${label}</label
  >`;
}

function bar(item: ReportCase, row: ReportRow, kind: ChartKind, scale: Scale): TemplateResult {
  const drawn = kind === 'speedup' ? speedupBar(row, scale) : limitBar(row, scale);
  return html`<div class="bar-row">
    <div class="who">${contenderName(item, row)}</div>
    <div class="track">${barWithWhiskers(drawn, [scale.place(1)])}</div>
    <div class="value number">${kind === 'speedup' ? speedupText(row) : limitValue(row)}</div>
  </div>`;
}

function speedupText(row: ReportRow): TemplateResult | string {
  if (row.status !== 'timed' || row.speedup === null) return verdictMark(row);
  return html`${formatSpeedup(row.speedup)} ${verdictMark(row)}`;
}

function limitValue(row: ReportRow): TemplateResult | string {
  if (limitShare(row) === null) return row.status === 'timed' ? 'not known' : verdictMark(row);
  return shareText(row) ?? NOTHING;
}

function limitBar(row: ReportRow, scale: Scale): Bar | null {
  const limit = limitShare(row);
  if (limit === null) return null;
  return {
    start: 0,
    end: scale.place(limit.share),
    interval: null,
    kind: row.contender.baseline ? 'baseline' : 'plain',
  };
}

function axis(scale: Scale): TemplateResult {
  return html`<div class="bar-row axis" aria-hidden="true">
    <div class="who"></div>
    <svg class="track" width="100%" height="18">${scale.ticks.map((tick) => tickMark(tick, scale))}</svg>
    <div class="value"></div>
  </div>`;
}

function tickMark(tick: number, scale: Scale): TemplateResult {
  const place = scale.place(tick);
  const x = `${(place * 100).toFixed(3)}%`;
  const anchor = place < 0.01 ? 'start' : 'middle';
  return svg`<line class="mark" x1=${x} x2=${x} y1="13" y2="18"></line><text x=${x} y="10" text-anchor=${anchor}>${scale.label(tick)}</text>`;
}

function speedupScale(cases: readonly ReportCase[]): Scale {
  return {
    ...ratioScale(cases),
    label: (value) => (value === 0 ? '0' : `${value}×`),
  };
}

function shareScale(cases: readonly ReportCase[]): Scale {
  const shares = cases.flatMap(({ rows }) => rows.map((row) => limitShare(row)?.share ?? 0));
  const end = Math.max(1, ...shares) * 1.05;
  return { logarithmic: false, ticks: ticksTo(end), place: (share) => share / end, label: formatShare };
}

export const chartStyles = css`
  .chart .choice {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 18px;
    margin: 12px 0;
  }
  .chart .choice label {
    display: flex;
    align-items: center;
    gap: 6px;
    cursor: pointer;
  }
  .chart .choice input {
    margin: 0;
    accent-color: var(--vscode-focusBorder);
  }
  .chart section {
    padding: 6px 0 10px;
    border-bottom: 1px solid var(--vscode-editorWidget-border, var(--vscode-contrastBorder));
  }
  .chart .name {
    margin-bottom: 2px;
  }
  .bar-row {
    display: grid;
    grid-template-columns: minmax(90px, 170px) 1fr minmax(150px, 210px);
    align-items: center;
    gap: 12px;
    min-height: 20px;
  }
  .bar-row .who {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    color: var(--vscode-descriptionForeground);
  }
  .axis svg {
    overflow: visible;
  }
  .axis text {
    fill: var(--vscode-descriptionForeground);
    font-size: 11px;
  }
`;
