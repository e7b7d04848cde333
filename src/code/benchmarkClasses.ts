// Classes of a Python file that `kernels benchmark` runs.
import type { SyntaxNode } from '@lezer/common';
import type { BenchmarkClass } from './kernelUse';
import type { ParsedSource } from './parsedSource';
import type { PythonNames } from './pythonNames';

const PREFIX = 'benchmark_';

/** Those that derive from `kernels.benchmark.Benchmark`, directly or through a class of this file; in its order. */
export function benchmarkClasses(source: ParsedSource, names: PythonNames): readonly BenchmarkClass[] {
  if (!source.text.includes('kernels') || !source.text.includes('Benchmark')) return [];
  const classes: BenchmarkClass[] = [];
  const cursor = source.tree.cursor();
  do {
    if (cursor.name !== 'ClassDefinition') continue;
    const { node } = cursor;
    const name = node.getChild('VariableName');
    const line = lineage(names, node);
    if (name === null || !line.isBenchmark) continue;
    const span = { from: name.from, to: name.to };
    const workloads = [...new Set(line.bodies.flatMap((body) => workloadsOf(source, body)))];
    classes.push({ name: source.text.slice(span.from, span.to), span, workloads });
  } while (cursor.next());
  return classes;
}

interface Lineage {
  readonly isBenchmark: boolean;
  /** Of the class and of what it derives from, in the order of the file. */
  readonly bodies: readonly SyntaxNode[];
}

function lineage(names: PythonNames, definition: SyntaxNode): Lineage {
  const seen = new Map<number, SyntaxNode>();
  const open = [definition];
  let isBenchmark = false;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next.from)) continue;
    seen.set(next.from, next);
    for (const base of basesOf(next)) {
      const known = names.definitionOf(base);
      if (known?.name === 'ClassDefinition') open.push(known);
      else if (names.resolve(base) === 'kernels.Benchmark') isBenchmark = true;
    }
  }
  const ordered = [...seen.values()].sort((one, other) => one.from - other.from);
  return { isBenchmark, bodies: ordered.flatMap((one) => one.getChild('Body') ?? []) };
}

/** Without `metaclass=` and the like. */
function basesOf(definition: SyntaxNode): SyntaxNode[] {
  const bases: SyntaxNode[] = [];
  for (let node = definition.getChild('ArgList')?.firstChild ?? null; node !== null; node = node.nextSibling) {
    const isName = node.name === 'VariableName' || node.name === 'MemberExpression';
    if (isName && node.prevSibling?.name !== 'AssignOp' && node.nextSibling?.name !== 'AssignOp') bases.push(node);
  }
  return bases;
}

function workloadsOf({ text }: ParsedSource, body: SyntaxNode): string[] {
  const workloads: string[] = [];
  for (let node = body.firstChild; node !== null; node = node.nextSibling) {
    const method = node.name === 'DecoratedStatement' ? node.getChild('FunctionDefinition') : node;
    const name = method?.name === 'FunctionDefinition' ? method.getChild('VariableName') : null;
    const word = name === null ? '' : text.slice(name.from, name.to);
    if (word.startsWith(PREFIX)) workloads.push(word.slice(PREFIX.length));
  }
  return workloads;
}
