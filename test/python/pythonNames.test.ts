// Code is read without Python: held to Python's own parser and its own table of names, over its library and its packages.
import type { SyntaxNode } from '@lezer/common';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { hasError } from '../../src/code/brokenCode';
import type { ParsedSource } from '../../src/code/parsedSource';
import { parseWhole } from '../../src/code/parseSource';
import { findName, scopeAt, type Scope } from '../../src/code/pythonBindings';
import { readCall } from '../../src/code/pythonCalls';
import { readPythonNames, type PythonNames } from '../../src/code/pythonNames';
import { readScopes } from '../../src/code/pythonScopes';
import { readByPython, type PythonFile } from './pythonSyntax';

const FILES = 400;

interface Read {
  readonly theirs: PythonFile;
  readonly source: ParsedSource;
  readonly names: PythonNames;
  readonly scopes: readonly Scope[];
}

const read: Read[] = [];
const broken: string[] = [];

beforeAll(async () => {
  for (const theirs of await readByPython(inject('python'), FILES)) {
    const source = parseWhole(theirs.text, 'python');
    if (hasError(source.tree)) broken.push(theirs.file);
    else read.push({ theirs, source, names: readPythonNames(source), scopes: readScopes(source).scopes });
  }
});

test('reads what Python reads', () => {
  // The grammar does not know every way to write `with`.
  expect(broken.length, broken.join('\n')).toBeLessThan((read.length + broken.length) * 0.02);
  expect(read.length).toBeGreaterThan(300);
});

describe('the same as Python', () => {
  test('calls, their callees and their arguments', () => {
    const count = compare(({ theirs, source, names }) => {
      const ours = callsOf(source).map((node) => {
        const { span, callee, arguments: given } = readCall(source, names, node);
        const words = given.map(({ name, spread, value }) => [
          name ?? (spread === null ? '' : spread === 'list' ? '*' : '**'),
          ...unwrapped(source, value.span),
        ]);
        return [span.to, ...unwrapped(source, callee), words];
      });
      const expected = theirs.calls.map(([span, callee, given]) => [
        span[1],
        ...unwrapped(source, { from: callee[0], to: callee[1] }),
        given.map(([name, from, to]) => [name, ...unwrapped(source, { from, to })]),
      ]);
      return [sorted(ours), sorted(expected)];
    });
    expect(count).toBeGreaterThan(30_000);
  });

  test('values of literals', () => {
    const count = compare(({ theirs, source, names }) => {
      const ours = theirs.values.map(([from, to, value]) => {
        const found = names.valueOf(nodeAt(source, from, to)).value;
        // The names of characters are not known here.
        return found === undefined && source.text.slice(from, to).includes('\\N{') ? value : found;
      });
      return [ours, theirs.values.map(([, , value]) => value)];
    });
    expect(count).toBeGreaterThan(30_000);
  });

  test('names bound by imports', () => {
    const count = compare(({ theirs, scopes }) => {
      const ours = scopes.flatMap(({ bindings }) =>
        [...bindings].flatMap(([name, all]) =>
          all.flatMap(({ kind, imported }) => (kind === 'import' ? [[name, imported]] : [])),
        ),
      );
      return [sorted(ours), sorted(theirs.imports.map(([, name, imported]) => [name, imported]))];
    });
    expect(count).toBeGreaterThan(3000);
  });

  test('the scope that each name belongs to', () => {
    const count = compare(({ theirs, source, scopes }) => {
      const ours = theirs.names.map(([at]) => {
        const name = nameAt(source, at);
        const found = findName(scopeAt(scopes, at), name)?.scope ?? null;
        return [at, name, found];
      });
      const expected = theirs.names.map(([at, scope]) => [
        at,
        nameAt(source, at),
        scope === null ? null : ownScope(scopes, scope),
      ]);
      return [ours.map(shownScope), expected.map(shownScope)];
    });
    expect(count).toBeGreaterThan(100_000);
  });
});

/** Each file's answers side by side; how many there were. */
function compare(answers: (one: Read) => [unknown[], unknown[]]): number {
  let count = 0;
  for (const one of read) {
    const [ours, theirs] = answers(one);
    expect({ file: one.theirs.file, found: ours }).toEqual({ file: one.theirs.file, found: theirs });
    count += theirs.length;
  }
  return count;
}

function shownScope([at, name, scope]: unknown[]): unknown[] {
  const { kind, from } = (scope ?? { kind: 'none', from: -1 }) as { kind: string; from: number };
  return [at, name, kind, from];
}

/** Ours for theirs. */
function ownScope(scopes: readonly Scope[], [kind, at]: [Scope['kind'], number]): Scope | null {
  if (kind === 'comprehension') return scopes.find((one) => one.kind === kind && one.from === at) ?? null;
  let scope = scopeAt(scopes, at);
  while (scope !== null && scope.kind !== kind) scope = scope.around;
  return scope;
}

function sorted(rows: unknown[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}

/** Python's places are of what is within parentheses, ours with them. */
function unwrapped({ text }: ParsedSource, { from, to }: { from: number; to: number }): [number, number] {
  const blank = /[\s()\\]|#.*/y;
  let [begin, end] = [from, to];
  for (blank.lastIndex = begin; begin < end; begin = blank.lastIndex) if (!blank.test(text)) break;
  while (end > begin && /[\s()\\]/.test(text.charAt(end - 1))) end -= 1;
  return [begin, end];
}

function nameAt({ text }: ParsedSource, at: number): string {
  return /[\p{L}\p{N}_]+/uy.exec(text.slice(at))?.[0] ?? '';
}

/** The literal there. */
function nodeAt(source: ParsedSource, from: number, to: number): SyntaxNode {
  let node = source.tree.resolveInner(from, 1);
  while (node.to < to && node.parent !== null) node = node.parent;
  return node;
}

/** Without those in f-strings: Python before 3.12 does not say where they are. */
function callsOf(source: ParsedSource): SyntaxNode[] {
  const calls: SyntaxNode[] = [];
  source.tree.iterate({
    enter: ({ name, node }) => {
      if (name === 'FormatString') return false;
      if (name === 'CallExpression' || (name === 'Decorator' && node.getChild('ArgList') !== null)) calls.push(node);
      return true;
    },
  });
  return calls;
}
