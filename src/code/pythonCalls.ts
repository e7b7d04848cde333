// A call of Python code as it stands: its callee and its arguments.
import type { SyntaxNode } from '@lezer/common';
import { spanOf } from './span';
import type { CodeArgument, CodeCall } from './kernelUse';
import type { ParsedSource } from './parsedSource';
import type { PythonNames } from './pythonNames';
import { readString } from './pythonStrings';

/** Of a CallExpression, or of a Decorator: one without parentheses has nothing between them. */
export function readCall(source: ParsedSource, names: PythonNames, node: SyntaxNode): CodeCall {
  const list = node.getChild('ArgList');
  const callee = calleeOf(node, list);
  const read = new ArgumentReader(source, names);
  if (list === null) return { span: callee, callee, between: { from: callee.to, to: callee.to }, arguments: [] };
  read.list(list);
  const open = list.firstChild?.to ?? list.from;
  const closed = list.lastChild?.name === ')' ? list.lastChild.from : Math.min(list.to, read.end);
  const between = { from: open, to: Math.max(open, closed) };
  return { span: { from: callee.from, to: list.to }, callee, between, arguments: read.found };
}

function calleeOf(node: SyntaxNode, list: SyntaxNode | null): { from: number; to: number } {
  if (node.name !== 'Decorator') return spanOf(node.firstChild ?? node);
  const from = node.firstChild?.nextSibling?.from ?? node.from;
  return { from, to: list?.prevSibling?.to ?? node.getChildren('VariableName').at(-1)?.to ?? from };
}

class ArgumentReader {
  readonly found: CodeArgument[] = [];
  /** From here on it is other code: a string's line ended without its quote. */
  end = Infinity;
  private name: SyntaxNode | null = null;
  private star: SyntaxNode | null = null;
  private assigned = false;

  constructor(
    private readonly source: ParsedSource,
    private readonly names: PythonNames,
  ) {}

  list(list: SyntaxNode): void {
    if (list.getChild('for') !== null) {
      this.generator(list);
      return;
    }
    for (let node = list.firstChild; node !== null && this.end === Infinity; node = node.nextSibling) this.take(node);
    this.unnamed();
  }

  private take(node: SyntaxNode): void {
    switch (node.name) {
      case '(':
      case ')':
      case 'Comment':
        return;
      case ',':
        this.unnamed();
        return;
      case '*':
      case '**':
        this.star = node;
        return;
      case 'AssignOp':
        this.assigned = true;
        return;
      default:
        if (node.type.isError) return;
        if (node.name === 'VariableName' && isAssignOp(node.nextSibling)) this.name = node;
        else this.add(node);
    }
  }

  private add(node: SyntaxNode): void {
    const open = openString(this.source.text, node);
    let value = this.names.valueOf(open ?? node);
    const from = this.name?.from ?? this.star?.from ?? node.from;
    if (this.name !== null && isWalrus(this.name)) {
      value = { ...value, span: { from, to: value.span.to } };
      this.name = null;
    }
    this.found.push({ ...this.given(), span: { from, to: value.span.to }, value });
    if (open !== null) this.end = value.span.to;
    this.reset();
  }

  /** `version=` with nothing behind it yet. */
  private unnamed(): void {
    const { name } = this;
    if (name !== null && this.assigned) {
      const to = name.nextSibling?.to ?? name.to;
      const value = { span: { from: to, to }, value: undefined, inner: null };
      this.found.push({ ...this.given(), span: { from: name.from, to }, value });
    }
    this.reset();
  }

  private given(): Pick<CodeArgument, 'name' | 'nameSpan' | 'spread'> {
    const { name, star } = this;
    const spread = star === null ? null : star.name === '*' ? 'list' : 'map';
    if (name === null) return { name: null, nameSpan: null, spread };
    return { name: this.source.text.slice(name.from, name.to), nameSpan: spanOf(name), spread };
  }

  private reset(): void {
    this.name = null;
    this.star = null;
    this.assigned = false;
  }

  /** `f(a for a in b)`: one argument, the whole of it. */
  private generator(list: SyntaxNode): void {
    const from = list.firstChild?.nextSibling?.from ?? list.from;
    const to = list.lastChild?.name === ')' ? (list.lastChild.prevSibling?.to ?? list.to) : list.to;
    const span = { from, to };
    this.found.push({ name: null, nameSpan: null, spread: null, span, value: { span, value: undefined, inner: null } });
  }
}

function isAssignOp(node: SyntaxNode | null): boolean {
  return node?.name === 'AssignOp';
}

/** `f(x := 1)` gives no parameter its name. */
function isWalrus({ nextSibling: sign }: SyntaxNode): boolean {
  return sign !== null && sign.to - sign.from === ':='.length;
}

/** The string without its last quote that an argument begins with: what is read behind it is the next line's code. */
function openString(text: string, argument: SyntaxNode): SyntaxNode | null {
  let first = argument;
  while (!isString(first) && first.firstChild !== null) first = first.firstChild;
  return isString(first) && readString(text, first).open ? first : null;
}

function isString({ name }: SyntaxNode): boolean {
  return name === 'String' || name === 'FormatString';
}
