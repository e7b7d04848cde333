import { css, html, nothing, type TemplateResult } from 'lit';
import { formatFlops, formatRate } from '../src/profile/format';
import type { Report, ReportCase, ReportRow } from '../src/profile/report';
import { contenderName, rowCells, shortKernel } from '../src/profile/reportCells';
import {
  intensityText,
  markText,
  namedMarks,
  roofline,
  seriesOf,
  stripText,
  type Roofline,
} from '../src/profile/reportRoofline';
import { caseName, caseTitle } from './caseHeading';
import type { GridColumn, GridGroup } from './dataGrid';
import './dataGrid';
import { logAxis, placeOn, type LogAxis } from './logAxis';
import './plot';
import type { PlotLine, PlotTick } from './plot';
import { seriesLegend } from './seriesMark';

const COLUMNS: readonly GridColumn[] = [
  { id: 'contender', title: 'Contender', hint: 'One way to compute the case' },
  { id: 'intensity', title: 'Operations per byte', hint: 'Operations ÷ least bytes of the case', numeric: true },
  { id: 'compute', title: 'Compute', hint: 'Operations a second', numeric: true },
  { id: 'bandwidth', title: 'Bandwidth', hint: 'Least bytes of the case a second', numeric: true },
  { id: 'roof', title: 'Roof', hint: "What this run's rates allow at so many operations per byte", numeric: true },
  { id: 'limit', title: 'Limit', hint: 'Share of the roof', numeric: true },
];

/** Kernels whose names have room where the strip stands beside the slopes. */
const MOST_BESIDE = 4;

/** How fast each row computes beside what this run's rates allow; rows without counted operations, how fast they move. */
export function rooflineView(report: Report): TemplateResult {
  const drawn = roofline(report);
  if (drawn.marks.length + drawn.strip.length === 0)
    return html`<p class="quiet empty">Neither operations nor traffic of what was timed is known.</p>`;
  return html`<p class="quiet intro">${introOf(drawn)}</p>
    ${drawn.notes.map((note) => html`<p class="quiet">${note}</p>`)} ${seriesLegend(drawn.series)}
    <div class="roofs">
      ${drawn.marks.length === 0 ? nothing : slopes(report, drawn)}
      ${drawn.strip.length === 0 ? nothing : strip(report, drawn)}
    </div>
    <details class="as-table">
      <summary>As a table</summary>
      <kernel-lens-grid
        label="Roofline"
        .columns=${COLUMNS}
        .groups=${report.cases.flatMap((item) => groupOf(report, drawn, item) ?? [])}
      ></kernel-lens-grid>
    </details>`;
}

function introOf({ marks, strip }: Roofline): string {
  const slope =
    'The lines are what this run measured: the slope is the copy rate, a flat line the rate of a matrix product. Nothing that is measured can be above them by more than the noise, but for what comes out of a cache; how near a mark comes is its share of the limit. A kernel has its name beside its fastest mark, where there is room.';
  const beside = 'Cases whose operations are not counted stand by the bytes they move a second, below the copy rate.';
  return [...(marks.length > 0 ? [slope] : []), ...(strip.length > 0 ? [beside] : [])].join(' ');
}

function slopes(report: Report, drawn: Roofline): TemplateResult {
  const { marks, copy, products } = drawn;
  const top = Math.max(0, ...products.map(({ flopsPerSecond }) => flopsPerSecond));
  const ridge = copy === null || copy === 0 || top === 0 ? [] : [top / copy];
  const x = logAxis([...marks.map(({ intensity }) => intensity), ...ridge]);
  const y = logAxis([...marks.map(({ flopsPerSecond }) => flopsPerSecond), ...(top === 0 ? [] : [top])]);
  if (x === null || y === null) return html``;
  const named = report.machine.python === null ? namedMarks(marks) : [];
  return html`<kernel-lens-plot
    class="slopes"
    label="Roofline: operations a second by operations per byte"
    acrossTitle="operations per byte"
    upwardTitle="operations a second"
    .across=${ticksOf(x, (value) => (value < 1 ? String(value) : intensityText(value).replace(/\.0$/, '')))}
    .upward=${ticksOf(y, (value) => formatFlops(value).replace(/\.0+(?= )/, ''))}
    .lines=${roofLines(drawn, x, y)}
    .marks=${marks.map((mark) => ({
      id: markId(mark.item, mark.row),
      x: placeOn(x, mark.intensity),
      y: placeOn(y, mark.flopsPerSecond),
      series: seriesOf(drawn, mark.row),
      text: markText(mark, caseTitle(report, mark.item)),
      name: named.includes(mark) ? shortKernel(mark.item.kernel) : '',
    }))}
  ></kernel-lens-plot>`;
}

/** The slope up to the highest flat roof, and each flat one from where the slope meets it. */
function roofLines({ copy, products }: Roofline, x: LogAxis, y: LogAxis): PlotLine[] {
  const flat = products.map(({ dtype, flopsPerSecond }): PlotLine => {
    const level = placeOn(y, flopsPerSecond);
    const from = copy === null ? 0 : placeOn(x, Math.max(x.from, flopsPerSecond / copy));
    return { from: [from, level], to: [1, level], text: `${dtype} product ${formatFlops(flopsPerSecond)}` };
  });
  if (copy === null || copy === 0) return flat;
  const left = Math.max(x.from, y.from / copy);
  const right = Math.min(x.to, y.to / copy, ...products.slice(0, 1).map(({ flopsPerSecond }) => flopsPerSecond / copy));
  if (right <= left) return flat;
  const slope: PlotLine = {
    from: [placeOn(x, left), placeOn(y, left * copy)],
    to: [placeOn(x, right), placeOn(y, right * copy)],
    text: `copy rate ${formatRate(copy)}`,
  };
  return [slope, ...flat];
}

function strip(report: Report, drawn: Roofline): TemplateResult {
  const { copy } = drawn;
  const y = logAxis([...drawn.strip.map(({ bytesPerSecond }) => bytesPerSecond), ...(copy === null ? [] : [copy])]);
  if (y === null) return html``;
  const items = [...new Set(drawn.strip.map(({ item }) => item))];
  const place = (item: ReportCase): number => (items.indexOf(item) + 0.5) / items.length;
  const kernels = report.machine.python === null ? kernelTicks(items, place) : [];
  return html`<kernel-lens-plot
    class="strip ${kernels.length > MOST_BESIDE ? 'wide' : ''}"
    label="Bandwidth: bytes a second, case by case"
    acrossTitle="operations not counted, case by case"
    upwardTitle="bytes a second"
    .across=${kernels}
    .upward=${ticksOf(y, (value) => formatRate(value).replace(/\.0+(?= )/, ''))}
    .lines=${copy === null ? [] : [copyLine(copy, y)]}
    .marks=${drawn.strip.map((mark) => ({
      id: markId(mark.item, mark.row),
      x: place(mark.item),
      y: placeOn(y, mark.bytesPerSecond),
      series: seriesOf(drawn, mark.row),
      text: stripText(mark, caseTitle(report, mark.item)),
    }))}
  ></kernel-lens-plot>`;
}

function copyLine(copy: number, y: LogAxis): PlotLine {
  const level = placeOn(y, copy);
  return { from: [0, level], to: [1, level], text: `copy rate ${formatRate(copy)}` };
}

/** The name of a kernel below the middle of its cases. */
function kernelTicks(items: readonly ReportCase[], place: (item: ReportCase) => number): PlotTick[] {
  return [...new Set(items.map(({ kernel }) => kernel))].map((kernel) => {
    const places = items.filter((item) => item.kernel === kernel).map(place);
    const at = places.reduce((sum, one) => sum + one, 0) / places.length;
    return { at, text: shortKernel(kernel), room: places.length / items.length };
  });
}

function ticksOf(axis: LogAxis, text: (value: number) => string): PlotTick[] {
  return axis.ticks.map((value) => ({ at: placeOn(axis, value), text: text(value) }));
}

function markId(item: ReportCase, { contender }: ReportRow): string {
  return `${item.id}/${contender.id}`;
}

function groupOf(report: Report, { marks, strip: others }: Roofline, item: ReportCase): GridGroup | null {
  const shown = item.rows.filter((row) => [...marks, ...others].some((mark) => mark.row === row));
  if (shown.length === 0) return null;
  return {
    id: item.id,
    heading: html`${caseName(report, item)}`,
    rows: shown.map((row) => {
      const mark = marks.find((one) => one.row === row);
      const cells = rowCells(item, row);
      const { compute, bandwidth, limit } = cells;
      const intensity = mark === undefined ? 'not counted' : intensityText(mark.intensity);
      const roof = mark === undefined || mark.roof === null ? '' : formatFlops(mark.roof);
      return {
        id: markId(item, row),
        cells: [contenderName(item, row), intensity, compute, bandwidth, roof, limit],
        note: null,
      };
    }),
  };
}

export const rooflineStyles = css`
  .roofs {
    display: flex;
    flex-wrap: wrap;
    gap: 12px 24px;
  }
  .roofs > .slopes {
    flex: 3 1 480px;
  }
  .roofs > .strip {
    flex: 2 1 340px;
  }
  .roofs > .strip.wide {
    flex-basis: 100%;
  }
  .as-table summary {
    width: fit-content;
    color: var(--vscode-descriptionForeground);
    cursor: pointer;
  }
`;
