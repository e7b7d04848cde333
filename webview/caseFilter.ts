import { css, html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { plural } from '../src/profile/format';
import { comparisonsOf } from '../src/profile/reportComparison';
import { shortKernel } from '../src/profile/reportCells';
import type { Report, ReportCase } from '../src/profile/report';

/** Which cases of a report are looked at. */
export interface CaseFilter {
  /** A kernel's id; empty: all of them. */
  readonly kernel: string;
  /** Empty: whatever they came to. */
  readonly outcome: '' | Outcome;
  /** Words that a case must have, all of them. */
  readonly words: string;
}

export const OUTCOMES = ['SLOWER', 'WRONG', 'FAILED'] as const;
type Outcome = (typeof OUTCOMES)[number];

export const NO_FILTER: CaseFilter = { kernel: '', outcome: '', words: '' };
/** With fewer cases there is nothing to look for. */
const LEAST_CASES = 9;

/** Whether a report has so many cases that some have to be looked for; not while it grows, so that nothing moves. */
export function isFiltered({ cases, status }: Report): boolean {
  return cases.length >= LEAST_CASES && status !== 'running';
}

/** The report with the cases that pass. */
export function filteredReport(report: Report, filter: CaseFilter): Report {
  if (!isFiltered(report)) return report;
  // What is remembered may be about another report.
  const kernel = report.cases.some((item) => item.kernel === filter.kernel) ? filter.kernel : '';
  const words = filter.words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const cases = report.cases.filter((item) => {
    if (kernel !== '' && item.kernel !== kernel) return false;
    if (filter.outcome !== '' && !hasOutcome(item, filter.outcome)) return false;
    const text = textOf(item);
    return words.every((word) => text.includes(word));
  });
  return { ...report, cases };
}

/** SLOWER: what is chosen is slower than the baseline; the others: any row is. */
function hasOutcome(item: ReportCase, outcome: Outcome): boolean {
  const { rows, status } = item;
  if (outcome === 'SLOWER') return comparisonsOf([item]).some(({ speedup }) => speedup.verdict === 'SLOWER');
  if (outcome === 'WRONG') return rows.some((row) => row.status === 'wrong');
  return status === 'failed' || rows.some((row) => row.status === 'failed');
}

function textOf({ kernel, name, label, dtype, tags, rows }: ReportCase): string {
  const contenders = rows.flatMap(({ contender }) => [contender.id, contender.label]);
  return [kernel, name, label, dtype, ...tags, ...contenders].join(' ').toLowerCase();
}

/** Which cases to look at, by kernel, outcome and words; of a report with few cases nothing. */
export function filterBar(
  report: Report,
  filter: CaseFilter,
  onFilter: (filter: CaseFilter) => void,
): TemplateResult | typeof nothing {
  if (!isFiltered(report)) return nothing;
  const kernels = [...new Set(report.cases.map(({ kernel }) => kernel))];
  const outcomes = outcomesOf(report);
  const left = filteredReport(report, filter).cases.length;
  const all = left === report.cases.length;
  return html`<div class="filter" role="search" aria-label="Cases">
    ${
      kernels.length < 2
        ? nothing
        : choice(
            'Kernel',
            'All kernels',
            kernels.map((id) => [id, kernelName(report, id)]),
            filter.kernel,
            (kernel) => {
              onFilter({ ...filter, kernel });
            },
          )
    }
    ${
      outcomes.length === 0
        ? nothing
        : choice('Outcome', 'Any outcome', outcomes, filter.outcome, (value) => {
            onFilter({ ...filter, outcome: OUTCOMES.find((outcome) => outcome === value) ?? '' });
          })
    }
    <input
      type="search"
      aria-label="Words of a case"
      placeholder="Find cases, e.g. prefill f16"
      .value=${live(filter.words)}
      @input=${(event: Event) => {
        onFilter({ ...filter, words: (event.target as HTMLInputElement).value });
      }}
    />
    <span class="quiet" role="status"
      >${all ? plural(left, 'case') : `${left} of ${plural(report.cases.length, 'case')}`}</span
    >
    ${
      all
        ? nothing
        : html`<button
            class="link"
            @click=${() => {
              onFilter(NO_FILTER);
            }}
          >
            Show all
          </button>`
    }
  </div>`;
}

function kernelName({ cases }: Report, id: string): string {
  return `${shortKernel(id)} (${cases.filter(({ kernel }) => kernel === id).length})`;
}

/** Those that cases came to. */
function outcomesOf({ cases }: Report): [string, string][] {
  return OUTCOMES.flatMap((outcome): [string, string][] => {
    const count = cases.filter((item) => hasOutcome(item, outcome)).length;
    return count === 0 ? [] : [[outcome, `${outcome} (${count})`]];
  });
}

function choice(
  label: string,
  none: string,
  entries: readonly (readonly [value: string, text: string])[],
  chosen: string,
  onChoice: (value: string) => void,
): TemplateResult {
  return html`<select
    aria-label=${label}
    @change=${(event: Event) => {
      onChoice((event.target as HTMLSelectElement).value);
    }}
  >
    <option value="" ?selected=${chosen === ''}>${none}</option>
    ${entries.map(([value, text]) => html`<option value=${value} ?selected=${chosen === value}>${text}</option>`)}
  </select>`;
}

export const caseFilterStyles = css`
  .filter {
    display: flex;
    flex-wrap: wrap;
    gap: 6px 10px;
    align-items: center;
    margin: 12px 0 6px;
  }
  .filter :is(select, input) {
    height: 26px;
    box-sizing: border-box;
    padding: 2px 6px;
    border: 1px solid var(--vscode-dropdown-border, var(--vscode-contrastBorder, transparent));
    border-radius: 2px;
    background: var(--vscode-dropdown-background);
    color: var(--vscode-dropdown-foreground);
    font: inherit;
  }
  .filter input {
    flex: 0 1 240px;
    min-width: 140px;
    border-color: var(--vscode-input-border, var(--vscode-dropdown-border, transparent));
    background: var(--vscode-input-background);
    color: var(--vscode-input-foreground);
  }
  .filter input::placeholder {
    color: var(--vscode-input-placeholderForeground);
  }
`;
