// What code takes out of a loaded kernel: its functions and layers, by the names they are kept under.
import type { SyntaxNode } from '@lezer/common';
import { keptValue } from './keptValue';
import type { CodeCall, MemberUse } from './kernelUse';
import type { ParsedSource } from './parsedSource';
import { readCall } from './pythonCalls';
import type { PythonNames } from './pythonNames';

/** Names for a part of a kernel that are names of another: more than this, and it is a circle. */
const MOST_ALIASES = 8;

/** Of the expressions that are the kernel; in the order of the file. */
export function kernelMembers(source: ParsedSource, names: PythonNames, kernels: readonly SyntaxNode[]): MemberUse[] {
  const reader = new MemberReader(source, names);
  for (const kernel of kernels) reader.follow(kernel, [], 0);
  return [...reader.found.values()].sort((one, other) => one.span.from - other.span.from);
}

class MemberReader {
  /** By place: what two ways lead to is used once. */
  readonly found = new Map<number, MemberUse>();

  constructor(
    private readonly source: ParsedSource,
    private readonly names: PythonNames,
  ) {}

  /** `start` is the kernel itself, or what `known` leads to. */
  follow(start: SyntaxNode, known: readonly string[], aliases: number): void {
    const path = [...known];
    let node = start;
    let last = start;
    for (;;) {
      const around = node.parent;
      const property =
        around?.name === 'MemberExpression' && around.firstChild?.to === node.to ? around.lastChild : null;
      if (around === null || property?.name !== 'PropertyName') break;
      path.push(this.source.text.slice(property.from, property.to));
      [node, last] = [around, property];
    }
    const called = node.parent?.name === 'CallExpression' && node.parent.firstChild?.to === node.to;
    const name = path.at(-1);
    // Of an alias, only what is called or taken out of it: that it stands somewhere says nothing of the kernel.
    if (name !== undefined && (node !== start || called)) {
      this.add(name, path.slice(0, -1), last, node, called ? node.parent : null);
    }
    if (called || aliases === MOST_ALIASES) return;
    for (const read of keptValue(this.source, this.names, node)?.reads ?? []) this.follow(read, path, aliases + 1);
  }

  private add(
    name: string,
    path: readonly string[],
    last: SyntaxNode,
    node: SyntaxNode,
    call: SyntaxNode | null,
  ): void {
    const span = { from: last.from, to: last.to };
    const read: CodeCall | null = call === null ? null : readCall(this.source, this.names, call);
    this.found.set(span.from, { name, span, expression: { from: node.from, to: node.to }, path, call: read });
  }
}
