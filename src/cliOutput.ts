// What the command line prints while it works: one line that replaces itself in a terminal, plain lines elsewhere.
import { shownText } from './kernels/shownText';
import type { ProfileProgress } from './profile/profileOptions';
import type { AdapterListing, VerifiedCase } from './profile/webgpu/workerProtocol';

/** The part of a stream that a progress line needs, so that a test can stand in for a terminal. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Text for one state of a run, e.g. `3 of 18 · Gelu 16384×4096 f16 · timing · about 12 s left`. */
export function progressText(state: ProfileProgress): string {
  const parts = [];
  if (state.total > 0) parts.push(`${Math.min(state.done + 1, state.total)} of ${state.total}`);
  if (state.label !== '') parts.push(state.label);
  if (state.phase !== '') parts.push(state.phase);
  if (state.secondsLeft !== null) parts.push(`about ${Math.max(1, Math.round(state.secondsLeft))} s left`);
  return shownText(parts.join(' · '), 500);
}

export class ProgressLine {
  private lastPlain = '';

  constructor(private readonly stream: ProgressStream) {}

  show(state: ProfileProgress): void {
    if (this.stream.isTTY === true) {
      const text = progressText(state).slice(0, Math.max(20, (this.stream.columns ?? 80) - 1));
      this.stream.write(`\r\u001b[2K${text}`);
      return;
    }
    // A log file gets one line a case, not one a phase.
    const plain = progressText({ ...state, phase: '', secondsLeft: null });
    if (plain === this.lastPlain || plain === '') return;
    this.lastPlain = plain;
    this.stream.write(`${plain}\n`);
  }

  clear(): void {
    if (this.stream.isTTY === true) this.stream.write('\r\u001b[2K');
  }
}

/** One adapter as a line. */
export function formatAdapter(adapter: AdapterListing): string {
  const extras = ['timestamp-query', 'shader-f16', 'subgroups'].filter((feature) => adapter.features.includes(feature));
  const kind = adapter.software ? 'software, runs on the CPU' : 'GPU';
  return `${adapter.name} (${adapter.backend}; ${kind}) ${extras.join(' ')}`.trimEnd();
}

const MARKS = { passed: '✓', failed: '✗', 'ran, no oracle': '?', skipped: '-', 'not run': '-' } as const;

/** One case of a kernel's test.json as a line: sign, word, case, variant and detail. */
export function formatVerified(verified: VerifiedCase): string {
  const { status, kernel, name, variant } = verified;
  const detail = verified.detail === '' ? '' : `: ${verified.detail}`;
  return shownText(`${MARKS[status]} ${status} ${kernel} ${name} [${variant}]${detail}`, 1000);
}
