// What a local name holds at a statement, as far as the lines above it tell.
import type { SyntaxNode } from '@lezer/common';
import { partsOf, textOf, type ReadCode } from './expressionShape';

export interface LocalValue {
  readonly statement: SyntaxNode;
  /** What is assigned. */
  readonly value: SyntaxNode;
  /** Which of so many targets the name is; `a, b = value`. */
  readonly index: number;
  readonly count: number;
}

/**
 * The assignment that a name has its value from when `statement` runs. `parameter`: it has had it since its function was
 * entered. Null: not sure, as behind a condition that may assign it.
 */
export function localValue(code: ReadCode, statement: SyntaxNode, name: string): LocalValue | 'parameter' | null {
  for (let at = statement; ;) {
    for (let before = at.prevSibling; before !== null; before = before.prevSibling) {
      if (before.name === 'Comment' || !mentions(code, before, name)) continue;
      if (before.name === 'AssignStatement') {
        const assigned = assignedIn(code, before, name);
        if (assigned !== 'no') return assigned;
      } else if (!onlyReads(code, before)) return null;
    }
    const around = at.parent;
    if (around === null) return null;
    if (around.name === 'FunctionDefinition') return isParameter(code, around, name) ? 'parameter' : null;
    // What a loop's body assigns further down is there when it runs again; a class's body is none of a function's.
    if (around.name === 'ForStatement' || around.name === 'WhileStatement' || around.name === 'ClassDefinition')
      return null;
    at = around;
  }
}

/** Whether it binds no name, whatever it mentions: a statement, or what stands in front of a condition's body. */
function onlyReads(code: ReadCode, node: SyntaxNode): boolean {
  const isCondition = node.parent?.name === 'IfStatement' && node.name !== 'Body';
  return (isCondition || READING.has(node.name)) && !textOf(code, node).includes(':=');
}

const READING: ReadonlySet<string> = new Set(['ExpressionStatement', 'AssertStatement', 'RaiseStatement']);

function assignedIn(code: ReadCode, statement: SyntaxNode, name: string): LocalValue | 'no' | null {
  const parts = partsOf(statement);
  const sign = parts.findIndex((part) => part.name === 'AssignOp');
  if (sign < 0) return 'no';
  const targets = parts.slice(0, sign);
  if (!targets.some((target) => mentions(code, target, name))) {
    return parts.slice(sign + 1).some((part) => part.name === 'AssignOp') ? null : 'no';
  }
  const [value, more] = parts.slice(sign + 1);
  const listed =
    targets.length === 1 && GROUPS.has(targets[0]?.name ?? '') ? partsOf(targets[0] ?? statement) : targets;
  const names = listed.filter((target) => !SIGNS.has(target.name));
  const index = names.findIndex((target) => target.name === 'VariableName' && textOf(code, target) === name);
  if (value === undefined || more !== undefined || names.some((target) => target.name === 'TypeDef')) return null;
  if (index < 0) {
    // `x[0] = …` changes what the name holds, `f.x = …` is another's.
    return targets.some((target) => target.name !== 'MemberExpression') ? null : 'no';
  }
  return { statement, value, index, count: names.length };
}

const GROUPS: ReadonlySet<string> = new Set(['TupleExpression', 'ArrayExpression']);
const SIGNS: ReadonlySet<string> = new Set([',', '(', ')', '[', ']']);

function isParameter(code: ReadCode, definition: SyntaxNode, name: string): boolean {
  const list = definition.getChild('ParamList');
  return (list?.getChildren('VariableName') ?? []).some((parameter) => textOf(code, parameter) === name);
}

/** Whether the letters of the name stand in it, alone. */
export function mentions(code: ReadCode, node: SyntaxNode, name: string): boolean {
  const text = textOf(code, node);
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    if (!isWord(text.charAt(at - 1)) && !isWord(text.charAt(at + name.length))) return true;
  }
  return false;
}

function isWord(character: string): boolean {
  return /[\p{L}\p{N}_]/u.test(character);
}
