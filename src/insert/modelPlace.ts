// Where a file makes the model that holds a module, so that something can be done with the whole of it.
import type { SyntaxNode } from '@lezer/common';
import { lineStart } from '../code/lineStart';
import type { OperationSite } from '../code/operation';
import type { ParsedSource } from '../code/parsedSource';
import type { PythonNames } from '../code/pythonNames';
import { indentationAt, nextLine } from './pythonStyle';

export interface ModelPlace {
  /** What the model is assigned to: `model`, `self.model`. */
  readonly target: string;
  /** The beginning of a line, or the text's end: behind what moves the model to its device and the like. */
  readonly offset: number;
  readonly indentation: string;
}

/** Null: it is made elsewhere, or in several places. */
export function modelPlace(source: ParsedSource, names: PythonNames, site: OperationSite): ModelPlace | null {
  const own = assignmentAt(source, site);
  if (own !== null) return placeBehind(source, own);
  const classes = holdingClasses(source, names, site);
  if (classes.size === 0) return null;
  const found: SyntaxNode[] = [];
  source.tree.iterate({
    enter: ({ name, node }) => {
      if (name === 'ClassDefinition' && classes.has(nameOf(source, node))) return false;
      if (name === 'AssignStatement' && makes(source, node, classes)) found.push(node);
      return true;
    },
  });
  const [only, second] = found;
  return only === undefined || second !== undefined ? null : placeBehind(source, only);
}

/** `model = nn.Sequential(…, nn.GELU())`, where the module is part of what is assigned, outside of a class. */
function assignmentAt({ tree }: ParsedSource, { form, statement, span }: OperationSite): SyntaxNode | null {
  if (form !== 'module' && form !== 'call') return null;
  let assignment: SyntaxNode | null = null;
  for (let node: SyntaxNode | null = tree.resolveInner(span.from, 1); node !== null; node = node.parent) {
    if (node.name === 'ClassDefinition' || node.name === 'LambdaExpression') return null;
    if (node.name === 'AssignStatement' && node.from === statement.from) assignment = node;
  }
  return assignment !== null && targetOf(assignment) !== null ? assignment : null;
}

/** The classes of the file whose modules hold the module: its own, those that name it, those that name them. */
function holdingClasses(source: ParsedSource, names: PythonNames, site: OperationSite): ReadonlySet<string> {
  const modules: { readonly name: string; readonly node: SyntaxNode }[] = [];
  source.tree.iterate({
    enter: ({ name, node }) => {
      if (name === 'ClassDefinition') modules.push({ name: nameOf(source, node), node });
    },
  });
  const at = site.definition?.span ?? site.span;
  const found = new Set(modules.filter(({ node }) => node.from <= at.from && node.to >= at.to).map(({ name }) => name));
  if (site.form === 'class' && site.definition !== null) found.add(site.definition.name);
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const { name, node } of modules) {
      if (!found.has(name) && isModule(names, node, found) && mentions(source, node, found)) found.add(name);
    }
  }
  return found;
}

function isModule(names: PythonNames, definition: SyntaxNode, known: ReadonlySet<string>): boolean {
  const bases = definition.getChild('ArgList');
  for (let base = bases?.firstChild ?? null; base !== null; base = base.nextSibling) {
    if (base.name !== 'VariableName' && base.name !== 'MemberExpression') continue;
    const name = names.resolve(base);
    if (name?.startsWith('torch.nn.') === true || (name !== null && known.has(name))) return true;
  }
  return false;
}

function mentions({ text }: ParsedSource, within: SyntaxNode, classes: ReadonlySet<string>): boolean {
  let found = false;
  within.cursor().iterate(({ name, from, to }) => {
    found ||= name === 'VariableName' && classes.has(text.slice(from, to));
  });
  return found;
}

/** `model = Net(…)`, `model = Net(…).to(device)`. */
function makes(source: ParsedSource, assignment: SyntaxNode, classes: ReadonlySet<string>): boolean {
  if (targetOf(assignment) === null) return false;
  let value = assignment.lastChild;
  while (value?.name === 'CallExpression') {
    const callee: SyntaxNode | null = value.firstChild;
    if (callee?.name === 'VariableName') return classes.has(source.text.slice(callee.from, callee.to));
    value = callee?.name === 'MemberExpression' ? callee.firstChild : null;
  }
  return false;
}

/** A single name, or a chain of attributes. */
function targetOf(assignment: SyntaxNode): SyntaxNode | null {
  const target = assignment.firstChild;
  if (assignment.getChildren('AssignOp').length !== 1 || target === null) return null;
  if (assignment.getChildren('VariableName').length > 2 || assignment.getChild(',') !== null) return null;
  let inner: SyntaxNode | null = target;
  while (inner?.name === 'MemberExpression' && inner.lastChild?.name === 'PropertyName') inner = inner.firstChild;
  return inner?.name === 'VariableName' ? target : null;
}

function placeBehind({ text }: ParsedSource, assignment: SyntaxNode): ModelPlace | null {
  const node = targetOf(assignment);
  // `if a: model = Net()` and `model = Net(); run(model)` have no line for it.
  const isAlone = text.slice(lineStart(text, assignment.from), assignment.from).trim() === '';
  if (node === null || !isAlone || !['Script', 'Body'].includes(assignment.parent?.name ?? '')) return null;
  const target = text.slice(node.from, node.to);
  let last = assignment;
  for (let next = assignment.nextSibling; next !== null; next = next.nextSibling) {
    if (next.name === 'Comment') continue;
    const code = text.slice(next.from, next.to);
    if (!code.startsWith(`${target}.`) && !code.startsWith(`${target} = ${target}.`)) break;
    if (!PREPARING.test(code.slice(code.lastIndexOf(`${target}.`) + target.length))) break;
    last = next;
  }
  const offset = nextLine(text, contentEnd(text, last));
  return { target, offset, indentation: indentationAt(text, assignment.from) };
}

const PREPARING = /^\.(?:to|cuda|cpu|half|float|bfloat16|eval|train|load_state_dict|requires_grad_)\(/u;

function nameOf({ text }: ParsedSource, definition: SyntaxNode): string {
  const name = definition.getChild('VariableName');
  return name === null ? '' : text.slice(name.from, name.to);
}

function contentEnd(text: string, { from, to }: SyntaxNode): number {
  let end = to;
  while (end > from && /\s/u.test(text.charAt(end - 1))) end -= 1;
  return end;
}
