// The body of a function that lets a kernel compute, and PyTorch where the kernel cannot.
import type { Recipe } from './recipe';

export interface Fallback {
  /** A condition without which the kernel is not there; null: it is always. */
  readonly unless: readonly string[];
  /** What is called when the kernel raises, and PyTorch then computes; null: the error is the caller's. */
  readonly onError: string | null;
}

const LONGEST_CONDITION = 96;

/**
 * Lines, indented among themselves.
 * @param torch what PyTorch computes; null: it stands below these lines already
 * @returns null: there are conditions, and nothing computes where they hold
 */
export function functionBody(
  recipe: Recipe,
  fallback: Fallback,
  torch: string | null,
  indent: string,
): readonly string[] {
  const inner = [...recipe.lines, `return ${recipe.value}`];
  const guards = [...fallback.unless, ...recipe.guards];
  if (fallback.onError !== null) {
    const attempt = ['try:', ...shifted(inner, indent), 'except Exception:', `${indent}${fallback.onError}`];
    const guarded =
      guards.length === 0 ? attempt : [...condition('if not', guards, indent), ...shifted(attempt, indent)];
    return torch === null ? guarded : [...guarded, `return ${torch}`];
  }
  if (guards.length === 0) return inner;
  if (torch === null) return [...condition('if not', guards, indent), ...shifted(inner, indent)];
  return [...condition('if', guards, indent), `${indent}return ${torch}`, ...inner];
}

/** `if a or b:`, on several lines where it is long. */
export function condition(start: 'if' | 'if not', guards: readonly string[], indent: string): readonly string[] {
  const parts = guards.map((guard) =>
    guards.length > 1 && guard.includes(' and ') && !isBracketed(guard) ? `(${guard})` : guard,
  );
  const all = parts.join(' or ');
  const [only] = parts;
  if (start === 'if not' && parts.length === 1 && only !== undefined && !/ (?:and|or) /u.test(only)) {
    if (only.startsWith('not ')) return [`if ${only.slice(4)}:`];
    if (only.split(' != ').length === 2) return [`if ${only.replace(' != ', ' == ')}:`];
    if (only.endsWith(' is None')) return [`if ${only.slice(0, -4)}not None:`];
  }
  const line = start === 'if' ? `if ${all}:` : `if not (${all}):`;
  if (line.length <= LONGEST_CONDITION) return [line];
  return [`${start} (`, ...parts.map((part, index) => indent + (index === 0 ? part : `or ${part}`)), '):'];
}

export function shifted(lines: readonly string[], indent: string): readonly string[] {
  return lines.map((line) => (line === '' ? line : indent + line));
}

function isBracketed(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    if (depth === 0 && index < text.length - 1) return false;
  }
  return text.startsWith('(');
}
