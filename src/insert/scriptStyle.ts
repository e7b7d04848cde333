// How a script is written: what is put into it looks like what is there.
import type { SyntaxNode } from '@lezer/common';
import { lineStart } from '../code/lineStart';
import type { ParsedSource } from '../code/parsedSource';

export interface ScriptStyle {
  readonly quote: '"' | "'";
  /** `;` or nothing. */
  readonly end: string;
  readonly lineEnd: '\n' | '\r\n';
  /** One step of indentation. */
  readonly indent: string;
  /** Between braces, ` ` or nothing. */
  readonly brace: string;
}

const ENDED: ReadonlySet<string> = new Set([
  'ImportDeclaration',
  'VariableDeclaration',
  'ExpressionStatement',
  'ReturnStatement',
  'ThrowStatement',
]);

/** As most of a file has it. A file that does not tell gets single quotes, semicolons and two spaces. */
export function readScriptStyle({ text, tree }: ParsedSource): ScriptStyle {
  const count = { single: 0, double: 0, ended: 0, open: 0, tight: 0, loose: 0 };
  tree.iterate({
    enter: ({ name, from, to }) => {
      const last = text.charAt(to - 1);
      if (name === 'String') count[text.charAt(from) === '"' ? 'double' : 'single'] += 1;
      else if (ENDED.has(name)) count[last === ';' ? 'ended' : 'open'] += 1;
      else if ((name === 'ImportGroup' || name === 'ObjectExpression') && last === '}' && to - from > 2) {
        count[/\s/.test(text.charAt(from + 1)) ? 'loose' : 'tight'] += 1;
      }
    },
  });
  return {
    quote: count.double > count.single ? '"' : "'",
    end: count.open > count.ended ? '' : ';',
    lineEnd: text.includes('\r\n') ? '\r\n' : '\n',
    indent: stepOf(text, tree.topNode),
    brace: count.tight > count.loose ? '' : ' ',
  };
}

/** How much deeper the first statement of the first block is than the line that opens it. */
function stepOf(text: string, root: SyntaxNode): string {
  const cursor = root.cursor();
  do {
    const first = cursor.name === 'Block' ? cursor.node.firstChild?.nextSibling : null;
    if (first === null || first === undefined || first.name === '}') continue;
    const [outer, inner] = [indentationAt(text, cursor.from), indentationAt(text, first.from)];
    if (inner !== null && outer !== null && inner.length > outer.length && inner.startsWith(outer)) {
      return inner.slice(outer.length);
    }
  } while (cursor.next());
  return '  ';
}

/** The blanks at the beginning of the line that a place is in. */
export function indentationAt(text: string, at: number): string | null {
  const start = lineStart(text, at);
  return /^[ \t]*/.exec(text.slice(start, at))?.[0] ?? null;
}
