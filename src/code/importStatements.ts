// Import statements of Python, taken apart.
import type { SyntaxNode } from '@lezer/common';

export interface ImportedName {
  /** What is taken, `get_kernel`; of `import a.b`, the whole. */
  readonly name: string;
  /** The VariableName that the file calls it by; of `import a.b`, `a`. */
  readonly bound: SyntaxNode;
  /** Dotted, from the top, what that name then stands for: `kernels.get_kernel`; null: relative to the package. */
  readonly stands: string | null;
  readonly from: number;
  readonly to: number;
}

export interface ImportStatement {
  readonly node: SyntaxNode;
  /** Of `from a.b import c`, `a.b`; null: `import a`. */
  readonly module: string | null;
  /** Of the package, or of a module that is not typed to its end. */
  readonly relative: boolean;
  readonly star: boolean;
  readonly names: readonly ImportedName[];
}

/** @param node an ImportStatement of `text` */
export function readImport(text: string, node: SyntaxNode): ImportStatement {
  const words = childrenOf(node);
  const start = words.findIndex(({ name }) => name === 'import');
  if (start === -1) return { node, module: null, relative: false, star: false, names: [] };
  const isFrom = words[0]?.name === 'from';
  const origin = isFrom ? words.slice(1, start) : [];
  const module = isFrom ? dotted(text, origin) : null;
  // Three points are one word to the grammar; half typed, it is of a module that cannot be told.
  const relative = isFrom && (origin[0]?.name !== 'VariableName' || origin.some(({ type }) => type.isError));
  const names: ImportedName[] = [];
  for (const group of groups(words.slice(start + 1))) {
    const name = readName(text, group, relative ? null : module, relative);
    if (name !== null) names.push(name);
  }
  return { node, module, relative, star: words.some(({ name }) => name === '*'), names };
}

function readName(
  text: string,
  group: readonly SyntaxNode[],
  module: string | null,
  relative: boolean,
): ImportedName | null {
  const as = group.findIndex(({ name }) => name === 'as');
  const path = as < 0 ? group : group.slice(0, as);
  const [first] = path;
  const bound = as < 0 ? first : group[as + 1];
  const last = group.at(-1);
  if (first?.name !== 'VariableName' || bound?.name !== 'VariableName' || last === undefined) return null;
  const name = dotted(text, path);
  const whole = module === null ? name : `${module}.${name}`;
  const stands = as < 0 && module === null ? text.slice(first.from, first.to) : whole;
  return { name, bound, stands: relative ? null : stands, from: first.from, to: last.to };
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (child.name !== 'Comment') children.push(child);
  return children;
}

function groups(nodes: readonly SyntaxNode[]): readonly (readonly SyntaxNode[])[] {
  const all: SyntaxNode[][] = [[]];
  for (const node of nodes) {
    if (node.name === ',') all.push([]);
    else if (node.name !== '(' && node.name !== ')') all.at(-1)?.push(node);
  }
  return all.filter((group) => group.length > 0);
}

function dotted(text: string, nodes: readonly SyntaxNode[]): string {
  return nodes.map(({ from, to }) => text.slice(from, to)).join('');
}
