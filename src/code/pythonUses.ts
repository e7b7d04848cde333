// What a Python file says to the `kernels` library: every call of a loader, and what is done with what it loads.
import type { SyntaxNode } from '@lezer/common';
import { callsAndDecoratorsOf } from './callSearch';
import { isLoaderName, LOADER_NAMES, loadsModule, parametersByPlace } from './kernelLoaders';
import { kernelMembers } from './kernelMembers';
import { keptValue } from './keptValue';
import type { CodeArgument, CodeCall, CodeValue, KernelUse, PythonLoader } from './kernelUse';
import type { ParsedSource } from './parsedSource';
import { readCall } from './pythonCalls';
import type { PythonNames } from './pythonNames';
import type { Span } from './span';

/** In the order of the file. */
export function pythonUses(source: ParsedSource, names: PythonNames): readonly KernelUse[] {
  // Its loaders have to be imported from it by name.
  if (!source.text.includes('kernels')) return [];
  const uses: KernelUse[] = [];
  for (const node of callsAndDecoratorsOf({ source, names }, LOADER_NAMES)) {
    const loader = loaderOf(names, node);
    if (loader !== null) uses.push(readUse(source, names, node, loader));
  }
  return uses;
}

function loaderOf(names: PythonNames, node: SyntaxNode): PythonLoader | null {
  // A decorator without parentheses calls nothing that takes a layer's name.
  if (node.name === 'Decorator' && node.getChild('ArgList') === null) return null;
  const callee = node.name === 'Decorator' ? node : node.firstChild;
  const name = callee === null ? null : names.resolve(callee);
  if (name?.startsWith('kernels.') !== true) return null;
  const last = name.slice('kernels.'.length);
  return isLoaderName(last) ? last : null;
}

function readUse(source: ParsedSource, names: PythonNames, node: SyntaxNode, loader: PythonLoader): KernelUse {
  const call = readCall(source, names, node);
  const kept = loadsModule(loader) ? keptValue(source, names, node) : null;
  const given = (...parameters: string[]): CodeArgument | null => argumentOf(call, loader, parameters);
  const named = loader === 'LayerRepository' || loader === 'LockedLayerRepository' ? 'layer_name' : 'func_name';
  const takesId = parametersByPlace(loader)[0] === 'repo_id';
  return {
    loader,
    loaderSpan: loaderSpan(node, call),
    call,
    id: valueGiven(call, loader, takesId ? ['repo_id'] : ['layer_name', 'func_name']),
    version: takesId ? given('version') : null,
    revision: takesId ? given('revision') : null,
    trust: takesId ? given('trust_remote_code') : null,
    lockfile: takesId ? given('lockfile') : null,
    layer: takesId ? given(named) : null,
    keptAs: kept === null ? null : { name: kept.name, span: kept.span },
    members: loadsModule(loader) ? kernelMembers(source, names, [node]) : [],
  };
}

function loaderSpan(node: SyntaxNode, { callee }: CodeCall): Span {
  const last =
    node.name === 'Decorator'
      ? node.getChildren('VariableName').at(-1)
      : (node.firstChild?.lastChild ?? node.firstChild);
  return last ? { from: last.from, to: last.to } : callee;
}

/** By its name, or by its place where nothing of unknown length stands before it. */
function argumentOf(call: CodeCall, loader: PythonLoader, parameters: readonly string[]): CodeArgument | null {
  const named = call.arguments.find(({ name }) => name !== null && parameters.includes(name));
  if (named !== undefined) return named;
  const place = parametersByPlace(loader).findIndex((name) => parameters.includes(name));
  const byPlace = call.arguments.filter(({ name, spread }) => name === null && spread !== 'map');
  if (place === -1 || byPlace.slice(0, place + 1).some(({ spread }) => spread === 'list')) return null;
  return byPlace[place] ?? null;
}

/** Where `*args` or `**kwargs` may bring it, it is something that cannot be told, not nothing. */
function valueGiven(call: CodeCall, loader: PythonLoader, parameters: readonly string[]): CodeValue | null {
  const given = argumentOf(call, loader, parameters);
  if (given !== null) return given.value;
  const spread = call.arguments.find((argument) => argument.spread !== null);
  return spread === undefined ? null : { ...spread.value, value: undefined, inner: null };
}
