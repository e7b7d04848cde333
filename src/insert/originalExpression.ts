// The operation as the code has it, over other names for its values: what PyTorch computes where the kernel does not.
import type { SyntaxNode } from '@lezer/common';
import type { OperationSite, Role } from '../code/operation';
import type { ParsedSource } from '../code/parsedSource';
import { bindingsWithin, isBinding, isShadowed } from './boundNames';

/**
 * The site's expression with each value replaced by a name, wherever it stands in it. Null: something else in it is only known
 * where the code stands.
 * @param replaced by role, the name
 * @param where it is going to stand: in the site's own place, or in a function of the module
 * @param hidden names that mean something else there
 */
export function originalExpression(
  source: ParsedSource,
  site: OperationSite,
  replaced: Readonly<Partial<Record<Role, string>>>,
  where: 'here' | 'module' = 'module',
  hidden: readonly string[] = [],
): string | null {
  const { text } = source;
  const names = new Map<string, string>();
  for (const [role, argument] of Object.entries(site.arguments)) {
    const name = replaced[role as Role];
    const there = text.slice(argument.span.from, argument.span.to);
    // What the code only implies stands for something else there: `self.conv` for its weight.
    const isThere = argument.text === there || argument.text === `(${there})`;
    if (name !== undefined && isThere) names.set(there, name);
  }
  const node = expressionAt(source, site);
  if (node === null) return null;
  const written: string[] = [];
  const left: SyntaxNode[] = [];
  let at = node.from;
  const visit = (part: SyntaxNode): void => {
    const name = isKeyword(part) ? undefined : names.get(text.slice(part.from, part.to));
    if (name !== undefined && part.name !== 'ArgList') {
      written.push(text.slice(at, part.from), name);
      at = part.to;
      return;
    }
    if (part.name === 'VariableName' && !isKeyword(part)) left.push(part);
    for (let child = part.firstChild; child !== null; child = child.nextSibling) visit(child);
  };
  visit(node);
  written.push(text.slice(at, node.to));
  const isOther = (name: SyntaxNode): boolean =>
    !isOfModule(source, name) || hidden.includes(text.slice(name.from, name.to));
  if (where === 'module' && left.some(isOther)) return null;
  const expression = written.join('');
  return /[\r\n]/u.test(expression) ? `(${expression})` : expression;
}

function expressionAt(source: ParsedSource, { span }: OperationSite): SyntaxNode | null {
  let node: SyntaxNode | null = source.tree.resolveInner(span.from, 1);
  while (node !== null && node.to < span.to) node = node.parent;
  while (node?.parent?.from === span.from && node.parent.to === span.to) node = node.parent;
  return node?.from === span.from && node.to === span.to ? node : null;
}

/** `input` of `f(input=x)`. */
function isKeyword(node: SyntaxNode): boolean {
  return node.parent?.name === 'ArgList' && node.nextSibling?.name === 'AssignOp';
}

/** Whether a function of the module would find the same under a name: bound by the module, or by nobody in the file. */
function isOfModule(source: ParsedSource, name: SyntaxNode): boolean {
  const word = source.text.slice(name.from, name.to);
  if (isBinding(name) || isShadowed(source, word, name.from)) return false;
  return bindingsWithin(source, source.tree.topNode, word).length > 0 || /^[a-z]+$/u.test(word);
}
