// Where a script loads kernels with `getKernel` of `@huggingface/kernels`, and what it does with them.
import type { SyntaxNode } from '@lezer/common';
import { spanOf } from './span';
import type { CodeArgument, KernelUse, MemberUse } from './kernelUse';
import type { ParsedSource } from './parsedSource';
import { argumentsOf, readScriptCall } from './scriptCalls';
import { KERNELS_MODULE, LOADER, readScriptLoaders } from './scriptLoaders';
import { occurrencesOf, readScriptScopes, type ScriptBinding, type ScriptScopes } from './scriptScopes';
import { initialiser, unwrapped, valueAfter } from './scriptValues';

/**
 * In the order of the file. A loaded kernel is a function: the members of its use are the calls of it, whose name is the
 * one it is kept under, and what is read of it (`gelu.opId`).
 */
export function scriptUses(source: ParsedSource): readonly KernelUse[] {
  // Most files name no such module: nothing of them is read.
  if (!source.text.includes(KERNELS_MODULE)) return [];
  const scopes = readScriptScopes(source);
  const loaders = readScriptLoaders(source, scopes);
  const calls = new Map<number, { readonly call: SyntaxNode; readonly name: SyntaxNode }>();
  for (const call of callsOfLoader(source)) {
    const name = call.firstChild === null ? null : loaders.loaderName(call.firstChild);
    if (name !== null) calls.set(name.from, { call, name });
  }
  return [...calls.values()]
    .toSorted((a, b) => a.call.from - b.call.from)
    .map(({ call, name }) => readUse(source, scopes, call, name));
}

/** Calls that may be of `getKernel`, by its name or one that it was given: it has to be spelled somewhere. */
function callsOfLoader(source: ParsedSource): readonly SyntaxNode[] {
  const names = new Set([LOADER]);
  const calls: SyntaxNode[] = [];
  // What is added on the way is gone through as well.
  for (const name of names) {
    for (const node of occurrencesOf(source, name)) {
      const alias = aliasOf(node);
      if (alias !== null) names.add(source.text.slice(alias.from, alias.to));
      const expression = calleeOf(node);
      const call = expression.parent;
      if (call?.name === 'CallExpression' && call.firstChild?.from === expression.from) calls.push(call);
    }
  }
  return calls;
}

/** `K.getKernel<T>` for its last name. */
function calleeOf(name: SyntaxNode): SyntaxNode {
  const member = name.name === 'PropertyName' && name.parent?.name === 'MemberExpression' ? name.parent : name;
  const around = outermost(member);
  return around.parent?.name === 'InstantiationExpression' ? outermost(around.parent) : around;
}

/** The name that what a name stands for is given. */
function aliasOf(name: SyntaxNode): SyntaxNode | null {
  if (name.parent?.name === 'PatternProperty') return name.parent.getChild('VariableDefinition');
  if (name.nextSibling?.name === 'as' && name.parent?.name === 'ImportGroup') return name.nextSibling.nextSibling;
  return targetOf(calleeOf(name));
}

function readUse(source: ParsedSource, scopes: ScriptScopes, call: SyntaxNode, name: SyntaxNode): KernelUse {
  const read = readScriptCall(source, scopes, call, true);
  const [first] = read.arguments;
  const option = (key: string): CodeArgument | null => read.arguments.find((one) => one.name === key) ?? null;
  const kept = keptBinding(source, scopes, call);
  const definition = kept?.definitions[0];
  return {
    loader: 'getKernel',
    loaderSpan: spanOf(name),
    call: read,
    id: first?.name === null && first.spread === null ? first.value : null,
    version: option('version'),
    revision: option('revision'),
    trust: option('trustRemoteCode'),
    lockfile: null,
    layer: null,
    keptAs: kept === null || definition === undefined ? null : { name: kept.name, span: spanOf(definition) },
    members: kept === null ? [] : kept.reads.flatMap((node) => readMember(source, scopes, node) ?? []),
  };
}

/** The variable that is this kernel wherever it is anything; null: none, or it may be another one. */
function keptBinding(source: ParsedSource, scopes: ScriptScopes, call: SyntaxNode): ScriptBinding | null {
  const loaded = awaited(call);
  const target = loaded === null ? listTarget(call) : targetOf(loaded);
  const binding = target === null ? null : scopes.bindingOf(target);
  if (target === null || binding?.owner.name !== 'VariableDeclaration' || binding.definitions.length !== 1) return null;
  const [definition] = binding.definitions;
  const declared = definition?.from === target.from;
  if (declared) return binding.writes.length === 0 ? binding : null;
  // `let gelu;` above, and one assignment.
  const before = definition === undefined ? null : initialiser(definition);
  const empty = before === null || ['null', 'undefined'].includes(source.text.slice(before.from, before.to));
  return empty && binding.writes.length === 1 ? binding : null;
}

/** `await getKernel(…)`, out of what may be around it; null: nothing waits for it here. */
function awaited(call: SyntaxNode): SyntaxNode | null {
  const around = outermost(call);
  return around.parent?.name === 'AwaitExpression' ? outermost(around.parent) : null;
}

/** The expression with its parentheses, `as T` and `!`. */
function outermost(expression: SyntaxNode): SyntaxNode {
  const parent = expression.parent;
  const inner = parent === null ? null : unwrapped(parent);
  const around = parent !== null && inner?.from === expression.from && inner.name === expression.name;
  return around ? outermost(parent) : expression;
}

/** The name that an expression is given to. */
function targetOf(value: SyntaxNode): SyntaxNode | null {
  const equals = value.prevSibling;
  const parent = value.parent?.name;
  if (equals?.name !== 'Equals' || (parent !== 'VariableDeclaration' && parent !== 'AssignmentExpression')) return null;
  let target = equals.prevSibling;
  while (target !== null && (target.name === 'TypeAnnotation' || target.name === 'LogicOp'))
    target = target.prevSibling;
  return target?.name === 'VariableDefinition' || target?.name === 'VariableName' ? target : null;
}

/** `b` of `const [a, b] = await Promise.all([x, getKernel(…)])`. */
function listTarget(call: SyntaxNode): SyntaxNode | null {
  const element = outermost(call);
  const list = element.parent;
  const all = list?.name === 'ArrayExpression' ? list.parent?.parent : null;
  if (list === null || all?.name !== 'CallExpression' || argumentsOf(all).length !== 1) return null;
  const loaded = awaited(all);
  const equals = loaded?.prevSibling;
  const pattern = equals?.name === 'Equals' ? equals.prevSibling : null;
  if (pattern?.name !== 'ArrayPattern' || pattern.parent?.name !== 'VariableDeclaration') return null;
  if (valueAfter(pattern) === null || list.getChild('Spread') !== null) return null;
  const place = placeIn(list, element.from);
  let at = 0;
  for (let node = pattern.firstChild; node !== null; node = node.nextSibling) {
    if (node.name === ',') at += 1;
    else if (at === place && node.name === 'VariableDefinition')
      return node.prevSibling?.name === 'Spread' ? null : node;
  }
  return null;
}

/** How many commas of a list stand before a place in it. */
function placeIn(list: SyntaxNode, from: number): number {
  return list.getChildren(',').filter((comma) => comma.from < from).length;
}

function readMember(source: ParsedSource, scopes: ScriptScopes, name: SyntaxNode): MemberUse | null {
  const text = ({ from, to }: SyntaxNode): string => source.text.slice(from, to);
  const parent = name.parent;
  if (parent?.name === 'CallExpression' && parent.firstChild?.from === name.from) {
    const call = readScriptCall(source, scopes, parent, false);
    return { name: text(name), span: spanOf(name), expression: spanOf(name), path: [], call };
  }
  const property = parent?.lastChild;
  if (parent?.name !== 'MemberExpression' || parent.firstChild?.from !== name.from) return null;
  if (property?.name !== 'PropertyName') return null;
  const around = parent.parent;
  const called = around?.name === 'CallExpression' && around.firstChild?.from === parent.from;
  return {
    name: text(property),
    span: spanOf(property),
    expression: spanOf(parent),
    path: [],
    call: called ? readScriptCall(source, scopes, around, false) : null,
  };
}
