// Calls in a script, with their arguments as far as the code alone tells them.
import type { SyntaxNode } from '@lezer/common';
import type { CodeArgument, CodeCall, CodeValue } from './kernelUse';
import type { ParsedSource } from './parsedSource';
import type { ScriptScopes } from './scriptScopes';
import { readThrough, scriptValue } from './scriptValues';
import { spanOf } from './span';

/** An argument as it was given: `...list` has the list as its expression. */
export interface ScriptArgument {
  readonly expression: SyntaxNode;
  readonly spread: SyntaxNode | null;
}

/** The arguments of a CallExpression, in their order, without what is not typed yet. */
export function argumentsOf(call: SyntaxNode): readonly ScriptArgument[] {
  const list = call.getChild('ArgList');
  const found: ScriptArgument[] = [];
  let spread: SyntaxNode | null = null;
  for (let node = list?.firstChild ?? null; node !== null; node = node.nextSibling) {
    if (node.name === 'Spread') spread = node;
    else if (isExpression(node)) {
      found.push({ expression: node, spread });
      spread = null;
    }
  }
  return found;
}

function isExpression(node: SyntaxNode): boolean {
  return !node.type.isError && !node.name.endsWith('Comment') && /^[A-Za-z]/.test(node.name);
}

/** @param options whether the second argument is an object of options, whose entries are arguments with a name */
export function readScriptCall(
  source: ParsedSource,
  scopes: ScriptScopes,
  call: SyntaxNode,
  options: boolean,
): CodeCall {
  const list = call.getChild('ArgList');
  const closed = list?.lastChild?.name === ')';
  const between =
    list === null ? { from: call.to, to: call.to } : { from: list.from + 1, to: closed ? list.to - 1 : list.to };
  const read = argumentsOf(call).flatMap(({ expression, spread }, place): readonly CodeArgument[] => {
    if (options && place === 1 && spread === null) return readOptions(source, scopes, expression);
    return [
      {
        name: null,
        span: { from: (spread ?? expression).from, to: expression.to },
        nameSpan: null,
        value: scriptValue(source, scopes, expression),
        spread: spread === null ? null : 'list',
      },
    ];
  });
  const callee = call.firstChild;
  return { span: spanOf(call), callee: callee === null ? spanOf(call) : spanOf(callee), between, arguments: read };
}

/** The entries of an object; of anything else, that it cannot be told what it brings. */
function readOptions(source: ParsedSource, scopes: ScriptScopes, expression: SyntaxNode): readonly CodeArgument[] {
  const object = readThrough(scopes, expression);
  if (object.name !== 'ObjectExpression') return [unknownOptions(expression)];
  return object.getChildren('Property').map((property) => {
    const value = property.lastChild;
    const key = property.firstChild;
    if (key === null || value === null || key.name === 'Spread' || key.name === '[') return unknownOptions(property);
    const whole = value.type.isError ? missingAt(value.from) : scriptValue(source, scopes, value);
    return {
      name: keyOf(source.text, key),
      span: spanOf(property),
      nameSpan: spanOf(key),
      value: property.getChild('ParamList') === null ? whole : { ...whole, value: undefined, inner: null },
      spread: null,
    };
  });
}

/** Not typed yet. */
function missingAt(place: number): CodeValue {
  return { span: { from: place, to: place }, value: undefined, inner: null };
}

function unknownOptions(node: SyntaxNode): CodeArgument {
  const span = spanOf(node);
  return { name: null, span, nameSpan: null, value: { span, value: undefined, inner: null }, spread: 'map' };
}

function keyOf(text: string, key: SyntaxNode): string {
  const written = text.slice(key.from, key.to);
  return key.name === 'String' ? written.slice(1, -1) : written;
}
