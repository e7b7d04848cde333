// The modules that a class makes and keeps: `self.fc1 = nn.Linear(…)`.
import type { SyntaxNode } from '@lezer/common';
import { ownAttribute, partsOf, type ReadCode } from './expressionShape';
import { classAround } from './operationPlace';

/** A module that a class keeps under a name, and nothing else under that name. */
export interface SelfModule {
  /** The call that makes it. */
  readonly made: SyntaxNode;
  /** What it makes, `torch.nn.Linear`. */
  readonly type: string;
}

/** Knows of the calls that it was told of, in whatever order. */
export class SelfModules {
  private readonly found = new Map<string, SelfModule>();
  private readonly judged = new Map<string, boolean>();

  constructor(private readonly code: ReadCode) {}

  /** A call that makes a module of this type; where it is not kept as `self.…`, nothing is learnt. */
  learn(made: SyntaxNode, type: string): void {
    const name = assignedAttribute(this.code, made);
    const around = name === null ? null : classAround(made);
    if (name !== null && around !== null) this.found.set(`${String(around.from)} ${name}`, { made, type });
  }

  /** The names that modules of these types are kept under, `fc1`. */
  names(types: ReadonlySet<string>): readonly string[] {
    const kept = [...this.found].filter(([, { type }]) => types.has(type));
    return [...new Set(kept.map(([key]) => key.slice(key.indexOf(' ') + 1)))];
  }

  /** Of `self.fc1`; null: not made in its class, not of a type that was told of, or given twice. */
  of(expression: SyntaxNode): SelfModule | null {
    if (this.found.size === 0) return null;
    const name = ownAttribute(this.code, expression);
    const around = name === null ? null : classAround(expression);
    if (name === null || around === null) return null;
    const key = `${String(around.from)} ${name}`;
    const found = this.found.get(key);
    if (found === undefined) return null;
    let once = this.judged.get(key);
    if (once === undefined) this.judged.set(key, (once = assignments(this.code, around, name).length === 1));
    return once ? found : null;
  }
}

/** `fc1` where the node is all that `self.fc1 = …` assigns. */
function assignedAttribute(code: ReadCode, value: SyntaxNode): string | null {
  const statement = value.parent;
  if (statement?.name !== 'AssignStatement' || value.nextSibling !== null) return null;
  const [target, sign, first] = partsOf(statement);
  if (target === undefined || sign?.name !== 'AssignOp' || first?.from !== value.from) return null;
  return ownAttribute(code, target);
}

/** What a class gives `self.name`, the statements; those of functions in it too. */
export function assignments(code: ReadCode, definition: SyntaxNode, name: string): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  // No further than the class: the rest of the file may be long.
  const text = code.source.text.slice(0, definition.to);
  const needle = `self.${name}`;
  for (let at = text.indexOf(needle, definition.from); at !== -1; at = text.indexOf(needle, at + needle.length)) {
    const member = code.source.tree.resolveInner(at, 1).parent;
    if (member?.from !== at || ownAttribute(code, member) !== name) continue;
    let around = member.parent;
    while (around !== null && GROUPS.has(around.name)) around = around.parent;
    if (around !== null && isTarget(around, at)) found.push(around);
  }
  return found;
}

const GROUPS: ReadonlySet<string> = new Set(['TupleExpression', 'ArrayExpression', 'ParenthesizedExpression']);

function isTarget(statement: SyntaxNode, at: number): boolean {
  if (statement.name === 'UpdateStatement') return statement.from === at;
  if (statement.name === 'DeleteStatement' || statement.name === 'WithStatement') return true;
  if (statement.name === 'ForStatement') return at < (statement.getChild('in')?.from ?? 0);
  if (statement.name !== 'AssignStatement') return false;
  return statement.getChildren('AssignOp').some((sign) => sign.from > at);
}
