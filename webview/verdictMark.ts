import { html, type TemplateResult } from 'lit';
import type { ReportRow } from '../src/profile/report';
import { icon, type IconName } from './icon';

interface Mark {
  readonly icon: IconName;
  readonly kind: string;
  readonly word: string;
  readonly meaning: string;
}

const VERDICTS: Readonly<Record<'FASTER' | 'SLOWER' | 'SAME' | 'UNCLEAR', Mark>> = {
  FASTER: { icon: 'triangle-up', kind: 'good', word: 'FASTER', meaning: 'The whole interval is above the baseline.' },
  SLOWER: {
    icon: 'triangle-down',
    kind: 'caution',
    word: 'SLOWER',
    meaning: 'The whole interval is below the baseline.',
  },
  SAME: { icon: 'dash', kind: 'quiet', word: 'SAME', meaning: 'The whole interval is as good as 1.' },
  UNCLEAR: {
    icon: 'question',
    kind: 'quiet',
    word: 'UNCLEAR',
    meaning: 'The interval does not decide: run longer, or on a quieter machine.',
  },
};
const WRONG: Mark = {
  icon: 'error',
  kind: 'bad',
  word: 'WRONG',
  meaning: 'Its output is not right, so its time does not count.',
};
const FAILED: Mark = { icon: 'circle-slash', kind: 'bad', word: 'FAILED', meaning: 'It did not finish.' };

function markOf(row: ReportRow): Mark | null {
  if (row.status === 'wrong') return WRONG;
  if (row.status === 'failed') return FAILED;
  return row.speedup === null ? null : VERDICTS[row.speedup.verdict];
}

/** The verdict on a row as icon and word; the baseline has none. */
export function verdictMark(row: ReportRow): TemplateResult | string {
  const mark = markOf(row);
  if (mark === null) return '';
  return html`<span class="verdict" title=${mark.meaning}>${icon(mark.icon, mark.kind)} ${mark.word}</span>`;
}
