import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';

/** A line of a sheet with a box to tick. */
export interface CheckRow {
  readonly label: string;
  /** One line each; empty ones are left out. */
  readonly details: readonly string[];
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange?: (checked: boolean) => void;
}

export function checkRow({ label, details, checked, disabled = false, onChange }: CheckRow): TemplateResult {
  return html`<label class=${disabled ? 'refused' : ''}
    ><input
      type="checkbox"
      .checked=${live(checked)}
      ?disabled=${disabled}
      @change=${(event: Event) => {
        onChange?.((event.target as HTMLInputElement).checked);
      }}
    /><span
      >${label}${details.filter((text) => text !== '').map((text) => html`<span class="detail">${text}</span>`)}</span
    ></label
  >`;
}

/** Items below the heading of their group, in the order in which they come. */
export function grouped<T extends { readonly group: string }>(
  items: readonly T[],
  row: (item: T) => TemplateResult,
): readonly TemplateResult[] {
  const groups = [...new Set(items.map(({ group }) => group))];
  return groups.map(
    (group) =>
      html`<div class="legend">${group}</div>
        ${items.filter((item) => item.group === group).map(row)}`,
  );
}

/** A list with an item, or without it. */
export function withItem<T>(items: readonly T[], item: T, wanted: boolean): T[] {
  const others = items.filter((one) => one !== item);
  return wanted ? [...others, item] : others;
}
