// Functions that a Python file has at its top, which others can call by name.
import type { SyntaxNode } from '@lezer/common';
import { docstringAfter } from '../kernels/pythonDocstring';
import { partsOf } from './expressionShape';
import type { ParsedSource } from './parsedSource';
import type { Span } from './span';

export interface FunctionParameter {
  readonly name: string;
  /** As written; null: none. */
  readonly annotation: string | null;
  /** As written; null: it has to be given. */
  readonly default: string | null;
  /** `several`: `*args` or `**kwargs`. */
  readonly kind: 'by place' | 'by name' | 'several';
}

export interface PythonFunction {
  /** `gelu`; of a static method `Activations.gelu`. */
  readonly name: string;
  /** With its decorators. */
  readonly span: Span;
  /** From the first decorator to the colon that begins the body. */
  readonly head: Span;
  /** `(x, eps=1e-6)`, as written. */
  readonly signature: string;
  readonly parameters: readonly FunctionParameter[];
  /** Without its indentation; null: none. */
  readonly docstring: string | null;
}

const COMPOUND: ReadonlySet<string> = new Set(['IfStatement', 'TryStatement', 'WithStatement']);

/** In the order of the file, without coroutines; of several with one name the last, which is the one that it has in the end. */
export function pythonFunctions({ text, tree, language }: ParsedSource): readonly PythonFunction[] {
  if (language !== 'python') return [];
  const found = new Map<string, PythonFunction>();
  for (const statement of statements(tree.topNode)) {
    for (const one of definedBy(text, statement)) {
      found.delete(one.name);
      found.set(one.name, one);
    }
  }
  return [...found.values()];
}

/** Of the file, and of blocks at its top that may or may not run. */
function statements(node: SyntaxNode): readonly SyntaxNode[] {
  return partsOf(node).flatMap((part) => {
    if (!COMPOUND.has(part.name)) return [part];
    return part.getChildren('Body').flatMap(statements);
  });
}

function definedBy(text: string, statement: SyntaxNode): readonly PythonFunction[] {
  const definition = undecorated(statement);
  if (definition?.name === 'FunctionDefinition') return readFunction(text, statement, definition, null);
  const className = definition?.name === 'ClassDefinition' ? definition.getChild('VariableName') : null;
  const body = definition?.getChild('Body') ?? null;
  if (className === null || body === null) return [];
  return partsOf(body).flatMap((part) => {
    const method = undecorated(part);
    const isStatic = part
      .getChildren('Decorator')
      .some(({ from, to }) => /^@\s*staticmethod\b/.test(text.slice(from, to)));
    return isStatic && method?.name === 'FunctionDefinition' ? readFunction(text, part, method, className) : [];
  });
}

function undecorated(statement: SyntaxNode): SyntaxNode | null {
  return statement.name === 'DecoratedStatement' ? statement.lastChild : statement;
}

function readFunction(
  text: string,
  whole: SyntaxNode,
  definition: SyntaxNode,
  className: SyntaxNode | null,
): readonly PythonFunction[] {
  const name = definition.getChild('VariableName');
  const list = definition.getChild('ParamList');
  const body = definition.getChild('Body');
  // What is still being typed is none yet.
  if (definition.firstChild?.name !== 'def' || name === null || list === null || body === null) return [];
  const owner = className === null ? '' : `${text.slice(className.from, className.to)}.`;
  return [
    {
      name: owner + text.slice(name.from, name.to),
      span: { from: whole.from, to: whole.to },
      head: { from: whole.from, to: body.from },
      signature: text.slice(list.from, list.to),
      parameters: readParameters(text, list),
      docstring: docstringAfter(text, text, list.to - 1),
    },
  ];
}

function readParameters(text: string, list: SyntaxNode): readonly FunctionParameter[] {
  const parameters: FunctionParameter[] = [];
  let kind: 'by place' | 'by name' = 'by place';
  for (const [first, ...rest] of groups(list)) {
    if (first === undefined) continue;
    const star = first.name === '*' || first.name === '**';
    const name = star ? rest[0] : first;
    if (name?.name === 'VariableName') {
      const annotation = rest.find((part) => part.name === 'TypeDef');
      const assigned = rest.findIndex((part) => part.name === 'AssignOp');
      const given = assigned === -1 ? undefined : rest[assigned + 1];
      parameters.push({
        name: text.slice(name.from, name.to),
        annotation: annotation === undefined ? null : text.slice(annotation.from, annotation.to).replace(/^:\s*/, ''),
        default: given === undefined ? null : text.slice(given.from, given.to),
        kind: star ? 'several' : kind,
      });
    }
    if (first.name === '*') kind = 'by name';
  }
  return parameters;
}

/** What stands between the commas. */
function groups(list: SyntaxNode): readonly (readonly SyntaxNode[])[] {
  const all: SyntaxNode[][] = [[]];
  for (const part of partsOf(list)) {
    if (part.name === ',') all.push([]);
    else if (part.name !== '(' && part.name !== ')') all.at(-1)?.push(part);
  }
  return all;
}
