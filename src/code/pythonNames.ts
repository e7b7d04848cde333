// What the names of a Python file stand for, as far as the file alone tells.
import type { SyntaxNode } from '@lezer/common';
import { canonicalName } from './canonicalName';
import { isLoaderName } from './kernelLoaders';
import type { CodeValue } from './kernelUse';
import type { ParsedSource } from './parsedSource';
import { inParentheses } from './parentheses';
import { findName, scopeAt, type Binding, type NameInScope, type PlacedNode } from './pythonBindings';
import { readScopes, type PythonScopes } from './pythonScopes';
import { readValue } from './pythonValues';

export interface PythonNames {
  /**
   * The dotted name an expression stands for, as far as the file alone tells it: `torch.nn.functional.gelu` for `F.gelu`
   * after `import torch.nn.functional as F`. Follows imports, aliases by plain assignment and scopes: a parameter, a local
   * or a class attribute of that name hides it. What is `None` as well, as where an import failed, is still what it is
   * otherwise. Takes a Decorator too. Null: not known, as of relative imports.
   */
  resolve(expression: SyntaxNode): string | null;
  /** What an expression is where the code alone tells: literals, -1, joined strings, a name bound exactly once to one. */
  valueOf(expression: SyntaxNode): CodeValue;
  /**
   * Every node that reads the name bound at `target`, a VariableName that is assigned to, in the order of the file. Functions
   * of its scope count. Empty where its scope binds it to something else too; `None` is nothing else.
   */
  usesOf(target: SyntaxNode): readonly SyntaxNode[];
  /** The class or function of this file that a name stands for; null: none, or several. */
  definitionOf(expression: SyntaxNode): SyntaxNode | null;
}

/** Reads the whole file once; each question is then answered from that. */
export function readPythonNames(source: ParsedSource): PythonNames {
  return new NamesOfFile(source, readScopes(source));
}

/** Aliases of aliases: more than this, and it is a circle. */
const MOST_STEPS = 32;

class NamesOfFile implements PythonNames {
  private readonly resolved = new Map<readonly Binding[], string | null>();

  constructor(
    private readonly source: ParsedSource,
    private readonly names: PythonScopes,
  ) {}

  resolve(expression: SyntaxNode): string | null {
    const name = this.dotted(expression, 0);
    return name === null ? null : canonicalName(name);
  }

  valueOf(expression: SyntaxNode): CodeValue {
    return this.value(expression, 0);
  }

  usesOf(target: SyntaxNode): readonly SyntaxNode[] {
    const found = this.find(target);
    if (found === null || onlyBinding(found.bindings)?.at !== target.from) return [];
    return this.readsOf(this.text(target), found);
  }

  definitionOf(expression: SyntaxNode): SyntaxNode | null {
    if (expression.name !== 'VariableName') return null;
    const [binding, other] = this.find(expression)?.bindings ?? [];
    return other === undefined && binding?.kind === 'definition' ? this.nodeOf(binding) : null;
  }

  private dotted(expression: SyntaxNode, steps: number): string | null {
    if (expression.name === 'Decorator') return this.decorator(expression);
    const attributes: string[] = [];
    let node = expression;
    for (;;) {
      if (node.name === 'VariableName') break;
      const inside = node.name === 'ParenthesizedExpression' ? inParentheses(node) : attributeOf(node);
      if (inside === null) return null;
      if (node.name === 'MemberExpression' && node.lastChild !== null) attributes.push(this.text(node.lastChild));
      node = inside;
    }
    const root = this.rootName(node, steps);
    return root === null ? null : [root, ...attributes.reverse()].join('.');
  }

  /** `@a.b(c)` has no expression of its own for `a.b`. */
  private decorator(node: SyntaxNode): string | null {
    const [head, ...attributes] = node.getChildren('VariableName');
    const root = head === undefined ? null : this.rootName(head, 0);
    return root === null ? null : [root, ...attributes.map((name) => this.text(name))].join('.');
  }

  private rootName(name: SyntaxNode, steps: number): string | null {
    const found = this.find(name);
    if (found === null) return this.ofStar(this.text(name));
    const known = this.resolved.get(found.bindings);
    if (known !== undefined) return known;
    // While it is looked for: a name that stands for itself is not known.
    this.resolved.set(found.bindings, null);
    const answer = this.sameOf(found.bindings, steps);
    this.resolved.set(found.bindings, answer);
    return answer;
  }

  private sameOf(bindings: readonly Binding[], steps: number): string | null {
    if (steps > MOST_STEPS) return null;
    const names = new Set<string | null>();
    for (const binding of bindings) {
      if (!isNothing(binding)) names.add(this.ofBinding(binding, steps));
    }
    const [only = null, ...others] = names;
    return others.length === 0 ? only : null;
  }

  private ofBinding(binding: Binding, steps: number): string | null {
    if (binding.kind === 'import') return binding.imported === null ? null : canonicalName(binding.imported);
    const value = binding.kind === 'value' ? this.nodeOf(binding) : null;
    return value === null ? null : this.dotted(value, steps + 1);
  }

  /** The loaders are known to come with `from kernels import *`; of other modules nobody knows here what they have. */
  private ofStar(name: string): string | null {
    const module = this.names.scopes[0]?.stars.at(-1);
    return module === 'kernels' && isLoaderName(name) ? `kernels.${name}` : null;
  }

  private value(expression: SyntaxNode, steps: number): CodeValue {
    return readValue(this.source.text, expression, (name) => {
      const [binding, other] = this.find(name)?.bindings ?? [];
      if (binding?.kind !== 'value' || other !== undefined || steps > MOST_STEPS) return undefined;
      const value = this.nodeOf(binding);
      return value === null ? undefined : this.value(value, steps + 1).value;
    });
  }

  private find(name: SyntaxNode): NameInScope | null {
    return findName(scopeAt(this.names.scopes, name.from), this.text(name));
  }

  /** Looked for by its letters, which few places of a file have, and each place is then held to the tree. */
  private readsOf(name: string, { scope, bindings }: NameInScope): SyntaxNode[] {
    const { text, tree } = this.source;
    const reads: SyntaxNode[] = [];
    const end = Math.min(scope.to, text.length);
    for (let at = text.indexOf(name, scope.from); at !== -1 && at < end; at = text.indexOf(name, at + name.length)) {
      if (isWord(text, at - 1) || isWord(text, at + name.length) || this.names.targets.has(at)) continue;
      const node = tree.resolveInner(at, 1);
      if (node.name !== 'VariableName' || node.from !== at || node.to !== at + name.length || !isRead(node)) continue;
      if (this.find(node)?.bindings === bindings) reads.push(node);
    }
    return reads;
  }

  private nodeOf({ node: placed }: Binding): SyntaxNode | null {
    if (placed === null) return null;
    let node: SyntaxNode | null = this.source.tree.resolveInner(placed.from, 1);
    while (node !== null && !isAt(node, placed)) node = node.parent;
    return node;
  }

  private text({ from, to }: SyntaxNode): string {
    return this.source.text.slice(from, to);
  }
}

function isAt(node: SyntaxNode, { name, from, to }: PlacedNode): boolean {
  return node.name === name && node.from === from && node.to === to;
}

/** What `a` is in `a.b`; null: it is no attribute. */
function attributeOf(node: SyntaxNode): SyntaxNode | null {
  return node.name === 'MemberExpression' && node.lastChild?.name === 'PropertyName' ? node.firstChild : null;
}

/** Whether a name goes on there, which is told without the tree; letters of other alphabets are left to it. */
function isWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 && /\w/.test(text.charAt(at));
}

/** `x = None` and `x: int`: until something is there, or because it could not be had. */
function isNothing(binding: Binding): boolean {
  return binding.kind === 'declared' || (binding.kind === 'value' && binding.node?.name === 'None');
}

function onlyBinding(bindings: readonly Binding[]): Binding | null {
  const [only, other] = bindings.filter((binding) => !isNothing(binding));
  return other === undefined ? (only ?? null) : null;
}

/** Not the name of an argument, of a pattern's part, of a scope statement, nor a module's in an import. */
function isRead(node: SyntaxNode): boolean {
  const around = node.parent?.name;
  // A name before `:=` is bound there, and asked for no more.
  if (around === 'ArgList') return node.nextSibling?.name !== 'AssignOp';
  return around !== 'ImportStatement' && around !== 'ScopeStatement' && around !== 'KeywordPattern';
}
