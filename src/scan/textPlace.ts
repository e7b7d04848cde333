// Offsets as lines and columns, the way editors and CI count them.
import { LineIndex } from '../code/lineIndex';

/** Both from 1; columns in UTF-16 units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Of one text. */
export class TextPlaces {
  private readonly lines: LineIndex;

  constructor(text: string) {
    this.lines = new LineIndex(text);
  }

  at(offset: number): TextPlace {
    const line = this.lines.lineAt(offset);
    return { line: line + 1, column: offset - this.lines.start(line) + 1 };
  }
}
