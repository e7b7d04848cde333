// The cursor among the arguments of a call that loads a kernel.
import type { SyntaxNode } from '@lezer/common';
import { atCursor, namesRepository, touches, type CursorContext } from './cursorTypes';
import type { CodeArgument, KernelUse } from './kernelUse';
import type { ParsedSource } from './parsedSource';
import type { Span } from './span';

/** What may be typed at the cursor; null: it is at no argument that can be helped with. */
export function argumentContext(source: ParsedSource, use: KernelUse, offset: number): CursorContext | null {
  const argument = use.call.arguments.find(({ span }) => touches(span, offset));
  if (argument !== undefined) return atArgument(source, use, argument, offset);
  if (!touches(use.call.between, offset) || !isAfterFirst(use, offset) || !namesRepository(use)) return null;
  const place = source.language === 'python' ? 'list' : scriptPlace(source, use, offset);
  const before = lastCharacter(source.text, offset);
  const opens = place === 'object' ? before === ',' || before === '{' : before === ',';
  return place === null || !opens
    ? null
    : argumentNamed(source, use, { from: offset, to: offset }, offset, place === 'list');
}

function argumentNamed(source: ParsedSource, use: KernelUse, span: Span, offset: number, list: boolean): CursorContext {
  const given = use.call.arguments.flatMap(({ name, nameSpan }) =>
    name === null || (nameSpan !== null && touches(nameSpan, offset)) ? [] : [name],
  );
  const bare = list && source.language !== 'python';
  return { kind: 'argument', given, bare, ...atCursor(source, use, span, offset) };
}

function atArgument(
  source: ParsedSource,
  use: KernelUse,
  argument: CodeArgument,
  offset: number,
): CursorContext | null {
  const { name, nameSpan, value, spread } = argument;
  if (spread === 'list' || !namesRepository(use)) return null;
  const shorthand = nameSpan !== null && nameSpan.to === value.span.to;
  if (nameSpan !== null && touches(nameSpan, offset)) return argumentNamed(source, use, nameSpan, offset, false);
  if (nameSpan === null) {
    // `get_kernel("a/b", ver`: not yet the name of one. A first one is the id.
    const word = source.text.slice(value.span.from, value.span.to);
    if (use.call.arguments[0] === argument || !/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(word)) return null;
    return argumentNamed(source, use, value.span, offset, true);
  }
  if ((name !== 'version' && name !== 'revision') || shorthand || !touches(value.span, offset)) return null;
  const span = value.inner ?? value.span;
  if (!touches(span, offset)) return null;
  return { kind: 'value', argument: name, ...atCursor(source, use, span, offset) };
}

/** Whether the id has been given before the cursor. */
function isAfterFirst({ call, id }: KernelUse, offset: number): boolean {
  const [first] = call.arguments;
  return first !== undefined && id !== null && first.span.to < offset;
}

/** In the list of a call, or in its object of options; null: deeper, or in an object that is no options. */
function scriptPlace({ tree }: ParsedSource, { call }: KernelUse, offset: number): 'list' | 'object' | null {
  let node: SyntaxNode | null = tree.resolveInner(offset, -1);
  let depth = 0;
  for (; node !== null && node.from >= call.span.from; node = node.parent) {
    if (node.name === 'ArgList' && node.to >= offset && node.from < offset) {
      const isCall = node.parent?.from === call.span.from && node.parent.to === call.span.to;
      if (!isCall) return null;
      return depth === 0 ? (call.arguments.length > 1 ? null : 'list') : depth === 1 ? 'object' : null;
    }
    if (node.name === 'ObjectExpression' && node.from < offset && offset < node.to + (isOpen(node) ? 1 : 0)) depth += 1;
    else if (node.name.endsWith('Comment') || node.name === 'String') return null;
  }
  return null;
}

function isOpen(object: SyntaxNode): boolean {
  return object.lastChild?.name !== '}';
}

function lastCharacter(text: string, offset: number): string {
  let at = offset - 1;
  while (at >= 0 && /\s/.test(text.charAt(at))) at -= 1;
  return text.charAt(at);
}
