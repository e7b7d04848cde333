// What the cursor stands at, for completion: in the id of a kernel, among the arguments that load it, at what it offers.
import type { KernelUse } from './kernelUse';
import { kernelUses } from './kernelUses';
import { parseAgain } from './parseSource';
import type { ParsedSource } from './parsedSource';
import { argumentContext } from './cursorArguments';
import { repairsAt } from './cursorRepairs';
import { atCursor, namesRepository, touches, type CursorContext } from './cursorTypes';
import type { Span } from './span';

/**
 * What the cursor stands at; null: nothing about a kernel. Code that is half typed is read as it would be with the
 * missing quote, name or bracket, by the same parser.
 * @param uses those of `source`
 */
export function cursorContext(source: ParsedSource, uses: readonly KernelUse[], offset: number): CursorContext | null {
  const whole = contextIn(source, uses, offset);
  if (whole !== null || !source.text.includes('kernels')) return whole;
  for (const insert of repairsAt(source, offset)) {
    const text = source.text.slice(0, offset) + insert + source.text.slice(offset);
    const repaired = parseAgain(source, text, [{ from: offset, to: offset, insert }]);
    const context = contextIn(repaired, kernelUses(repaired), offset);
    if (context !== null) return { ...context, span: unrepaired(context.span, offset, insert.length) };
  }
  return null;
}

/** A span of the repaired text in the text as it is. */
function unrepaired({ from, to }: Span, offset: number, length: number): Span {
  const back = (at: number): number => (at <= offset ? at : Math.max(offset, at - length));
  return { from: back(from), to: back(to) };
}

function contextIn(source: ParsedSource, uses: readonly KernelUse[], offset: number): CursorContext | null {
  for (const use of uses) {
    const context = idContext(source, use, offset) ?? argumentContext(source, use, offset);
    if (context !== null) return context;
  }
  for (const use of uses) {
    const context = memberContext(source, use, offset);
    if (context !== null) return context;
  }
  return null;
}

function idContext(source: ParsedSource, use: KernelUse, offset: number): CursorContext | null {
  const inner = use.id?.inner ?? null;
  if (inner === null || !namesRepository(use) || !touches(inner, offset)) return null;
  // A string that is not closed goes on to where the line ends.
  if (source.text.charAt(inner.from - 1) !== source.text.charAt(inner.to)) return null;
  return { kind: 'id', ...atCursor(source, use, inner, offset) };
}

function memberContext(source: ParsedSource, use: KernelUse, offset: number): CursorContext | null {
  // A kernel of JavaScript is called itself: that is no member of it.
  const member = use.members.find(({ span, expression }) => expression.from !== span.from && touches(span, offset));
  return member === undefined
    ? null
    : { kind: 'member', path: member.path, ...atCursor(source, use, member.span, offset) };
}
