// What an expression of Python is, where the code alone tells: literals.
import type { SyntaxNode } from '@lezer/common';
import type { CodeValue } from './kernelUse';
import { inParentheses } from './parentheses';
import { readString } from './pythonStrings';

/** `follow` says what a name stands for, null where that cannot be told. */
export function readValue(
  text: string,
  expression: SyntaxNode,
  follow: (name: SyntaxNode) => CodeValue['value'],
): CodeValue {
  const span = { from: expression.from, to: expression.to };
  const literal = (value: CodeValue['value']): CodeValue => ({ span, value, inner: null });
  switch (expression.name) {
    case 'String':
    case 'FormatString': {
      const { value, inner } = readString(text, expression);
      return { span, value, inner: expression.name === 'String' && value !== undefined ? inner : null };
    }
    case 'ContinuedString':
      return readJoined(text, expression);
    case 'Number':
      return literal(readNumber(text.slice(span.from, span.to)));
    case 'Boolean':
      return literal(text.slice(span.from, span.to) === 'True');
    case 'None':
      return literal(null);
    case 'ParenthesizedExpression': {
      const inside = inParentheses(expression);
      return inside === null ? literal(undefined) : { ...readValue(text, inside, follow), span };
    }
    case 'UnaryExpression':
      return literal(readSigned(text, expression, follow));
    case 'VariableName':
      return literal(follow(expression));
    default:
      return literal(undefined);
  }
}

/** `"a" "b"`. */
function readJoined(text: string, node: SyntaxNode): CodeValue {
  let value: string | undefined = '';
  for (let part = node.firstChild; part !== null; part = part.nextSibling) {
    if (part.name !== 'String' && part.name !== 'FormatString') continue;
    const read = readString(text, part).value;
    value = value === undefined || read === undefined ? undefined : value + read;
  }
  return { span: { from: node.from, to: node.to }, value, inner: null };
}

function readSigned(
  text: string,
  node: SyntaxNode,
  follow: (name: SyntaxNode) => CodeValue['value'],
): number | boolean | undefined {
  const [sign, operand] = [node.firstChild, node.lastChild];
  if (sign === null || operand === null) return undefined;
  const { value } = readValue(text, operand, follow);
  const how = text.slice(sign.from, sign.to);
  if (how === 'not') return typeof value === 'boolean' ? !value : undefined;
  if (typeof value !== 'number') return undefined;
  if (how === '-') return -value;
  return how === '+' ? value : undefined;
}

/** Undefined: complex, or a whole number too large to be told exactly. */
function readNumber(literal: string): number | undefined {
  const digits = literal.replaceAll('_', '');
  if (/^(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|[0-9]+)$/.test(digits)) {
    const whole = Number(digits);
    return Number.isSafeInteger(whole) ? whole : undefined;
  }
  return /^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/.test(digits) ? Number(digits) : undefined;
}
