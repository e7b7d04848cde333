// A name for something new in a file.
import type { ParsedSource } from '../code/parsedSource';
import { spelledNames } from './boundNames';

const RESERVED = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if ' +
    'import in is lambda nonlocal not or pass raise return try while with yield match case type print self cls super ' +
    'abs all any bool bytes dict dir enumerate filter float format getattr hash help id input int iter len list map max ' +
    'min next object open ord pow property range repr reversed round set slice sorted str sum tuple vars zip'
  ).split(' '),
);

export interface FreeNames {
  /** The name, or where the file spells it anywhere already, or it was taken before, the next free `name_2`. */
  take(wanted: string): string;
}

/** Names that clash with nothing in a file, nor with each other. */
export function freeNames(source: ParsedSource): FreeNames {
  const taken = spelledNames(source);
  return {
    take(wanted) {
      const base = identifier(wanted);
      let name = base;
      for (let n = 2; taken.has(name) || RESERVED.has(name); n += 1) name = `${base}_${n}`;
      taken.add(name);
      return name;
    },
  };
}

/** One name that the file does not spell. */
export function freeName(source: ParsedSource, wanted: string): string {
  return freeNames(source).take(wanted);
}

/** Letters, digits and `_` of a text, as a name of Python: `flash-attn2` is `flash_attn2`. */
export function identifier(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9_]+/gu, '_').replace(/^_+|_+$/gu, '');
  if (plain === '') return 'kernel';
  return /^[0-9]/u.test(plain) ? `kernel_${plain}` : plain;
}
