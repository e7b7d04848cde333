// What a file of Python must import for code that is put into it, merged into what it imports already.
import type { SyntaxNode } from '@lezer/common';
import { lineStart } from '../code/lineStart';
import type { ParsedSource } from '../code/parsedSource';
import type { TextEdit } from '../code/span';
import { bindingsWithin, isShadowed } from './boundNames';
import { freeNames, type FreeNames } from './freeName';
import { readImport, type ImportStatement } from '../code/importStatements';
import { EMPTY_AROUND, linesAround, linesAt, NONE_AROUND } from './pythonLines';
import { indentationAt, nextLine, readPythonStyle } from './pythonStyle';

/** `import module`, or with a name `from module import name`. */
export interface ImportWish {
  readonly module: string;
  readonly name: string | null;
}

export interface ImportPlan {
  /** How the code calls each wish, in their order: `get_kernel`, or as the file has it `kernels.get_kernel`. */
  readonly words: readonly string[];
  /** Into import statements that are there. */
  readonly merged: readonly TextEdit[];
  /** New statements, without line ends, that stand at `offset`. */
  readonly lines: readonly string[];
  /** The beginning of a line, or the text's end. */
  readonly offset: number;
  /** Whether there is no import that the lines follow. */
  readonly bare: boolean;
  /** Where the module's own statements may begin, after its imports: the beginning of a line or the text's end. */
  readonly header: number;
}

/**
 * @param at where the code that needs them stands; what is imported further down does not count
 * @param free where other new names are taken in the same step, so that none is taken twice
 * @param needed where: at the top, code that runs with the imports; imports behind a definition come too late for it
 */
export function planImports(
  source: ParsedSource,
  wishes: readonly ImportWish[],
  at: number,
  free: FreeNames = freeNames(source),
  needed: 'there' | 'at the top' = 'there',
): ImportPlan {
  const top = topOf(source, at);
  const bound = needed === 'there' ? top.bound : top.early;
  const merged = new Map<ImportStatement, string[]>();
  const lines: string[] = [];
  const words = wishes.map((wish) => {
    const there = wordFor(source, bound, wish, at);
    if (there !== null) return there;
    const word = wish.name ?? wish.module.split('.')[0] ?? wish.module;
    const clashes = wish.name === null && wish.module.includes('.') ? [] : takers(source, word, wish, at);
    const name =
      clashes.length === 0 ? word : free.take(`${wish.module.replaceAll('.', '_')}_${wish.name ?? 'module'}`);
    const as = name === word ? '' : ` as ${name}`;
    const into = wish.name === null ? undefined : top.plain.find((statement) => canTake(statement, wish.module));
    if (into !== undefined) merged.set(into, [...(merged.get(into) ?? []), `${wish.name ?? ''}${as}`]);
    else lines.push(wish.name === null ? `import ${wish.module}${as}` : `from ${wish.module} import ${wish.name}${as}`);
    return wish.name === null && as === '' ? wish.module : name;
  });
  return {
    words,
    merged: [...merged].map(([statement, names]) => mergeInto(source, statement, names)),
    lines: joined(lines),
    offset: top.offset,
    bare: top.bare,
    header: top.header,
  };
}

/** What comes from one module on one line, as long as that is short enough; each once. */
function joined(lines: readonly string[]): readonly string[] {
  const all: string[] = [];
  for (const line of new Set(lines)) {
    const [head, name] = line.split(' import ');
    const same = all.findLastIndex((one) => name !== undefined && one.startsWith(`${head ?? ''} import `));
    const longer = `${all[same] ?? ''}, ${name ?? ''}`;
    if (same < 0 || longer.length > LONGEST) all.push(line);
    else all[same] = longer;
  }
  return all;
}

/** Columns; as Black has it. */
const LONGEST = 88;

/** The edits of a plan that nothing else of the step goes with. */
export function importEdits(source: ParsedSource, plan: ImportPlan): readonly TextEdit[] {
  return insertAtTop(source, plan, []);
}

/**
 * The edits of a plan and of a block of the module's own statements that stands after its imports.
 * @param block lines without line ends; a definition among them makes two empty lines around the block
 * @param behind the beginning of a line that the block must not stand in front of
 */
export function insertAtTop(
  source: ParsedSource,
  plan: ImportPlan,
  block: readonly string[],
  behind = 0,
): readonly TextEdit[] {
  const { newline } = readPythonStyle(source);
  const header = Math.max(plan.header, behind);
  const first = plan.bare ? EMPTY_AROUND : NONE_AROUND;
  const together = block.length > 0 && plan.lines.length > 0 && plan.offset === header;
  const edits = [...plan.merged];
  if (plan.lines.length > 0 && !together) edits.push(linesAt(source.text, plan.offset, plan.lines, first, newline));
  if (together) {
    const between = Array.from({ length: linesAround(block, 'first') }, () => '');
    const lines = [...plan.lines, ...between, ...block];
    const around = { before: first.before, after: linesAround(block, 'last') };
    edits.push(linesAt(source.text, header, lines, around, newline));
  } else if (block.length > 0) {
    const around = { before: linesAround(block, 'first'), after: linesAround(block, 'last') };
    edits.push(linesAt(source.text, header, block, around, newline));
  }
  return edits.sort((a, b) => a.span.from - b.span.from);
}

interface Top {
  /** Import statements of the module itself, `try` around them or not. */
  readonly bound: readonly ImportStatement[];
  /** Those of them that run before anything of the module's own is defined. */
  readonly early: readonly ImportStatement[];
  /** Those that stand on their own, which names can be added to. */
  readonly plain: readonly ImportStatement[];
  readonly offset: number;
  readonly bare: boolean;
  readonly header: number;
}

function topOf(source: ParsedSource, at: number): Top {
  const { text } = source;
  const bound: ImportStatement[] = [];
  const early: ImportStatement[] = [];
  const plain: ImportStatement[] = [];
  let lastImport: SyntaxNode | null = null;
  let lastHeader: SyntaxNode | null = null;
  let defined = false;
  for (let node = source.tree.topNode.firstChild; node !== null && node.from < at; node = node.nextSibling) {
    if (node.name === 'Comment') continue;
    defined ||=
      node.name === 'FunctionDefinition' || node.name === 'ClassDefinition' || node.name === 'DecoratedStatement';
    const own = importsOf(node).map((statement) => readImport(text, statement));
    bound.push(...own);
    if (node.to > at || defined) continue;
    early.push(...own);
    const isPlain = node.name === 'ImportStatement' || (node.name === 'StatementGroup' && own.length > 0);
    if (isPlain) {
      plain.push(...own);
      lastImport = node;
    }
    if (isPlain || isGuardedImport(node)) lastHeader = node;
  }
  const start = beginning(source);
  const header = lastHeader === null ? start : lineAfter(text, lastHeader);
  const offset = lastImport === null ? header : lineAfter(text, lastImport);
  return { bound, early, plain, header, offset, bare: lastHeader === null };
}

/** Import statements that are the module's when it runs: its own, and those of a `try`; not those for type checkers. */
function importsOf(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.name === 'ImportStatement') return [node];
  if (node.name === 'StatementGroup') return node.getChildren('ImportStatement');
  if (node.name !== 'TryStatement') return [];
  return node.getChildren('Body').flatMap((body) => body.getChildren('ImportStatement'));
}

function isGuardedImport(node: SyntaxNode): boolean {
  if (node.name !== 'TryStatement' && node.name !== 'IfStatement') return false;
  return node.getChildren('Body').some((body) => body.getChild('ImportStatement') !== null);
}

/** A word of the file for a wish; the shortest, and only one that nothing else has taken. */
function wordFor(
  source: ParsedSource,
  imports: readonly ImportStatement[],
  wish: ImportWish,
  at: number,
): string | null {
  const target = wish.name === null ? wish.module : `${wish.module}.${wish.name}`;
  const words: string[] = [];
  for (const statement of imports) {
    for (const { stands, bound } of statement.names) {
      if (stands === null || (target !== stands && !target.startsWith(`${stands}.`))) continue;
      const name = source.text.slice(bound.from, bound.to);
      if (!keepsMeaning(source, name, stands, imports, statement) || isShadowed(source, name, at)) continue;
      words.push(name + target.slice(stands.length));
    }
  }
  return words.sort((a, b) => a.split('.').length - b.split('.').length || a.length - b.length)[0] ?? null;
}

/** Whether a name of the module means that import wherever it is bound: again by an import of the same, or in the same `try`. */
function keepsMeaning(
  source: ParsedSource,
  name: string,
  stands: string,
  imports: readonly ImportStatement[],
  statement: ImportStatement,
): boolean {
  const attempt = statement.node.parent?.parent;
  return moduleBindings(source, name).every(
    (binding) =>
      imports.some((other) => other.names.some((one) => one.bound.from === binding.from && one.stands === stands)) ||
      (attempt?.name === 'TryStatement' && binding.from >= attempt.from && binding.to <= attempt.to),
  );
}

/** Bindings of the module itself, not of its functions and classes. */
function moduleBindings(source: ParsedSource, name: string): readonly SyntaxNode[] {
  return bindingsWithin(source, source.tree.topNode, name).filter((binding) => {
    const isDefinition = binding.prevSibling?.name === 'def' || binding.prevSibling?.name === 'class';
    for (
      let node = (isDefinition ? binding.parent?.parent : binding.parent) ?? null;
      node !== null;
      node = node.parent
    ) {
      if (['FunctionDefinition', 'ClassDefinition', 'LambdaExpression'].includes(node.name)) return false;
      if (node.name.endsWith('ComprehensionExpression')) return false;
    }
    return true;
  });
}

/** What else has the word; another import of the same is not in the way. */
function takers(
  source: ParsedSource,
  word: string,
  { module: from, name }: ImportWish,
  at: number,
): readonly unknown[] {
  const target = name === null ? from : `${from}.${name}`;
  const isSame = (binding: SyntaxNode): boolean => {
    const statement = binding.parent?.name === 'ImportStatement' ? readImport(source.text, binding.parent) : null;
    return statement?.names.some(({ bound, stands }) => bound.from === binding.from && stands === target) === true;
  };
  const module = moduleBindings(source, word).filter((binding) => !isSame(binding));
  return module.length > 0 ? module : isShadowed(source, word, at) ? [word] : [];
}

function canTake(statement: ImportStatement, module: string): boolean {
  return statement.module === module && !statement.relative && !statement.star && statement.names.length > 0;
}

/** After the last name of one line; in a list of several lines on a line of its own, in front of the last. */
function mergeInto({ text }: ParsedSource, { names, node }: ImportStatement, added: readonly string[]): TextEdit {
  const last = names.at(-1);
  if (last === undefined) throw new Error('Nothing to merge into.');
  const start = lineStart(text, last.from);
  const own = text.slice(start, last.from).trim() === '' && start > node.from && node.getChild('(') !== null;
  if (!own) return at(last.to, added.map((name) => `, ${name}`).join(''));
  const before = text.slice(0, start);
  const newline = before.endsWith('\r\n') ? '\r\n' : before.slice(-1);
  return at(last.from, added.map((name) => `${name},${newline}${indentationAt(text, last.from)}`).join(''));
}

/** After the docstring, or the comments that a file begins with; in front of comments that belong to a statement. */
function beginning({ text, tree }: ParsedSource): number {
  const first = tree.topNode.firstChild;
  let node = first;
  let after = 0;
  while (node?.name === 'Comment' && text.slice(lineStart(text, node.from), node.from).trim() === '') {
    const next = nextLine(text, node.to);
    if (node !== first && /^[\t ]*(?:\r\n|\n|\r)/u.test(text.slice(after))) break;
    after = next;
    node = node.nextSibling;
  }
  for (let next = node; next !== null; next = next.nextSibling) {
    if (next.name === 'Comment') continue;
    const isDocstring = next.name === 'ExpressionStatement' && next.firstChild?.name === 'String';
    return isDocstring && next.firstChild?.nextSibling === null ? lineAfter(text, next) : after;
  }
  return after;
}

/** A statement's node may end with its line or before it, a comment behind it included. */
export function lineAfter(text: string, { from, to }: SyntaxNode): number {
  let end = to;
  while (end > from && /[\s]/u.test(text.charAt(end - 1))) end -= 1;
  return nextLine(text, end);
}

function at(offset: number, text: string): TextEdit {
  return { span: { from: offset, to: offset }, text };
}
