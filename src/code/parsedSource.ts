// A text with its syntax tree. Parsed in parseSource.ts.
import type { Tree, TreeFragment } from '@lezer/common';

/** `jsx` is plain JavaScript too; `tsx` is TypeScript with elements, which reads a cast in angle brackets as one. */
export type CodeLanguage = 'python' | 'jsx' | 'typescript' | 'tsx';

export interface ParsedSource {
  readonly language: CodeLanguage;
  /** As in the editor: with its line ends, without a byte order mark. */
  readonly text: string;
  /** Never fails: what is no code is an error node, and what surrounds it is read. */
  readonly tree: Tree;
  /** What a next parse of a changed text can take from this one. */
  readonly fragments: readonly TreeFragment[];
}

/** A change of the text before; offsets of that text. */
export interface SourceChange {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}
