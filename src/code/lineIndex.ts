// Where the lines of a text begin, to turn offsets into lines and back.

export interface LinePosition {
  /** Both from 0. */
  readonly line: number;
  readonly character: number;
}

/** A line ends with LF, CR LF or CR. */
export class LineIndex {
  private readonly starts: readonly number[];

  constructor(private readonly text: string) {
    this.starts = [0, ...Array.from(text.matchAll(/\r\n|\n|\r/g), (end) => end.index + end[0].length)];
  }

  get lines(): number {
    return this.starts.length;
  }

  position(offset: number): LinePosition {
    const within = Math.max(0, Math.min(offset, this.text.length));
    const line = this.lineAt(within);
    return { line, character: Math.min(within, this.endOf(line)) - this.start(line) };
  }

  offset({ line, character }: LinePosition): number {
    const start = this.starts[line];
    if (start === undefined) return line < 0 ? 0 : this.text.length;
    return Math.min(start + Math.max(0, character), this.endOf(line));
  }

  lineAt(offset: number): number {
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Where a line begins. */
  start(line: number): number {
    return this.starts[line] ?? 0;
  }

  /** Without its end. */
  line(line: number): string {
    return this.text.slice(this.starts[line] ?? this.text.length, this.endOf(line));
  }

  private endOf(line: number): number {
    const next = this.starts[line + 1];
    if (next === undefined) return this.text.length;
    return this.text.slice(next - 2, next) === '\r\n' ? next - 2 : next - 1;
  }
}
