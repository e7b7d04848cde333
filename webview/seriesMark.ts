import { css, html, svg, type TemplateResult } from 'lit';

/** Each its own shape, so that colour alone tells nothing. */
const SHAPES: readonly TemplateResult[] = [
  svg`<circle class="hollow" r="4.5"></circle>`,
  svg`<circle r="5"></circle>`,
  svg`<path d="M0 -6 L6 0 L0 6 L-6 0 Z"></path>`,
  svg`<path d="M0 -6 L6 5 L-6 5 Z"></path>`,
  svg`<rect x="-4.5" y="-4.5" width="9" height="9"></rect>`,
  svg`<path d="M0 6 L6 -5 L-6 -5 Z"></path>`,
];

/** The shape of a series round 0, 0; later ones share shapes with the first but for the baseline's. */
export function seriesMark(series: number): TemplateResult {
  const index = series < SHAPES.length ? series : 1 + ((series - 1) % (SHAPES.length - 1));
  return SHAPES[index] ?? svg``;
}

/** Which shape is whose. */
export function seriesLegend(names: readonly string[]): TemplateResult {
  return html`<ul class="legend">
    ${names.map(
      (name, index) =>
        html`<li>
          <svg width="14" height="14" viewBox="-7 -7 14 14" class="series-${index}" aria-hidden="true">
            ${seriesMark(index)}
          </svg>
          ${name}
        </li>`,
    )}
  </ul>`;
}

export const seriesStyles = css`
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 18px;
    margin: 6px 0;
    padding: 0;
    list-style: none;
  }
  .legend li {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  [class*='series-'] :is(circle, path, rect) {
    fill: var(--vscode-charts-yellow);
    stroke: var(--vscode-editor-background);
  }
  .series-0 :is(circle, path, rect) {
    fill: var(--vscode-editor-background);
    stroke: var(--vscode-foreground);
    stroke-width: 1.5;
  }
  .series-1 :is(circle, path, rect) {
    fill: var(--vscode-charts-blue);
  }
  .series-2 :is(circle, path, rect) {
    fill: var(--vscode-charts-purple);
  }
  .series-3 :is(circle, path, rect) {
    fill: var(--vscode-charts-green);
  }
  .series-4 :is(circle, path, rect) {
    fill: var(--vscode-charts-red);
  }
`;
