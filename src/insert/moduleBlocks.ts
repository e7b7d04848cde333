// Statements of the module's own that code needs: each is used again where the file has it already, word for word.
import type { ParsedSource } from '../code/parsedSource';
import type { FreeNames } from './freeName';
import { lineAfter } from './pythonImports';

export class ModuleBlocks {
  private readonly blocks: (readonly string[])[] = [];
  private used = 0;

  /** @param before where the code that needs them stands; what is defined further down does not count */
  constructor(
    private readonly source: ParsedSource,
    private readonly free: FreeNames,
    private readonly before: number,
  ) {}

  /** Where the line behind the last statement begins that is used again: new ones may call what it defines. */
  get behind(): number {
    return this.used;
  }

  /**
   * Statements that define a name.
   * @returns the name: the wanted one where the file defines just that by it, or nothing
   */
  define(wanted: string, write: (name: string) => readonly string[]): string {
    if (this.has(write(wanted))) return wanted;
    const name = this.free.take(wanted);
    this.blocks.push(write(name));
    return name;
  }

  /** All that is new, definitions with two empty lines around them. */
  lines(): readonly string[] {
    const lines: string[] = [];
    let last: readonly string[] | null = null;
    for (const block of this.blocks) {
      if (last !== null) lines.push(...(isDefinition(last) || isDefinition(block) ? ['', ''] : []));
      lines.push(...block);
      last = block;
    }
    return lines;
  }

  /** Whether a statement of the module is just these lines. */
  has(lines: readonly string[]): boolean {
    const wanted = lines.join('\n');
    const { text, tree } = this.source;
    for (let node = tree.topNode.firstChild; node !== null && node.to <= this.before; node = node.nextSibling) {
      const there = text.slice(node.from, node.from + wanted.length + 2 * lines.length).replace(/\r\n?/gu, '\n');
      if (!there.startsWith(wanted) || !/^\s*(?:\n|$)/u.test(there.slice(wanted.length, wanted.length + 1))) continue;
      let last = lineAfter(text, node);
      // What was written together stays together.
      for (let next = node.nextSibling; next?.from === last && next.to <= this.before; next = next.nextSibling)
        last = lineAfter(text, next);
      this.used = Math.max(this.used, last);
      return true;
    }
    return false;
  }
}

function isDefinition(block: readonly string[]): boolean {
  return block.some((line) => /^(?:async def|def|class|@)\b|^@/u.test(line));
}
