import { css, nothing, svg, html, type TemplateResult } from 'lit';

/** Lengths are shares of the full width, 0 to 1. */
export interface Bar {
  readonly start: number;
  readonly end: number;
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** A class of barStyles: `baseline`, `faster`, `slower`, `plain`. */
  readonly kind: string;
}

const HEIGHT = 14;

function percent(share: number): string {
  return `${(Math.min(1, Math.max(0, share)) * 100).toFixed(3)}%`;
}

/**
 * A bar with the whiskers of its interval. The numbers stand beside it in words, so screen readers pass over it.
 * @param marks lines across, as shares: 1× or the limit
 */
export function barWithWhiskers(bar: Bar | null, marks: readonly number[]): TemplateResult {
  const middle = HEIGHT / 2;
  const interval = bar?.interval ?? null;
  return html`<svg class="bar" width="100%" height=${HEIGHT} aria-hidden="true">
    ${
      bar === null
        ? nothing
        : svg`<rect class=${bar.kind} x=${percent(Math.min(bar.start, bar.end))} y="2" width=${percent(Math.abs(bar.end - bar.start))} height=${HEIGHT - 4}></rect>`
    }
    ${marks.map((mark) => svg`<line class="mark" x1=${percent(mark)} x2=${percent(mark)} y1="0" y2=${HEIGHT}></line>`)}
    ${
      interval === null
        ? nothing
        : svg`<g class="whisker">
          <line x1=${percent(interval.low)} x2=${percent(interval.high)} y1=${middle} y2=${middle}></line>
          <line x1=${percent(interval.low)} x2=${percent(interval.low)} y1="4" y2=${HEIGHT - 4}></line>
          <line x1=${percent(interval.high)} x2=${percent(interval.high)} y1="4" y2=${HEIGHT - 4}></line>
        </g>`
    }
  </svg>`;
}

export interface Segment {
  readonly length: number;
  readonly title: string;
}

/** Parts of a whole one after the other, each told apart by a gap. */
export function segmentedBar(segments: readonly Segment[], marks: readonly number[]): TemplateResult {
  let start = 0;
  return html`<svg class="bar" width="100%" height=${HEIGHT} aria-hidden="true">
    ${segments.map(({ length, title }, index) => {
      const from = start;
      start += length;
      return svg`<rect class="segment ${index % 2 === 0 ? 'even' : 'odd'}" x=${percent(from)} y="2" width=${percent(length)}
        height=${HEIGHT - 4}><title>${title}</title></rect>`;
    })}
    ${marks.map((mark) => svg`<line class="mark" x1=${percent(mark)} x2=${percent(mark)} y1="0" y2=${HEIGHT}></line>`)}
  </svg>`;
}

export const barStyles = css`
  svg.bar {
    display: block;
    overflow: visible;
    shape-rendering: crispEdges;
  }
  .bar rect {
    stroke: var(--vscode-contrastBorder, none);
  }
  rect.baseline {
    fill: var(--vscode-disabledForeground, var(--vscode-descriptionForeground));
  }
  rect.faster {
    fill: var(--vscode-charts-green);
  }
  rect.slower {
    fill: var(--vscode-charts-yellow);
  }
  rect.plain,
  rect.segment {
    fill: var(--vscode-charts-blue);
  }
  rect.segment {
    stroke: var(--vscode-editor-background);
    stroke-width: 1px;
  }
  rect.segment.odd {
    fill-opacity: 0.65;
  }
  line.mark {
    stroke: var(--vscode-foreground);
    stroke-opacity: 0.45;
    stroke-dasharray: 2 2;
  }
  .whisker line {
    stroke: var(--vscode-foreground);
  }
`;
