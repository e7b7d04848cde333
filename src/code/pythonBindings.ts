// What a name of a Python file can be bound to, and the scopes that hold such names.
import type { Span } from './span';

/** A node of the tree by its place: the tree has it, and most are never asked for. */
export interface PlacedNode extends Span {
  readonly name: string;
}

export interface Binding {
  /**
   * `value`: a plain assignment of one expression. `definition`: a class or a function. `declared`: `x: int`, which makes the
   * name one of its scope and gives it nothing. `other`: a parameter, a loop's variable, a captured part and the like, of
   * which only running the code tells.
   */
  readonly kind: 'import' | 'value' | 'definition' | 'declared' | 'other';
  /** Where the name stands. */
  readonly at: number;
  /** Of an import, what was imported, with its module; null: relative, so that only the package knows. */
  readonly imported: string | null;
  /** The value's expression, or the definition. */
  readonly node: PlacedNode | null;
}

export interface Scope {
  readonly kind: 'module' | 'function' | 'class' | 'comprehension';
  readonly from: number;
  readonly to: number;
  /** Of a comprehension: its first iterable, which is computed outside. */
  readonly hole: Span | null;
  /** The scope it stands in, for finding the scope of a place. */
  readonly around: Scope | null;
  /** The scope that names are looked up in next. */
  readonly parent: Scope | null;
  readonly bindings: Map<string, Binding[]>;
  readonly declared: Map<string, 'global' | 'nonlocal'>;
  /** Modules of `from … import *`, in order; null: a relative one. */
  readonly stars: (string | null)[];
}

export interface NameInScope {
  readonly scope: Scope;
  readonly bindings: readonly Binding[];
}

export function newScope(
  kind: Scope['kind'],
  { from, to }: Span,
  around: Scope | null,
  parent: Scope | null,
  hole: Span | null,
): Scope {
  return { kind, from, to, hole, around, parent, bindings: new Map(), declared: new Map(), stars: [] };
}

export function inScope(scope: Scope, at: number): boolean {
  if (at < scope.from || at >= scope.to) return false;
  return scope.hole === null || at < scope.hole.from || at >= scope.hole.to;
}

/** `scopes` in the order of where they begin; the first is the module's and holds every place. */
export function scopeAt(scopes: readonly Scope[], at: number): Scope | null {
  let [low, high] = [0, scopes.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((scopes[middle]?.from ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  let scope = scopes[low] ?? null;
  while (scope !== null && !inScope(scope, at)) scope = scope.around;
  return scope;
}

/** As Python looks a name up from a place in `scope`; null: nothing in the file binds it. */
export function findName(scope: Scope | null, name: string): NameInScope | null {
  for (let at = scope; at !== null; at = at.parent) {
    // What a class binds is seen in its own body only, not in what is defined there.
    if (at.kind === 'class' && at !== scope) continue;
    const declared = at.declared.get(name);
    if (declared === 'global') return namesOf(moduleOf(at), name);
    const found = declared === 'nonlocal' ? null : namesOf(at, name);
    if (found !== null) return found;
  }
  return null;
}

/** The scope that a name is bound in where `scope` binds it. */
export function bindingScope(scope: Scope, name: string): Scope {
  const declared = scope.declared.get(name);
  if (declared === 'global') return moduleOf(scope);
  if (declared !== 'nonlocal') return scope;
  const outer: Scope[] = [];
  for (let at = scope.parent; at !== null; at = at.parent) if (at.kind === 'function') outer.push(at);
  return outer.find((one) => one.bindings.has(name)) ?? outer[0] ?? scope;
}

function namesOf(scope: Scope, name: string): NameInScope | null {
  const bindings = scope.bindings.get(name);
  return bindings === undefined ? null : { scope, bindings };
}

function moduleOf(scope: Scope): Scope {
  let at = scope;
  while (at.parent !== null) at = at.parent;
  return at;
}
