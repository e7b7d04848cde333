// Where the lines of a text begin, to turn offsets into lines and back. No vscode in here.

export interface LinePosition {
  /** Both from 0. */
  readonly line: number;
  readonly character: number;
}

/** Lines end with `\n` or `\r\n`, as in the texts that the editor gives. */
export class LineIndex {
  private readonly starts: number[] = [0];

  constructor(private readonly text: string) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  get lines(): number {
    return this.starts.length;
  }

  position(offset: number): LinePosition {
    const within = Math.max(0, Math.min(offset, this.text.length));
    const line = this.lineAt(within);
    const start = this.starts[line] ?? 0;
    return { line, character: Math.min(within, this.endOf(line)) - start };
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

  /** Without its end. */
  line(line: number): string {
    return this.text.slice(this.starts[line] ?? this.text.length, this.endOf(line));
  }

  private endOf(line: number): number {
    const next = this.starts[line + 1];
    if (next === undefined) return this.text.length;
    return this.text.charAt(next - 2) === '\r' ? next - 2 : next - 1;
  }
}
