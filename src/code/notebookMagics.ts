// What of a notebook's cell is for IPython and not for Python: magics, shell commands and questions for help.

/** Their cell is Python all the same, run in some other way. */
const PYTHON_MAGICS: ReadonlySet<string> = new Set([
  'time',
  'timeit',
  'capture',
  'prun',
  'debug',
  'memit',
  'mprun',
  'lprun',
  'scalene',
  'snakeviz',
  'pyinstrument',
  'wandb',
]);

/** Begins a line that Python would never see. */
const ESCAPES = '%!?,;/';
const SPACES = ' \t\f';

/** The cell with the same length and the same line ends, and spaces where IPython's own words were. */
export function withoutMagics(cell: string): string {
  return new CellReader(cell).read();
}

class CellReader {
  private made = '';
  private at = 0;

  constructor(private readonly text: string) {}

  read(): string {
    if (!this.cellMagics()) return blank(this.text);
    while (this.at < this.text.length) this.line();
    return this.made;
  }

  /** False: the cell is in another language, or of a magic that is not known. */
  private cellMagics(): boolean {
    for (;;) {
      const begin = this.firstWritten();
      if (!this.text.startsWith('%%', begin)) return true;
      const end = this.endOfLine(begin);
      const word = /^%%\s*(\w*)/.exec(this.text.slice(begin, end))?.[1] ?? '';
      // `%%time?` asks what it does.
      if (!PYTHON_MAGICS.has(word) || this.text.slice(begin, end).trimEnd().endsWith('?')) return false;
      this.made += blank(this.text.slice(this.at, end));
      this.at = end;
    }
  }

  private firstWritten(): number {
    let at = this.at;
    while (at < this.text.length && this.text.charAt(at).trim() === '') at += 1;
    return at;
  }

  private line(): void {
    const { text } = this;
    const start = this.at;
    let begin = start;
    while (SPACES.includes(text.charAt(begin)) && begin < text.length) begin += 1;
    this.made += text.slice(start, begin);
    this.at = begin;
    if (begin < text.length && ESCAPES.includes(text.charAt(begin))) {
      const end = this.endOfLine(begin);
      // The only statement of a block leaves one behind, or the block would have none.
      this.made += begin > start ? emptied(text.slice(begin, end)) : blank(text.slice(begin, end));
      this.at = end;
      return;
    }
    const { end, asksHelp, magic } = this.statement(begin);
    if (asksHelp) this.made += begin > start ? emptied(text.slice(begin, end)) : blank(text.slice(begin, end));
    else if (magic !== null) this.made += text.slice(begin, magic) + emptied(text.slice(magic, end));
    else this.made += text.slice(begin, end);
    this.at = end;
  }

  /** Of Python's own: it goes on in brackets, in strings with three quotes and behind a backslash. */
  private statement(begin: number): { end: number; asksHelp: boolean; magic: number | null } {
    const { text } = this;
    let [at, depth, last] = [begin, 0, ''];
    while (at < text.length) {
      const letter = text.charAt(at);
      if (letter === '#') {
        while (at < text.length && !isLineEnd(text.charAt(at))) at += 1;
      } else if (letter === '"' || letter === "'") {
        at = endOfString(text, at);
        last = letter;
      } else if (letter === '\\') at = afterLineEnd(text, at + 1);
      else if (isLineEnd(letter)) {
        at = afterLineEnd(text, at);
        if (depth === 0) return { end: at, asksHelp: last === '?', magic: null };
      } else if ((letter === '!' || letter === '%') && last === '=' && depth === 0 && isName(text.charAt(at + 1))) {
        return { end: this.endOfLine(at), asksHelp: false, magic: at };
      } else {
        if ('([{'.includes(letter)) depth += 1;
        else if (')]}'.includes(letter)) depth = Math.max(0, depth - 1);
        if (!SPACES.includes(letter)) last = letter;
        at += 1;
      }
    }
    return { end: at, asksHelp: last === '?', magic: null };
  }

  /** Behind its end; a backslash there takes the next line with it. */
  private endOfLine(from: number): number {
    const { text } = this;
    for (let at = from; at < text.length; at += 1) {
      if (!isLineEnd(text.charAt(at))) continue;
      const end = afterLineEnd(text, at);
      if (text.charAt(at - 1) !== '\\') return end;
      at = end - 1;
    }
    return text.length;
  }
}

/** Behind the string that begins here; where its quote is missing, at the line's end, or at the end of the cell. */
function endOfString(text: string, from: number): number {
  const quote = text.charAt(from);
  const long = text.startsWith(quote.repeat(3), from);
  const closing = long ? quote.repeat(3) : quote;
  let at = from + closing.length;
  while (at < text.length) {
    if (text.startsWith(closing, at)) return at + closing.length;
    if (!long && isLineEnd(text.charAt(at))) return at;
    at = text.charAt(at) === '\\' ? afterLineEnd(text, at + 1, 1) : at + 1;
  }
  return text.length;
}

/** Behind one line end; where there is none, behind `otherwise` characters. */
function afterLineEnd(text: string, at: number, otherwise = 0): number {
  if (text.startsWith('\r\n', at)) return at + 2;
  return at + (isLineEnd(text.charAt(at)) ? 1 : otherwise);
}

function isLineEnd(letter: string): boolean {
  return letter === '\n' || letter === '\r';
}

function isName(letter: string): boolean {
  return /[\p{L}_.~/]/u.test(letter);
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}

/** An expression that is nothing, where there is room for one. */
function emptied(text: string): string {
  const spaces = blank(text);
  return spaces.startsWith('  ') ? `()${spaces.slice(2)}` : spaces;
}
