// Edits of one call that leave the rest of it as it is: quotes, comments, trailing commas.
import type { SyntaxNode } from '@lezer/common';
import type { CodeArgument, CodeCall, CodeValue } from '../code/kernelUse';
import type { ParsedSource } from '../code/parsedSource';
import type { TextEdit } from '../code/span';

/** The text of a string in the place of another value. `text` needs no escapes. */
export function replaceString({ span, inner }: CodeValue, text: string): TextEdit {
  return inner === null ? { span, text: `"${text}"` } : { span: inner, text };
}

/** The value of an argument in the place of the one that is there. */
export function replaceValue({ value }: CodeArgument, text: string): TextEdit {
  return { span: value.span, text };
}

/** Puts `name=value` behind the last argument of a Python call; null: it has none that anything may follow. */
export function appendArgument({ arguments: given }: CodeCall, text: string): TextEdit | null {
  const last = given.at(-1);
  if (last === undefined) return null;
  return { span: { from: last.span.to, to: last.span.to }, text: `, ${text}` };
}

/** Takes an argument out of a Python call, with its comma, and with its line where it has one to itself. */
export function removeArgument({ text }: ParsedSource, { span }: CodeArgument): TextEdit {
  let { from, to } = span;
  const comma = skip(text, to, 1, ' \t');
  if (text.charAt(comma) === ',') {
    to = skip(text, comma + 1, 1, ' \t');
    const lineStart = skip(text, from - 1, -1, ' \t') + 1;
    const own = /[\r\n]/.test(text.charAt(lineStart - 1)) && /[\r\n]/.test(text.charAt(to));
    if (own) [from, to] = [lineStart, to + (text.startsWith('\r\n', to) ? 2 : 1)];
  } else {
    const before = skip(text, from - 1, -1, ' \t\r\n');
    // Behind a comment stands no comma; the one before it may stay.
    if (text.charAt(before) === ',') from = before;
  }
  return { span: { from, to }, text: '' };
}

/** Puts `key: value` into the options of a JavaScript call, which are made where there are none; null: it cannot be told where. */
export function addOption(source: ParsedSource, call: CodeCall, text: string): TextEdit | null {
  const [id, options, ...rest] = scriptArguments(source, call);
  if (id === undefined || rest.length > 0) return null;
  if (options === undefined) return { span: { from: id.to, to: id.to }, text: `, { ${text} }` };
  if (options.name !== 'ObjectExpression') return null;
  const at = options.from + 1;
  const empty = options.getChild('Property') === null && options.getChild('Spread') === null;
  if (empty && source.text.slice(at, options.to - 1).trim() === '') {
    return { span: { from: options.from, to: options.to }, text: `{ ${text} }` };
  }
  if (empty) return null;
  const spaced = /\s/.test(source.text.charAt(at));
  return { span: { from: at, to: at }, text: spaced ? ` ${text},` : `${text}, ` };
}

/** The nodes of the arguments; empty where the call is not found. */
function scriptArguments(source: ParsedSource, { span }: CodeCall): SyntaxNode[] {
  let node: SyntaxNode | null = source.tree.resolveInner(span.from, 1);
  while (node !== null && !(node.name === 'CallExpression' && node.from === span.from && node.to === span.to)) {
    node = node.parent;
  }
  const list = node?.getChild('ArgList') ?? null;
  const found: SyntaxNode[] = [];
  for (let child = list?.firstChild ?? null; child !== null; child = child.nextSibling) {
    if (!['(', ')', ',', 'LineComment', 'BlockComment'].includes(child.name)) found.push(child);
  }
  return found;
}

function skip(text: string, from: number, step: 1 | -1, characters: string): number {
  let at = from;
  while (at >= 0 && at < text.length && characters.includes(text.charAt(at))) at += step;
  return at;
}
