// Which expressions of a script are `getKernel` of `@huggingface/kernels`, however it came into the file.
import type { SyntaxNode } from '@lezer/common';
import type { ParsedSource } from './parsedSource';
import type { ScriptBinding, ScriptScopes } from './scriptScopes';
import { argumentsOf } from './scriptCalls';
import { bare, initialiser, onlyDefinition, scriptValue, valueAfter } from './scriptValues';

export const KERNELS_MODULE = '@huggingface/kernels';
export const LOADER = 'getKernel';
const DEEPEST = 8;

/** Whether a module's name, or its address at a server of packages, is that of the library, with or without a version. */
export function isKernelsModule(specifier: string): boolean {
  const at = specifier.lastIndexOf(KERNELS_MODULE);
  if (at === -1) return false;
  const [before, after] = [specifier.slice(0, at), specifier.slice(at + KERNELS_MODULE.length)];
  const begins = before === '' || before === 'npm:' || (/^https?:\/\//.test(before) && before.endsWith('/'));
  return begins && (after === '' || after.startsWith('@') || (before !== '' && /^[/?+]/.test(after)));
}

/** What to ask about the expressions of one file. */
export interface ScriptLoaders {
  /** Whether an expression is `getKernel`; null: it is not, else the node of its last name. */
  loaderName(callee: SyntaxNode): SyntaxNode | null;
}

export function readScriptLoaders(source: ParsedSource, scopes: ScriptScopes): ScriptLoaders {
  const { text } = source;
  const textOf = (node: SyntaxNode | null | undefined): string =>
    node === null || node === undefined ? '' : text.slice(node.from, node.to);

  const named = (node: SyntaxNode | null | undefined): boolean => {
    const value = node === null || node === undefined ? undefined : scriptValue(source, scopes, node).value;
    return typeof value === 'string' && isKernelsModule(value);
  };

  /** `await import('…')`, `require('…')`, a name for either, or `import * as name`. */
  const isModule = (expression: SyntaxNode, depth = 0): boolean => {
    const node = bare(expression);
    if (depth > DEEPEST) return false;
    if (node.name === 'AwaitExpression') {
      const awaited = node.lastChild === null ? node : bare(node.lastChild);
      return awaited.name === 'DynamicImport' && named(awaited.getChild('(')?.nextSibling);
    }
    if (node.name === 'CallExpression') {
      const callee = node.firstChild;
      if (textOf(callee) !== 'require' || callee === null || scopes.bindingOf(callee) !== null) return false;
      return named(argumentsOf(node)[0]?.expression);
    }
    if (node.name !== 'VariableName') return false;
    const binding = scopes.bindingOf(node);
    if (binding?.owner.name === 'ImportDeclaration') {
      const [definition] = binding.definitions;
      const star = definition?.prevSibling?.name === 'as' && definition.prevSibling.prevSibling?.name === 'Star';
      return star && isValueImport(binding.owner) && named(binding.owner.getChild('String'));
    }
    const definition = onlyDefinition(binding);
    const value = definition === null ? null : initialiser(definition);
    return value !== null && isModule(value, depth + 1);
  };

  const isLoaderBinding = (binding: ScriptBinding, depth: number): boolean => {
    const [definition] = binding.definitions;
    if (definition === undefined) return false;
    if (binding.owner.name === 'ImportDeclaration') {
      return (
        definition.parent?.name === 'ImportGroup' &&
        importedName(definition) === LOADER &&
        isValueImport(binding.owner) &&
        named(binding.owner.getChild('String'))
      );
    }
    if (onlyDefinition(binding) === null) return false;
    const value = initialiser(definition);
    if (value !== null) return isLoader(value, depth + 1);
    // `const { getKernel: load } = await import('…')`, not from any deeper in the pattern.
    const property = definition.parent;
    const pattern = property?.parent;
    if (property?.name !== 'PatternProperty' || pattern?.name !== 'ObjectPattern') return false;
    if (pattern.parent?.name !== 'VariableDeclaration' || textOf(property.firstChild) !== LOADER) return false;
    const from = valueAfter(pattern);
    return from !== null && isModule(from);
  };

  /** `getKernel` of `getKernel as load`; empty for a type. */
  const importedName = (definition: SyntaxNode): string => {
    const before = definition.prevSibling;
    const first = before?.name === 'as' ? before.prevSibling : definition;
    return first?.prevSibling?.name === 'type' ? '' : textOf(first);
  };

  const isLoader = (expression: SyntaxNode, depth: number): boolean => {
    if (depth > DEEPEST) return false;
    const node = bare(expression);
    if (node.name === 'InstantiationExpression')
      return node.firstChild !== null && isLoader(node.firstChild, depth + 1);
    if (node.name === 'VariableName') {
      const binding = scopes.bindingOf(node);
      return binding !== null && isLoaderBinding(binding, depth);
    }
    const { firstChild, lastChild } = node;
    if (node.name !== 'MemberExpression' || firstChild === null) return false;
    return textOf(lastChild) === LOADER && lastChild?.name === 'PropertyName' && isModule(firstChild);
  };

  return {
    loaderName: (callee) => {
      if (!isLoader(callee, 0)) return null;
      const node = bare(callee);
      const plain = node.name === 'InstantiationExpression' ? (node.firstChild ?? node) : node;
      return plain.name === 'MemberExpression' ? plain.lastChild : plain;
    },
  };
}

function isValueImport(declaration: SyntaxNode): boolean {
  return declaration.getChild('type') === null;
}
