import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { icon } from './icon';
import type { SortOrder } from './sortOrder';

export interface GridColumn {
  readonly id: string;
  readonly title: string;
  /** What the column means, shown on hover. */
  readonly hint: string;
  /** Set flush right, digits below each other. */
  readonly numeric?: boolean;
  readonly sortable?: boolean;
  /** Left out where the window is not wider than this, pixels. */
  readonly from?: 600 | 900 | 1100 | 1300;
}

export interface GridRow {
  readonly id: string;
  readonly cells: readonly (TemplateResult | string)[];
  /** A line below the row, over its whole width. */
  readonly note: TemplateResult | null;
}

/** Rows that belong together, below a heading of their own. */
export interface GridGroup {
  readonly id: string;
  readonly heading: TemplateResult;
  readonly rows: readonly GridRow[];
}

export const gridStyles = css`
  kernel-lens-grid {
    display: block;
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  thead th {
    position: sticky;
    top: 0;
    z-index: 1;
    padding: 4px 10px;
    background: var(--vscode-editor-background);
    color: var(--vscode-descriptionForeground);
    font-weight: 600;
    text-align: left;
    white-space: nowrap;
    box-shadow: inset 0 -1px var(--vscode-editorWidget-border, var(--vscode-contrastBorder));
  }
  thead th.sortable {
    cursor: pointer;
  }
  thead th.sortable:hover {
    color: var(--vscode-foreground);
  }
  /* Beside the title without taking room, so that sorting moves no column. */
  thead .icon {
    position: absolute;
    width: 12px;
    font-size: 12px;
    line-height: inherit;
  }
  th.number,
  td.number {
    text-align: right;
  }
  td {
    padding: 3px 10px;
    vertical-align: top;
  }
  tbody th {
    padding: 12px 10px 3px;
    font-weight: normal;
    text-align: left;
  }
  tbody tr:last-child > * {
    padding-bottom: 8px;
    box-shadow: inset 0 -1px var(--vscode-editorWidget-border, var(--vscode-contrastBorder));
  }
  tbody tr.data:hover > * {
    background: var(--vscode-list-hoverBackground);
  }
  td.note {
    padding: 0 10px 6px;
  }
  @media (max-width: 900px) {
    thead th,
    td,
    tbody th,
    td.note {
      padding-left: 6px;
      padding-right: 6px;
    }
  }
`;

/**
 * A table in groups. One cell is in the tab order; arrows, Home, End, Page Up and Page Down walk from there, Enter or
 * Space on a heading sorts. The walk stays where it is when rows are added or sorted.
 */
@customElement('kernel-lens-grid')
export class DataGrid extends LitElement {
  @property() label = '';
  @property({ attribute: false }) columns: readonly GridColumn[] = [];
  @property({ attribute: false }) groups: readonly GridGroup[] = [];
  @property({ attribute: false }) order: SortOrder | null = null;

  /** Where the walk is: a row's key and a column. Headings of groups and notes have one cell over all columns. */
  private at = { row: 'head', column: 0 };
  /** Of the window, pixels. */
  private width = window.innerWidth;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('resize', this.resized);
  }

  override disconnectedCallback(): void {
    window.removeEventListener('resize', this.resized);
    super.disconnectedCallback();
  }

  /** Drawn into the page's own tree, so that cells look as their view says. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    this.width = window.innerWidth;
    return html`<table
      role="grid"
      aria-label=${this.label}
      aria-readonly="true"
      @keydown=${this.walk}
      @focusin=${this.note}
    >
      <thead>
        <tr data-key="head">
          ${this.shownColumns().map((column, index) => this.renderHeading(column, index))}
        </tr>
      </thead>
      ${repeat(
        this.groups,
        (group) => group.id,
        (group) => this.renderGroup(group),
      )}
    </table>`;
  }

  protected override updated(): void {
    // The row that the walk was at may be gone: then it starts from the top again.
    const cells = [...this.querySelectorAll<HTMLElement>('[data-cell]')];
    const current = cells.find((cell) => this.isCurrent(cell)) ?? cells[0];
    for (const cell of cells) cell.tabIndex = cell === current ? 0 : -1;
  }

  private renderHeading(column: GridColumn, index: number): TemplateResult {
    const sorted = this.order?.column === column.id ? this.order.direction : null;
    return html`<th
      scope="col"
      data-cell=${index}
      class="${columnClass(column)} ${column.sortable === true ? 'sortable' : ''}"
      title=${column.hint}
      aria-sort=${column.sortable === true ? (sorted ?? 'none') : nothing}
      @click=${() => {
        this.sortBy(column);
      }}
    >
      ${column.title}${sorted === null ? nothing : icon(sorted === 'ascending' ? 'sort-ascending' : 'sort-descending')}
    </th>`;
  }

  private renderGroup(group: GridGroup): TemplateResult {
    const shown = this.shownColumns();
    const width = shown.length;
    return html`<tbody>
      <tr data-key="group:${group.id}">
        <th scope="rowgroup" colspan=${width} data-cell="0">${group.heading}</th>
      </tr>
      ${repeat(
        group.rows,
        (row) => row.id,
        (row) =>
          html`<tr class="data" data-key=${row.id}>
              ${shown.map((column, index) => renderCell(row.cells[this.columns.indexOf(column)] ?? '', column, index))}
            </tr>
            ${
              row.note === null
                ? nothing
                : html`<tr data-key="note:${row.id}">
                    <td class="note" colspan=${width} data-cell="0">${row.note}</td>
                  </tr>`
            }`,
      )}
    </tbody>`;
  }

  /** Those that the window has room for. */
  private shownColumns(): readonly GridColumn[] {
    return this.columns.filter(({ from }) => from === undefined || this.width > from);
  }

  private sortBy(column: GridColumn): void {
    if (column.sortable === true) this.dispatchEvent(new CustomEvent<string>('grid-sort', { detail: column.id }));
  }

  private isCurrent(cell: HTMLElement): boolean {
    return cell.parentElement?.dataset['key'] === this.at.row && Number(cell.dataset['cell']) === this.at.column;
  }

  /** A cell over all columns must know how many are shown: those that were merely hidden would leave their room empty. */
  private readonly resized = (): void => {
    const crossed = (from: number | undefined): boolean =>
      from !== undefined && this.width > from !== window.innerWidth > from;
    if (this.columns.some(({ from }) => crossed(from))) this.requestUpdate();
  };

  private readonly note = (event: FocusEvent): void => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-cell]');
    const row = cell?.parentElement?.dataset['key'];
    if (cell === null || row === undefined) return;
    this.at = { row, column: Number(cell.dataset['cell']) };
    this.requestUpdate();
  };

  private readonly walk = (event: KeyboardEvent): void => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-cell]');
    if (cell === null || event.altKey || event.shiftKey) return;
    const rows = [...this.querySelectorAll<HTMLTableRowElement>('tr')];
    const row = rows.findIndex((candidate) => candidate.contains(cell));
    const cells = shownCells(rows[row]);
    const column = cells.indexOf(cell);
    const whole = event.ctrlKey || event.metaKey;
    const target = ((): HTMLElement | undefined => {
      switch (event.key) {
        case 'ArrowRight':
          return cells[column + 1];
        case 'ArrowLeft':
          return cells[column - 1];
        case 'ArrowDown':
          return below(rows, row, 1, column);
        case 'ArrowUp':
          return below(rows, row, -1, column);
        case 'PageDown':
          return below(rows, row, Math.min(10, rows.length - 1 - row), column);
        case 'PageUp':
          return below(rows, row, -Math.min(10, row), column);
        case 'Home':
          return whole ? shownCells(rows[0])[0] : cells[0];
        case 'End':
          return whole ? shownCells(rows.at(-1)).at(-1) : cells.at(-1);
        default:
          return undefined;
      }
    })();
    const heading = this.shownColumns()[column];
    if (row === 0 && heading !== undefined && (event.key === 'Enter' || event.key === ' ')) this.sortBy(heading);
    else if (target === undefined) return;
    event.preventDefault();
    target?.focus();
    target?.scrollIntoView({ block: 'nearest' });
  };
}

function renderCell(cell: TemplateResult | string, column: GridColumn, index: number): TemplateResult {
  return html`<td data-cell=${index} class=${columnClass(column)}>${cell}</td>`;
}

function columnClass({ id, numeric = false }: GridColumn): string {
  return `col-${id} ${numeric ? 'number' : ''}`;
}

function shownCells(row: HTMLTableRowElement | undefined): HTMLElement[] {
  return [...(row?.cells ?? [])].filter((cell) => cell.offsetParent !== null);
}

/** The cell so many rows further, in the same column or, in a row of one cell, that one. */
function below(rows: readonly HTMLTableRowElement[], row: number, by: number, column: number): HTMLElement | undefined {
  const cells = shownCells(rows[row + by]);
  return cells[Math.min(column, cells.length - 1)];
}

declare global {
  interface HTMLElementTagNameMap {
    'kernel-lens-grid': DataGrid;
  }
}
