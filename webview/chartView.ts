import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { formatRatio, formatShare, formatSpeedup } from '../src/profile/format';
import type { Report, ReportCase, ReportRow } from '../src/profile/report';
import { NOTHING, contenderName } from '../src/profile/reportCells';
import { limitShare, namesLimit, shareText } from '../src/profile/reportLimits';
import { barWithWhiskers, type Bar } from './bars';
import { caseName, caseTitle } from './caseHeading';
import { speedupBar, widestRatio } from './resultTable';
import { rooflineView } from './rooflineView';
import { verdictMark } from './verdictMark';

export const CHARTS = ['speedup', 'limit', 'roofline'] as const;
export type ChartKind = (typeof CHARTS)[number];

interface Scale {
  readonly ticks: readonly number[];
  readonly end: number;
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
  const scale = kind === 'speedup' ? ratioScale(report.cases) : shareScale(report.cases);
  return html`${axis(scale)}
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
  const drawn = kind === 'speedup' ? speedupBar(row, scale.end) : limitBar(row, scale.end);
  return html`<div class="bar-row">
    <div class="who">${contenderName(item, row)}</div>
    <div class="track">
      ${barWithWhiskers(
        drawn,
        scale.ticks.filter((tick) => tick === 1).map((tick) => tick / scale.end),
      )}
    </div>
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

function limitBar(row: ReportRow, end: number): Bar | null {
  const limit = limitShare(row);
  if (limit === null) return null;
  return { length: limit.share / end, interval: null, kind: row.contender.baseline ? 'baseline' : 'plain' };
}

function axis(scale: Scale): TemplateResult {
  return html`<div class="bar-row axis" aria-hidden="true">
    <div class="who"></div>
    <svg class="track" width="100%" height="18">${scale.ticks.map((tick) => tickMark(tick, scale))}</svg>
    <div class="value"></div>
  </div>`;
}

function tickMark(tick: number, scale: Scale): TemplateResult {
  const x = `${((tick / scale.end) * 100).toFixed(3)}%`;
  const anchor = tick === 0 ? 'start' : 'middle';
  return svg`<line class="mark" x1=${x} x2=${x} y1="13" y2="18"></line><text x=${x} y="10" text-anchor=${anchor}>${scale.label(tick)}</text>`;
}

function ratioScale(cases: readonly ReportCase[]): Scale {
  const end = widestRatio(cases) * 1.02;
  return {
    end,
    ticks: ticksTo(end),
    label: (value) => (value === 0 ? '0' : formatRatio(value).replace(/\.?0+×$/, '×')),
  };
}

function shareScale(cases: readonly ReportCase[]): Scale {
  const shares = cases.flatMap(({ rows }) => rows.map((row) => limitShare(row)?.share ?? 0));
  const end = Math.max(1, ...shares) * 1.05;
  return { end, ticks: ticksTo(end), label: (value) => formatShare(value) };
}

/** Round steps, at most seven, 1 always among them. */
function ticksTo(end: number): number[] {
  const step = [0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500].find((size) => end / size <= 6) ?? 1000;
  const ticks = Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
  return ticks.includes(1) ? ticks : [...ticks, 1].toSorted((a, b) => a - b);
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
