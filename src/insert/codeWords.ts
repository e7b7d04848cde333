// What code that is written calls the things it imports.
import type { ParsedSource } from '../code/parsedSource';
import type { FreeNames } from './freeName';
import { planImports, type ImportPlan, type ImportWish } from './pythonImports';

/** The word of the file for an import; asking for it makes sure that it is imported. */
export type Words = (module: string, name?: string) => string;

/**
 * Writes twice: first to learn what is imported, then with the file's words for it.
 * @param needed where the code stands: in the site's own place, or in a block at the top of the module
 * @param write has to ask for the same both times
 */
export function writeWithWords<T>(
  source: ParsedSource,
  at: number,
  free: () => FreeNames,
  needed: 'there' | 'at the top',
  write: (words: Words, free: FreeNames) => T,
): { readonly written: T; readonly imports: ImportPlan } {
  const wishes: ImportWish[] = [];
  write((module, name) => {
    const known = wishes.some((wish) => wish.module === module && wish.name === (name ?? null));
    if (!known) wishes.push({ module, name: name ?? null });
    return name ?? module;
  }, free());
  const names = free();
  const imports = planImports(source, wishes, at, names, needed);
  const words: Words = (module, name) => {
    const index = wishes.findIndex((wish) => wish.module === module && wish.name === (name ?? null));
    return imports.words[index] ?? name ?? module;
  };
  return { written: write(words, names), imports };
}
