// Lines of a stream of bytes, however it is cut into pieces.

/** A line is longer than anything that should come. */
export class LongLineError extends Error {
  override readonly name = 'LongLineError';
  constructor(longest: number) {
    super(`A line of more than ${longest / 2 ** 20} MiB came.`);
  }
}

const NEWLINE = 0x0a;

export class LineReader {
  private parts: Buffer[] = [];
  private size = 0;

  /** @param longest bytes of a line, its end left out */
  constructor(
    private readonly longest: number,
    private readonly onLine: (line: string) => void,
  ) {}

  /** Takes the next piece. @throws LongLineError, and what `onLine` throws. */
  take(piece: Buffer): void {
    let rest = piece;
    for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE)) {
      this.keep(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
      const line = Buffer.concat(this.parts).toString('utf8');
      this.parts = [];
      this.size = 0;
      if (line.trim() !== '') this.onLine(line);
    }
    this.keep(rest);
  }

  private keep(part: Buffer): void {
    this.size += part.length;
    if (this.size > this.longest) throw new LongLineError(this.longest);
    if (part.length > 0) this.parts.push(part);
  }
}
