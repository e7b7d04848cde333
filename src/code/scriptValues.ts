// What expressions of a script are, where the code alone tells.
import type { SyntaxNode } from '@lezer/common';
import type { CodeValue } from './kernelUse';
import type { ParsedSource } from './parsedSource';
import type { ScriptBinding, ScriptScopes } from './scriptScopes';

/** A name that stands for a name that stands for a name: so far and no further. */
const DEEPEST = 8;
const ESCAPE = /\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|[\s\S]))/g;
const SINGLE: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', '0': '\0' };

/** The expression itself, out of parentheses, `as const`, `satisfies T` and `!`. */
export function bare(expression: SyntaxNode): SyntaxNode {
  const inner = unwrapped(expression);
  return inner === null ? expression : bare(inner);
}

/** What one pair of parentheses, one `as T` or one `!` is around; null: the expression is none of these. */
export function unwrapped(expression: SyntaxNode): SyntaxNode | null {
  const first = expression.firstChild;
  const isParenthesised = expression.name === 'ParenthesizedExpression';
  const inner = (isParenthesised ? first?.nextSibling : isTyped(expression) ? first : null) ?? null;
  return inner === null || inner.type.isError ? null : inner;
}

function isTyped(expression: SyntaxNode): boolean {
  const mark = expression.firstChild?.nextSibling?.name;
  if (expression.name === 'BinaryExpression') return mark === 'as' || mark === 'satisfies';
  return expression.name === 'PostfixExpression' && mark === 'LogicOp';
}

/** What a variable is made with, `1` of `const x: number = 1`; null: nothing, or it is taken out of a pattern. */
export function initialiser(definition: SyntaxNode): SyntaxNode | null {
  if (definition.parent?.name !== 'VariableDeclaration') return null;
  return valueAfter(definition);
}

/** The expression after the `=` of a definition or a pattern. */
export function valueAfter(target: SyntaxNode): SyntaxNode | null {
  let next = target.nextSibling;
  while (next !== null && (next.name === 'TypeAnnotation' || next.name === 'LogicOp')) next = next.nextSibling;
  const value = next?.name === 'Equals' ? next.nextSibling : null;
  return value === null || value.type.isError ? null : value;
}

/** The one definition of a name that never changes; null: it changes, or is something else than a variable. */
export function onlyDefinition(binding: ScriptBinding | null): SyntaxNode | null {
  if (binding === null || binding.writes.length > 0 || binding.definitions.length !== 1) return null;
  return binding.owner.name === 'VariableDeclaration' ? (binding.definitions[0] ?? null) : null;
}

/** The expression that stands where this one does, through names that are given once. */
export function readThrough(scopes: ScriptScopes, expression: SyntaxNode): SyntaxNode {
  let node = bare(expression);
  // `{ version }` is a name too.
  const isName = (): boolean => node.name === 'VariableName' || node.name === 'PropertyDefinition';
  for (let depth = 0; depth < DEEPEST && isName(); depth += 1) {
    const definition = onlyDefinition(scopes.bindingOf(node));
    const value = definition === null ? null : initialiser(definition);
    if (value === null) break;
    node = bare(value);
  }
  return node;
}

/** The value of an expression; its `inner` only where it is a string itself. */
export function scriptValue({ text }: ParsedSource, scopes: ScriptScopes, expression: SyntaxNode): CodeValue {
  const span = { from: expression.from, to: expression.to };
  const value = literal(text, readThrough(scopes, expression));
  const plain = typeof value === 'string' && isString(expression) && text.slice(span.from + 1, span.to - 1) === value;
  const unclosed = isString(expression) && expression.lastChild?.type.isError === true;
  return {
    span,
    value: unclosed ? undefined : value,
    inner: plain && !unclosed ? { from: span.from + 1, to: span.to - 1 } : null,
  };
}

function isString({ name }: SyntaxNode): boolean {
  return name === 'String' || name === 'TemplateString';
}

function literal(text: string, node: SyntaxNode): CodeValue['value'] {
  const written = text.slice(node.from, node.to);
  switch (node.name) {
    case 'String':
      return unescaped(written.slice(1, -1));
    case 'TemplateString':
      return node.getChild('Interpolation') === null
        ? unescaped(written.slice(1, -1).replace(/\r\n?/g, '\n'))
        : undefined;
    case 'Number':
      return number(written);
    case 'UnaryExpression':
      return negated(text, node);
    case 'BooleanLiteral':
      return written === 'true';
    case 'null':
      return null;
    default:
      return undefined;
  }
}

function number(written: string): number | undefined {
  const value = Number(written.replaceAll('_', ''));
  return Number.isNaN(value) ? undefined : value;
}

function negated(text: string, { firstChild, lastChild }: SyntaxNode): number | undefined {
  if (firstChild === null || lastChild?.name !== 'Number') return undefined;
  const sign = text.slice(firstChild.from, firstChild.to);
  const value = number(text.slice(lastChild.from, lastChild.to));
  if (value === undefined) return undefined;
  return sign === '-' ? -value : sign === '+' ? value : undefined;
}

function unescaped(inner: string): string {
  return inner.replace(ESCAPE, (...match: readonly unknown[]) => {
    const [braced, long, short, other] = match.slice(1, 5).map((part) => (typeof part === 'string' ? part : undefined));
    const single = other ?? '';
    const code = braced ?? long ?? short;
    if (code === undefined) return /^[\r\n\u2028\u2029]/.test(single) ? '' : (SINGLE[single] ?? single);
    const point = Number.parseInt(code, 16);
    return point > 0x10ffff ? '\uFFFD' : String.fromCodePoint(point);
  });
}
