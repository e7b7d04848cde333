// Where the statements of a TOML document lie, for edits that keep every other byte of it.
import { parseToml } from './parseToml';

/** Offsets of UTF-16 units, the end excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `key = value`, on a line or in an inline table. */
export interface TomlPair {
  /** All of its path, that of the table it stands in included. */
  readonly path: readonly string[];
  readonly key: Span;
  readonly value: Span;
  /** What an inline table holds; null: another kind of value. */
  readonly items: readonly TomlPair[] | null;
}

export type TomlStatement = {
  /** Whole lines, the last line's end included. */
  readonly lines: Span;
} & (
  | { readonly kind: 'header'; readonly path: readonly string[]; readonly list: boolean }
  | { readonly kind: 'pair'; readonly table: readonly string[]; readonly pair: TomlPair }
);

/** Statements in their order; comments and empty lines are none. The document has to be known to be valid TOML. */
export function tomlStatements(text: string): readonly TomlStatement[] {
  const reader = new Reader(text);
  const statements: TomlStatement[] = [];
  let table: readonly string[] = [];
  if (text.startsWith('\ufeff')) reader.at = 1;
  for (;;) {
    reader.skipEmptyLines();
    if (reader.at >= text.length) return statements;
    const start = reader.lineStart();
    if (reader.peek() === '[') {
      const list = text.startsWith('[[', reader.at);
      reader.at += list ? 2 : 1;
      table = reader.key();
      reader.at += list ? 2 : 1;
      reader.toNextLine();
      statements.push({ kind: 'header', path: table, list, lines: { start, end: reader.at } });
    } else {
      const pair = reader.pair(table);
      reader.toNextLine();
      statements.push({ kind: 'pair', table, pair, lines: { start, end: reader.at } });
    }
  }
}

class Reader {
  at = 0;
  constructor(private readonly text: string) {}

  peek(): string {
    return this.text.charAt(this.at);
  }

  lineStart(): number {
    const start = this.text.lastIndexOf('\n', this.at - 1) + 1;
    return this.text.startsWith('\ufeff', start) && start === 0 ? 1 : start;
  }

  skipEmptyLines(): void {
    // Line by line: one expression for all of them would keep every step back in memory.
    while (this.match(/[ \t\r\n]+|#[^\n]*/y) !== '');
  }

  toNextLine(): void {
    this.match(/[^\n]*\n?/y);
  }

  pair(table: readonly string[]): TomlPair {
    const keyStart = this.at;
    const path = [...table, ...this.key()];
    const key = { start: keyStart, end: keyStart + this.text.slice(keyStart, this.at).trimEnd().length };
    this.at += 1;
    this.match(/[ \t]*/y);
    const start = this.at;
    const items = this.value(path);
    return { path, key, value: { start, end: this.at }, items };
  }

  /** Reads up to what follows the key: `=` or `]`. */
  key(): readonly string[] {
    const parts: string[] = [];
    for (;;) {
      this.match(/[ \t]*/y);
      parts.push(decodeKey(this.match(/"(?:[^"\\]|\\.)*"|'[^']*'|[^\s.=\]]+/y)));
      this.match(/[ \t]*/y);
      if (this.peek() !== '.') return parts;
      this.at += 1;
    }
  }

  /** Reads a value. Returns the items where it is an inline table. */
  private value(path: readonly string[]): readonly TomlPair[] | null {
    if (this.peek() === '{') return this.inlineTable(path);
    if (this.peek() === '[') this.list(path);
    else if (this.match(/"""(?:[^"\\]|\\[^]|"{1,2}(?!"))*"{3,5}|'''(?:[^']|'{1,2}(?!'))*'{3,5}/y) === '') {
      // A date may have a space before its time.
      this.match(/"(?:[^"\\]|\\.)*"|'[^']*'|\d{4}-\d\d-\d\d \d\d:[^\s,#\]}]*|[^\s,#\]}]+/y);
    }
    return null;
  }

  private inlineTable(path: readonly string[]): readonly TomlPair[] {
    const items: TomlPair[] = [];
    for (this.at += 1; ; this.match(/,?/y)) {
      this.skipEmptyLines();
      if (this.peek() === '}' || this.at >= this.text.length) break;
      items.push(this.pair(path));
      this.skipEmptyLines();
    }
    this.at += 1;
    return items;
  }

  private list(path: readonly string[]): void {
    for (this.at += 1; ; this.match(/,?/y)) {
      this.skipEmptyLines();
      if (this.peek() === ']' || this.at >= this.text.length) break;
      this.value(path);
      this.skipEmptyLines();
    }
    this.at += 1;
  }

  /** Takes what a sticky expression matches here; '' where it matches nothing. */
  private match(expression: RegExp): string {
    expression.lastIndex = this.at;
    const [found = ''] = expression.exec(this.text) ?? [];
    this.at += found.length;
    return found;
  }
}

function decodeKey(raw: string): string {
  if (raw.startsWith("'")) return raw.slice(1, -1);
  if (!raw.startsWith('"')) return raw;
  if (!raw.includes('\\')) return raw.slice(1, -1);
  const { key } = parseToml(`key = ${raw}`) as { readonly key: string };
  return key;
}
