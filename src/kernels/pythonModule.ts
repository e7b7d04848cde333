// What a Python module offers, read from its source without running it.
import type { KernelFunction } from './kernelSummary';
import { docstringAfter } from './pythonDocstring';

export interface PythonModule {
  /** Functions of its own that it offers: those of `__all__`, else those without an underscore. */
  readonly functions: readonly KernelFunction[];
  /** Classes without an underscore. */
  readonly classes: readonly string[];
}

/** Comments, and strings of any kind: what is in them is no code. */
const NO_CODE =
  /#[^\n]*|("""|''')(?:\\[\s\S]|(?!\1)[\s\S])*(?:\1|$)|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?/g;
const FUNCTION = /^(?:async[ \t]+)?def[ \t]+([^\s(]+)[ \t]*\(/gm;
const CLASS = /^class[ \t]+([\p{L}\p{N}_]+)/gmu;
const OFFERED = /^__all__[ \t]*(?::[^=\n]*)?=[ \t]*[[(]/m;

/** Never throws: what cannot be read offers nothing. */
export function readPythonModule(source: string): PythonModule {
  const code = source.replace(NO_CODE, (text) => text.replace(/[^\n]/g, ' '));
  const offered = offeredNames(source, code);
  const functions = new Map<string, KernelFunction>();
  let read = 0;
  for (const match of code.matchAll(FUNCTION)) {
    // Within the brackets of another one it is none, and every bracket is looked through once.
    if (match.index < read) continue;
    const name = match[1] ?? '';
    const open = match.index + match[0].length - 1;
    const close = closing(code, open);
    // Python itself reads nothing from here on.
    if (close === null) break;
    read = close;
    if (offered === null ? name.startsWith('_') : !offered.has(name)) continue;
    const parameters = split(code, open + 1, close, ',').map(([from, to]) => parameter(source, code, from, to));
    const signature = `(${parameters.filter((text) => text !== '').join(', ')})`;
    const docstring = docstringAfter(source, code, close);
    functions.set(name, docstring === null ? { name, signature } : { name, signature, docstring });
  }
  const classes = [...code.matchAll(CLASS)].map((match) => match[1] ?? '').filter((name) => !name.startsWith('_'));
  return { functions: [...functions.values()], classes: [...new Set(classes)] };
}

/** The names in `__all__`; null: there is none. */
function offeredNames(source: string, code: string): ReadonlySet<string> | null {
  const match = OFFERED.exec(code);
  if (match === null) return null;
  const open = match.index + match[0].length - 1;
  const close = closing(code, open) ?? open;
  // What comments quote is offered by nobody.
  const strings = [...source.matchAll(NO_CODE)].filter(({ index }) => index > open && index < close);
  return new Set(strings.flatMap(([text]) => /^(["'])([^"'\n]*)\1$/.exec(text)?.[2] ?? []));
}

/** Where the bracket at `open` is closed; null: nowhere. */
function closing(code: string, open: number): number | null {
  for (let at = open, depth = 0; at < code.length; at += 1) {
    depth += depthOf(code.charAt(at));
    if (depth === 0) return at;
  }
  return null;
}

function depthOf(character: string): number {
  return '([{'.includes(character) ? 1 : ')]}'.includes(character) ? -1 : 0;
}

/** The stretches of `code` between separators that are in no bracket. */
function split(code: string, from: number, to: number, separator: string): (readonly [number, number])[] {
  const stretches: (readonly [number, number])[] = [];
  let start = from;
  for (let at = from, depth = 0; at < to; at += 1) {
    const character = code.charAt(at);
    depth += depthOf(character);
    if (depth !== 0 || character !== separator) continue;
    stretches.push([start, at]);
    start = at + 1;
  }
  return [...stretches, [start, to]];
}

/** `x`, `*args` or `x=1`: the annotation is left out. */
function parameter(source: string, code: string, from: number, to: number): string {
  const [, ...values] = split(code, from, to, '=');
  const first = values[0]?.[0];
  const [name = [from, to]] = split(code, from, first === undefined ? to : first - 1, ':');
  const text = code.slice(...name).trim();
  return first === undefined ? text : `${text}=${source.slice(first, to).trim().replace(/\s+/g, ' ')}`;
}
