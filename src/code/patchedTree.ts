// The tree of a changed Python file from the one before: only the statements around the change are read again.
//
// The parser's own way of taking over nodes is not used for Python: it can put all that follows an `if` into its body.
import { Tree, type SyntaxNode } from '@lezer/common';
import { hasError, isBroken } from './brokenCode';

/** What was between `from` and `to` is now `length` long. */
export interface ChangedPart {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

/**
 * Null: the change cannot be told apart from what follows it, as when a bracket is left open, and all is to be read anew.
 * `text` is the text as the grammar is given it.
 */
export function patchedTree(
  before: Tree,
  text: string,
  change: ChangedPart,
  parse: (text: string) => Tree,
): Tree | null {
  const shift = change.length - (change.to - change.from);
  const old = statementsOf(before);
  // What was broken may be whole again once the code around it is another.
  const broken = hasError(before) ? old.filter(isBroken) : [];
  const within = broken.length === 0 ? withinStatement(before, old, text, change, parse) : null;
  if (within !== null) return within;
  const [from, to] = [
    Math.min(change.from, broken[0]?.from ?? change.from),
    Math.max(change.to, broken.at(-1)?.to ?? change.to),
  ];
  const first = old.findLastIndex((one) => one.to < from && isBoundary(one, text, 0));
  // The one that has to come out as it was, and the one behind it, where the reading may end.
  const same = old.findIndex((one) => one.from > to && isBoundary(one, text, shift));
  const next = old.findIndex((one, index) => index > same && isBoundary(one, text, shift));
  const kept = old[same];
  if (kept === undefined) return null;
  const begin = old[first]?.from ?? 0;
  const end = next === -1 ? text.length : (old[next]?.from ?? 0) + shift;
  const made = statementsOf(parse(text.slice(begin, end)));
  const again = made.find((one) => one.from === kept.from + shift - begin);
  if (again === undefined || !isSame(again, kept) || made.some((one) => one.from > again.from && isBroken(one)))
    return null;
  return joined(before, text, [
    { nodes: old.slice(0, Math.max(0, first)), offset: 0 },
    { nodes: made, offset: begin },
    { nodes: next === -1 ? [] : old.slice(next), offset: shift },
  ]);
}

/**
 * A change behind the first word of one statement that is whole afterwards: what stands before cannot take it in, nor it what
 * follows. Null: it is another change.
 */
function withinStatement(
  before: Tree,
  old: readonly SyntaxNode[],
  text: string,
  change: ChangedPart,
  parse: (text: string) => Tree,
): Tree | null {
  const shift = change.length - (change.to - change.from);
  const at = old.findIndex(({ from, to }) => from < change.from && to > change.to);
  const statement = old[at];
  if (statement === undefined || !isBoundary(statement, text, 0) || firstWordEnd(statement) >= change.from) return null;
  const next = old.findIndex((one, index) => index > at && isBoundary(one, text, shift));
  const end = next === -1 ? text.length : (old[next]?.from ?? 0) + shift;
  const part = text.slice(statement.from, end);
  // A line that goes on has its end in what follows.
  if (part.trimEnd().endsWith('\\')) return null;
  const made = parse(part);
  if (hasError(made)) return null;
  return joined(before, text, [
    { nodes: old.slice(0, at), offset: 0 },
    { nodes: statementsOf(made), offset: statement.from },
    { nodes: next === -1 ? [] : old.slice(next), offset: shift },
  ]);
}

function firstWordEnd(statement: SyntaxNode): number {
  let word = statement;
  while (word.firstChild !== null) word = word.firstChild;
  return word.to;
}

interface Stretch {
  readonly nodes: readonly SyntaxNode[];
  /** What is added to their places. */
  readonly offset: number;
}

function joined(before: Tree, text: string, stretches: readonly Stretch[]): Tree {
  const children: Tree[] = [];
  const positions: number[] = [];
  for (const { nodes, offset } of stretches) {
    for (const node of nodes) {
      children.push(node.toTree());
      positions.push(node.from + offset);
    }
  }
  return new Tree(before.type, children, positions, text.length).balance();
}

function statementsOf(tree: Tree): SyntaxNode[] {
  const statements: SyntaxNode[] = [];
  for (let node = tree.topNode.firstChild; node !== null; node = node.nextSibling) statements.push(node);
  return statements;
}

/** A whole statement that begins its line: whatever stands before it, it is read as it is. */
function isBoundary(node: SyntaxNode, text: string, shift: number): boolean {
  const at = node.from + shift;
  const beginsLine = at === 0 || text.charAt(at - 1) === '\n' || text.charAt(at - 1) === '\r';
  return beginsLine && node.name !== 'Comment' && !isBroken(node);
}

function isSame(one: SyntaxNode, other: SyntaxNode): boolean {
  return one.name === other.name && one.to - one.from === other.to - other.from && !isBroken(one);
}
