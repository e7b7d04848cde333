// Where a walk over a Python file is: the scope it is in, and what is bound there.
import type { SyntaxNode } from '@lezer/common';
import { bindingScope, inScope, newScope, type Binding, type PlacedNode, type Scope } from './pythonBindings';
import type { Span } from './span';

/** A part of a target: its node is kept only where names may be in it. */
export interface TargetPart extends PlacedNode {
  readonly node: SyntaxNode | null;
}

export class ScopeWalk {
  readonly scopes: Scope[];
  readonly targets = new Set<number>();
  private innermost: Scope;

  constructor(readonly text: string) {
    this.innermost = newScope('module', { from: 0, to: Infinity }, null, null, null);
    this.scopes = [this.innermost];
  }

  /** Leaves the scopes that end before. */
  moveTo(at: number): void {
    while (this.innermost.around !== null && at >= this.innermost.to) this.innermost = this.innermost.around;
  }

  /** Defaults and annotations stand before the body that is their function's scope, and a first iterable in a hole. */
  scopeOf(at: number): Scope {
    let scope = this.innermost;
    while (scope.around !== null && !inScope(scope, at)) scope = scope.around;
    return scope;
  }

  /** `owner` is where the whole of it begins: a function before its body. */
  enter(kind: Scope['kind'], where: Span, owner: number, hole: Span | null = null): Scope {
    this.innermost = newScope(kind, where, this.innermost, this.scopeOf(owner), hole);
    this.scopes.push(this.innermost);
    return this.innermost;
  }

  bind(
    target: Span,
    kind: Binding['kind'],
    scope = this.scopeOf(target.from),
    imported: string | null = null,
    node: PlacedNode | null = null,
  ): void {
    const name = this.text.slice(target.from, target.to);
    this.targets.add(target.from);
    const { bindings } = bindingScope(scope, name);
    const binding = { kind, at: target.from, imported, node };
    const known = bindings.get(name);
    if (known === undefined) bindings.set(name, [binding]);
    else known.push(binding);
  }

  /** Every name of `a`, `(a, *b)` or `[a, b]`; attributes and places of a list are no names. */
  bindAll(target: TargetPart | SyntaxNode | null, scope?: Scope): void {
    if (target?.name === 'VariableName') this.bind(target, 'other', scope);
    else if (target !== null && GROUPS.has(target.name)) {
      const node = 'node' in target && target.node !== null ? target.node : null;
      for (let part = node?.firstChild ?? null; part !== null; part = part.nextSibling) this.bindAll(part, scope);
    }
  }
}

/** What names can be grouped by in a target. */
export const GROUPS: ReadonlySet<string> = new Set(['TupleExpression', 'ArrayExpression', 'ParenthesizedExpression']);
