// How `getKernel` comes into a script: as it is there already, with the imports that are there, or by one of its own.
import type { SyntaxNode } from '@lezer/common';
import type { ParsedSource } from '../code/parsedSource';
import { isKernelsModule, KERNELS_MODULE } from '../code/scriptLoaders';
import { occurrencesOf, spelledNames, type ScriptScopes } from '../code/scriptScopes';
import { scriptValue } from '../code/scriptValues';
import type { TextEdit } from '../code/span';
import { headEnd, isComment } from './scriptPlace';
import { indentationAt, type ScriptStyle } from './scriptStyle';

export interface LoaderAccess {
  /** `getKernel`, `K.getKernel`, as it is called. */
  readonly callee: string;
  /** What brings it into the file; null: it is there. */
  readonly edit: TextEdit | null;
}

const LOADER = 'getKernel';

/** For a module. */
export function loaderAccess(source: ParsedSource, scopes: ScriptScopes, style: ScriptStyle): LoaderAccess {
  const imports = importsOf(source, scopes);
  for (const declaration of imports) {
    const callee = calleeOf(source, declaration);
    if (callee !== null) return { callee, edit: null };
  }
  const local = freeLoader(spelledNames(source));
  const specifier = local === LOADER ? LOADER : `${LOADER} as ${local}`;
  for (const declaration of imports) {
    const edit = joined(source.text, declaration, specifier, style);
    if (edit !== null) return { callee: local, edit };
  }
  const { quote, brace, end } = style;
  const line = `import {${brace}${specifier}${brace}} from ${quote}${KERNELS_MODULE}${quote}${end}`;
  return { callee: local, edit: ownLine(source, line, style) };
}

/** For a CommonJS file: the statement that brings it into a function. */
export function loaderStatement(taken: ReadonlySet<string>, style: ScriptStyle): { callee: string; statement: string } {
  const local = freeLoader(taken);
  const { quote, brace, end } = style;
  const part = local === LOADER ? LOADER : `${LOADER}: ${local}`;
  const statement = `const {${brace}${part}${brace}} = await import(${quote}${KERNELS_MODULE}${quote})${end}`;
  return { callee: local, statement };
}

function freeLoader(taken: ReadonlySet<string>): string {
  let name = LOADER;
  for (let number = 2; taken.has(name); number += 1) name = `${LOADER}${number}`;
  return name;
}

/** Value imports of the library, at the top of the file. */
function importsOf(source: ParsedSource, scopes: ScriptScopes): readonly SyntaxNode[] {
  return source.tree.topNode.getChildren('ImportDeclaration').filter((declaration) => {
    const module = declaration.getChild('String');
    const name = module === null ? undefined : scriptValue(source, scopes, module).value;
    return typeof name === 'string' && isKernelsModule(name) && declaration.getChild('type') === null;
  });
}

/** What an import makes of `getKernel`; null: nothing, or a name that means something else in places. */
function calleeOf(source: ParsedSource, declaration: SyntaxNode): string | null {
  const textOf = ({ from, to }: SyntaxNode): string => source.text.slice(from, to);
  const unhidden = (definition: SyntaxNode): boolean => declaredOnce(source, textOf(definition));
  const star = declaration.getChild('Star') === null ? null : declaration.getChild('VariableDefinition');
  if (star !== null) return unhidden(star) ? `${textOf(star)}.${LOADER}` : null;
  for (const definition of declaration.getChild('ImportGroup')?.getChildren('VariableDefinition') ?? []) {
    const before = definition.prevSibling;
    const imported = before?.name === 'as' ? before.prevSibling : definition;
    if (imported === null || textOf(imported) !== LOADER || imported.prevSibling?.name === 'type') continue;
    return unhidden(definition) ? textOf(definition) : null;
  }
  return null;
}

/** Whether nothing else in the file has the name, so that it means the same wherever it is written. */
function declaredOnce(source: ParsedSource, name: string): boolean {
  return occurrencesOf(source, name).filter((node) => node.name === 'VariableDefinition').length === 1;
}

/** Puts a name among those that an import has in braces. */
function joined(text: string, declaration: SyntaxNode, specifier: string, style: ScriptStyle): TextEdit | null {
  const group = declaration.getChild('ImportGroup');
  const first = group?.firstChild?.nextSibling ?? null;
  if (group === null || first === null || group.lastChild?.name !== '}' || first.type.isError) return null;
  if (first.name === '}') {
    const inner = { from: group.from + 1, to: first.from };
    return { span: inner, text: `${style.brace}${specifier}${style.brace}` };
  }
  const apart = /[\r\n]/.test(text.slice(group.from, first.from));
  const between = apart ? style.lineEnd + (indentationAt(text, first.from) ?? '') : ' ';
  return { span: { from: first.from, to: first.from }, text: `${specifier},${between}` };
}

/** Puts an import on a line of its own: behind the others, else above the first statement and its description. */
function ownLine(source: ParsedSource, line: string, { lineEnd }: ScriptStyle): TextEdit {
  const { text } = source;
  const head = headEnd(source);
  const last = source.tree.topNode.getChildren('ImportDeclaration').findLast(({ to }) => to <= head);
  if (last !== undefined) return { span: { from: head, to: head }, text: lineEnd + line };
  const statement = firstAfter(source, head);
  if (statement === null) {
    const end = text.trimEnd().length;
    const before = end === 0 ? '' : lineEnd + lineEnd;
    return { span: { from: end, to: text.length }, text: `${before}${line}${lineEnd}` };
  }
  return { span: { from: statement.from, to: statement.from }, text: `${line}${lineEnd}${lineEnd}` };
}

/** The first statement behind the head, or the description that stands right above it. */
function firstAfter({ tree, text }: ParsedSource, head: number): SyntaxNode | null {
  let comment: SyntaxNode | null = null;
  for (let node = tree.topNode.firstChild; node !== null; node = node.nextSibling) {
    if (node.from < head) continue;
    if (!isComment(node)) {
      const near = comment !== null && !/\n[ \t]*\r?\n/.test(text.slice(comment.to, node.from));
      return near && comment !== null && text.startsWith('/**', comment.from) ? comment : node;
    }
    comment = node;
  }
  return null;
}
