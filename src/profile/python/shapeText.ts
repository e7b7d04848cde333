// Shapes of built-in workloads as a person types them: `tokens=4096,inner=14336; tokens=1,inner=14336`.
import { shownText } from '../../kernels/shownText';
import type { ShapeSizes } from './pythonOptions';

/** Text that says no shapes or inputs: which part of it, and what would be right. */
export class ShapeTextError extends Error {
  override readonly name = 'ShapeTextError';
}

/** What Python takes for a name. */
export const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const EXAMPLE = 'tokens=4096';
const LARGEST = 2 ** 40;

/**
 * The shapes of a text; empty for an empty one. One shape between semicolons, its sizes between commas; `name=…` labels it.
 * @param known the sizes that the chosen workloads have; null: any name will do.
 * @throws ShapeTextError
 */
export function parseShapes(text: string, known: readonly string[] | null = null): ShapeSizes[] {
  return entries(text, ';').map((shape) => parseShape(shape, known));
}

/** The text that `parseShapes` reads as these shapes. */
export function printShapes(shapes: readonly ShapeSizes[]): string {
  return shapes
    .map((shape) =>
      Object.entries(shape)
        .map(
          ([name, value]) => `${name}=${typeof value === 'string' ? value.replaceAll(/[,;]/gu, ' ') : String(value)}`,
        )
        .join(','),
    )
    .join('; ');
}

function parseShape(text: string, known: readonly string[] | null): ShapeSizes {
  const sizes: Record<string, number | boolean | string> = {};
  for (const part of entries(text, ',')) {
    const at = part.indexOf('=');
    const name = part.slice(0, at).trim();
    const value = part.slice(at + 1).trim();
    if (at === -1 || !NAME.test(name) || value === '') {
      throw new ShapeTextError(`${quoted(part)} is not of the form name=number: write sizes like ${EXAMPLE}.`);
    }
    if (Object.hasOwn(sizes, name))
      throw new ShapeTextError(`${quoted(text)} says ${name} twice: keep one of the two.`);
    if (name !== 'name' && known !== null && !known.includes(name)) {
      const there = known.length === 0 ? 'nothing whose sizes can be set' : known.join(', ');
      throw new ShapeTextError(`${quoted(name)} is no size of what is measured: there is ${there}.`);
    }
    sizes[name] = name === 'name' ? value : parseSize(name, value);
  }
  if (Object.keys(sizes).every((name) => name === 'name')) {
    throw new ShapeTextError(`${quoted(text)} has no size: write at least one, such as ${EXAMPLE}.`);
  }
  return sizes;
}

function parseSize(name: string, value: string): number | boolean {
  if (/^(?:true|false)$/iu.test(value)) return value.toLowerCase() === 'true';
  if (!/^\d+$/u.test(value)) {
    throw new ShapeTextError(`${name} is ${quoted(value)}: write a whole number such as 4096, or true or false.`);
  }
  return wholeSize(name, value);
}

/** @param digits nothing but digits. @throws ShapeTextError for 0 and for what no memory holds */
export function wholeSize(name: string, digits: string): number {
  const size = Number(digits);
  if (size < 1) throw new ShapeTextError(`${name} has the size 0: the smallest is 1.`);
  if (size > LARGEST)
    throw new ShapeTextError(`${name} has the size ${digits}, which no memory holds: write a smaller one.`);
  return size;
}

/** The parts of a list, without the empty ones that a last separator leaves. */
function entries(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** What somebody typed, fit to stand in a sentence. */
export function quoted(text: string): string {
  return `“${shownText(text, 60)}”`;
}
