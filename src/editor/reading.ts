import * as vscode from 'vscode';
import type { ParsedSource } from '../code/parsedSource';
import type { Span, TextEdit } from '../code/span';
import { isLarge, type CodeReading } from './codeReading';
import { LineIndex } from '../code/lineIndex';
import { ReadSites } from './readSites';

/** A document of a unit, and where it stands in the unit's text. */
export interface UnitPart {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly text: string;
  /** In the text of the unit; offsets within are those of the document. */
  readonly from: number;
}

export interface UnitText {
  readonly text: string;
  /** In the order of the text, apart from each other by what ends a line. */
  readonly parts: readonly UnitPart[];
}

/** A place in a document. */
export interface Place {
  readonly document: vscode.TextDocument;
  /** That the range counts in. */
  readonly version: number;
  readonly range: vscode.Range;
}

const NOTHING: CodeReading = {
  uses: [],
  operations: [],
  benchmarks: [],
  suppressions: { has: () => false },
};

/** A unit as it was read, in one version of its documents. */
export class Reading {
  private readonly indexes = new Map<UnitPart, LineIndex>();
  readonly code: CodeReading;
  readonly sites: ReadSites;

  /** @param source null: the text concerns no kernels, and was not parsed */
  constructor(
    readonly versions: string,
    private readonly unit: UnitText,
    readonly lines: LineIndex,
    readonly source: ParsedSource | null,
    code: CodeReading | null,
  ) {
    this.code = code ?? NOTHING;
    this.sites = new ReadSites(unit.text, lines, this.code);
  }

  get isLarge(): boolean {
    return isLarge(this.unit.text, this.lines.lines);
  }

  get text(): string {
    return this.unit.text;
  }

  get parts(): readonly UnitPart[] {
    return this.unit.parts;
  }

  /** Where a span stands; null: it reaches beyond one document. */
  place({ from, to }: Span): Place | null {
    const part = this.unit.parts.findLast((one) => one.from <= from);
    if (part === undefined || to > part.from + part.text.length) return null;
    const lines = this.linesOf(part);
    const [start, end] = [lines.position(from - part.from), lines.position(to - part.from)];
    const range = new vscode.Range(start.line, start.character, end.line, end.character);
    return { document: part.document, version: part.version, range };
  }

  /** Where an edit stands, and what it writes there; null: it reaches beyond one document. */
  placeEdit({ span, text }: TextEdit): { readonly place: Place; readonly text: string } | null {
    const above = span.from === span.to ? this.partAbove(span.from, text) : null;
    if (above === null) {
      const place = this.place(span);
      return place === null ? null : { place, text };
    }
    const end = above.from + above.text.length;
    const place = this.place({ from: end, to: end });
    const isOpen = above.text !== '' && !above.text.endsWith('\n');
    return place === null ? null : { place, text: (isOpen ? '\n' : '') + text.replace(/\r?\n$/, '') };
  }

  /**
   * Lines between two cells belong to the one above where they are imports, which follow those that are there, where the
   * one below begins with a magic of the whole cell, or where there is none below. Null: they belong where they stand.
   */
  private partAbove(at: number, text: string): UnitPart | null {
    const { parts } = this.unit;
    const above = parts.find((part) => part.from + part.text.length + 1 === at);
    if (above === undefined || !text.endsWith('\n'))
      return above !== undefined && parts.at(-1) === above ? above : null;
    const below = parts.find(({ from }) => from === at);
    const isWanted =
      below === undefined || /^\s*%%/.test(below.document.getText()) || /^\s*(?:import|from)\s/.test(text);
    return isWanted ? above : null;
  }

  /** Of a place in a document, in the text of the unit; null: the document is none of it. */
  offset(document: vscode.TextDocument, position: vscode.Position): number | null {
    const part = this.unit.parts.find((one) => one.document === document);
    return part === undefined ? null : part.from + this.linesOf(part).offset(position);
  }

  private linesOf(part: UnitPart): LineIndex {
    if (this.unit.parts.length === 1) return this.lines;
    const known = this.indexes.get(part);
    if (known !== undefined) return known;
    const index = new LineIndex(part.text);
    this.indexes.set(part, index);
    return index;
  }
}
