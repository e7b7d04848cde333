import { css, html, LitElement, svg, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { seriesMark } from './seriesMark';

/** Places are shares of the drawing, 0 to 1 from left and from below. */
export interface PlotMark {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  /** Which series it belongs to: its shape and colour. */
  readonly series: number;
  /** What it is and what it says, in words. */
  readonly text: string;
  /** Written beside it; empty or not given: nothing. */
  readonly name?: string;
}

export interface PlotLine {
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
  readonly text: string;
}

export interface PlotTick {
  readonly at: number;
  readonly text: string;
  /** What its text may take of the width; as much as it needs where nothing is said. */
  readonly room?: number;
}

const HEIGHT = 340;
const MARGIN = { top: 14, right: 12, bottom: 38, left: 84 };
/** A digit of the page's font, pixels. */
const LETTER = 6.4;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function boxRound(x: number, y: number, width: number, height = width): Box {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/**
 * Marks over two axes. One mark is in the tab order; arrows, Home and End walk from there, left to right. What a mark says
 * stands below the drawing while it is looked at.
 */
@customElement('kernel-lens-plot')
export class Plot extends LitElement {
  @property() label = '';
  @property({ attribute: false }) marks: readonly PlotMark[] = [];
  @property({ attribute: false }) lines: readonly PlotLine[] = [];
  @property({ attribute: false }) across: readonly PlotTick[] = [];
  @property({ attribute: false }) upward: readonly PlotTick[] = [];
  @property() acrossTitle = '';
  @property() upwardTitle = '';

  @state() private width = 640;
  /** The mark that is looked at; null: none. */
  @state() private shown: string | null = null;
  /** Where the walk is. */
  @state() private at = '';
  private readonly observer = new ResizeObserver(([entry]) => {
    if (entry !== undefined) this.width = Math.max(260, Math.floor(entry.contentRect.width));
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer.observe(this);
  }

  override disconnectedCallback(): void {
    this.observer.disconnect();
    super.disconnectedCallback();
  }

  /** Drawn into the page's own tree, so that it looks as its view says. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('marks') && !this.marks.some(({ id }) => id === this.at)) this.at = this.ordered()[0]?.id ?? '';
  }

  protected override render(): TemplateResult {
    const text = this.marks.find(({ id }) => id === this.shown)?.text ?? '';
    return html`<svg
        width="100%"
        height=${HEIGHT}
        role="group"
        aria-label="${this.label}, ${this.marks.length} marks"
        @keydown=${this.walk}
      >
        ${this.axes()} ${this.lines.map((line) => this.line(line))} ${this.ordered().map((mark) => this.mark(mark))}
        ${this.names()}
      </svg>
      <p class="quiet told" aria-hidden="true">${text}</p>`;
  }

  private axes(): TemplateResult {
    const [left, right, top, bottom] = [this.x(0), this.x(1), this.y(1), this.y(0)];
    return svg`<g class="axes" aria-hidden="true">
      ${this.upward.map(
        ({ at, text }) =>
          svg`<line class="rule" x1=${left} x2=${right} y1=${this.y(at)} y2=${this.y(at)}></line>
            <text x=${left - 6} y=${this.y(at) + 4} text-anchor="end">${text}</text>`,
      )}
      ${this.across.map(
        (tick) =>
          svg`<line class="rule" x1=${this.x(tick.at)} x2=${this.x(tick.at)} y1=${bottom} y2=${bottom + 4}></line>
            <text x=${this.x(tick.at)} y=${bottom + 17} text-anchor="middle"><title>${tick.text}</title>${this.fitted(tick)}</text>`,
      )}
      <text x=${left} y=${top - 4} text-anchor="start">${this.upwardTitle}</text>
      <text x=${(left + right) / 2} y=${HEIGHT - 4} text-anchor="middle">${this.acrossTitle}</text>
    </g>`;
  }

  /** A text that has too little room loses its end. */
  private fitted({ text, room = 1 }: PlotTick): string {
    const letters = Math.floor((room * (this.x(1) - this.x(0)) - LETTER) / LETTER);
    return text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1))}…`;
  }

  private line(line: PlotLine): TemplateResult {
    const { from, to, text } = line;
    const { x, y } = this.lineName(line);
    return svg`<line class="roof" x1=${this.x(from[0])} y1=${this.y(from[1])} x2=${this.x(to[0])} y2=${this.y(to[1])}></line>
      <text class="roof-name" x=${x} y=${y} text-anchor="end">${text}</text>`;
  }

  /** Where a line's words end: above the end of a level one, above and left of a rising one, where no mark can be. */
  private lineName({ from, to, text }: PlotLine): { readonly x: number; readonly y: number; readonly box: Box } {
    const length = text.length * LETTER;
    const level = from[1] === to[1];
    const x = level ? Math.max(this.x(to[0]), this.x(0) + length) : this.x(from[0] * 0.35 + to[0] * 0.65) - 8;
    const y = level ? this.y(to[1]) - 5 : this.y(from[1] * 0.35 + to[1] * 0.65) - 4;
    return { x, y, box: { left: x - length, right: x, top: y - 9, bottom: y + 2 } };
  }

  private mark({ id, x, y, series, text }: PlotMark): TemplateResult {
    return svg`<g
      class="mark-of series-${series} ${id === this.shown ? 'shown' : ''}"
      transform="translate(${this.x(x).toFixed(1)} ${this.y(y).toFixed(1)})"
      role="img"
      aria-label=${text}
      data-mark=${id}
      tabindex=${id === this.at ? 0 : -1}
      @focus=${() => {
        this.at = id;
        this.shown = id;
      }}
      @blur=${this.leave}
      @mouseenter=${() => {
        this.shown = id;
      }}
      @mouseleave=${this.leave}
    >${seriesMark(series)}<title>${text}</title></g>`;
  }

  /** Beside their marks, where nothing else is; one that has no such place is left out. */
  private names(): TemplateResult[] {
    const taken = [
      ...this.marks.map(({ x, y }) => boxRound(this.x(x), this.y(y), 10)),
      ...this.lines.map((line) => this.lineName(line).box),
    ];
    return this.ordered().flatMap(({ x, y, name = '' }) => {
      if (name === '') return [];
      const [at, middle, half] = [this.x(x), this.y(y), (name.length * LETTER) / 2];
      const places = [
        [at + 9 + half, middle],
        [at - 9 - half, middle],
        [at, middle - 13],
        [at, middle + 13],
      ] as const;
      const free = places
        .map(([across, up]) => boxRound(across, up, 2 * half, 11))
        .find((box) => box.left >= this.x(0) && box.right <= this.x(1) && !taken.some((one) => overlap(one, box)));
      if (free === undefined) return [];
      taken.push(free);
      const text = svg`<text class="mark-name" x=${(free.left + free.right) / 2} y=${free.bottom - 1.5} text-anchor="middle" aria-hidden="true">${name}</text>`;
      return [text];
    });
  }

  private readonly leave = (): void => {
    this.shown = null;
  };

  private readonly walk = (event: KeyboardEvent): void => {
    if (event.altKey || event.shiftKey || event.ctrlKey || event.metaKey) return;
    const marks = this.ordered();
    const index = marks.findIndex(({ id }) => id === this.at);
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: index + 1,
      ArrowDown: index + 1,
      ArrowLeft: index - 1,
      ArrowUp: index - 1,
      Home: 0,
      End: marks.length - 1,
    };
    const target = marks[steps[event.key] ?? -1];
    if (target === undefined) return;
    event.preventDefault();
    const found = [...this.querySelectorAll<SVGGElement>('[data-mark]')];
    found.find((mark) => mark.dataset['mark'] === target.id)?.focus();
  };

  /** From left to right, and upwards where marks stand above each other. */
  private ordered(): PlotMark[] {
    return this.marks.toSorted((a, b) => a.x - b.x || a.y - b.y);
  }

  private x(share: number): number {
    return MARGIN.left + share * (this.width - MARGIN.left - MARGIN.right);
  }

  private y(share: number): number {
    return HEIGHT - MARGIN.bottom - share * (HEIGHT - MARGIN.top - MARGIN.bottom);
  }
}

export const plotStyles = css`
  kernel-lens-plot {
    display: block;
    min-width: 0;
  }
  kernel-lens-plot svg {
    display: block;
    overflow: visible;
  }
  kernel-lens-plot text {
    fill: var(--vscode-descriptionForeground);
    font-size: 11px;
  }
  line.rule {
    stroke: var(--vscode-foreground);
    stroke-opacity: 0.16;
  }
  line.roof {
    stroke: var(--vscode-foreground);
    stroke-opacity: 0.75;
    stroke-width: 1.5;
  }
  kernel-lens-plot text.roof-name {
    fill: var(--vscode-foreground);
  }
  kernel-lens-plot text.mark-name {
    fill: var(--vscode-foreground);
    paint-order: stroke;
    stroke: var(--vscode-editor-background);
    stroke-width: 3px;
    pointer-events: none;
  }
  .mark-of {
    cursor: default;
  }
  .mark-of:focus-visible {
    outline: 2px solid var(--vscode-focusBorder);
    outline-offset: 2px;
  }
  .told {
    min-height: 2.8em;
    margin: 2px 0 0;
    max-width: none;
  }
`;

declare global {
  interface HTMLElementTagNameMap {
    'kernel-lens-plot': Plot;
  }
}
