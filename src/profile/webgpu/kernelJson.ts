// JSON files of a kernel, read at the door: comments stripped, dangerous keys refused, a schema's complaints put as
// KernelError with the path inside the file.
import * as v from 'valibot';
import { nearestWord } from './nearestWord';
import { KernelError } from './program';

/** Deeper than any manifest, shallow enough for every recursion over it. */
const MAX_DEPTH = 64;

/** A path inside a file: `variants[2].passes[0].dispatch.x`. */
export function joinPath(base: string, ...keys: readonly (string | number)[]): string {
  let path = base;
  for (const key of keys) {
    if (typeof key === 'number') path += `[${key}]`;
    else if (/^[\w$-]+$/.test(key)) path += path === '' ? key : `.${key}`;
    else path += `[${JSON.stringify(key)}]`;
  }
  return path;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function clean(value: unknown, file: string, path: string, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new KernelError(file, path, `nested more than ${MAX_DEPTH} deep`);
  if (Array.isArray(value)) return value.map((entry, index) => clean(entry, file, joinPath(path, index), depth + 1));
  if (!isRecord(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    if (key === '$comment') continue;
    if (key in Object.prototype) throw new KernelError(file, joinPath(path, key), 'this key is not allowed');
    copy[key] = clean(entry, file, joinPath(path, key), depth + 1);
  }
  return copy;
}

/** Bytes as text: UTF-8, without a byte order mark, lines ended by a line feed. Throws KernelError when it is none. */
export function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n');
  } catch {
    throw new KernelError(file, '', 'it is not UTF-8 text');
  }
}

/** A string, or a number; JSON has no other place for a digit. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g;

/** JSON text with its whole numbers of 16 digits and more as strings: a JavaScript number would round them. */
function quoteLongIntegers(text: string): string {
  return text.replace(STRING_OR_NUMBER, (word) => (/^-?\d{16,}$/.test(word) ? `"${word}"` : word));
}

/**
 * Parses a kernel's JSON file, without `$comment`. With `exact`, whole numbers of 16 digits and more come as strings of
 * their digits. Throws KernelError.
 */
export function parseKernelJson(bytes: Uint8Array, file: string, exact = false): unknown {
  const written = decodeText(bytes, file);
  const text = exact ? quoteLongIntegers(written) : written;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new KernelError(file, '', `it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return clean(value, file, '', 0);
}

function isUnknownKey(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never';
}

function describe(issue: v.BaseIssue<unknown>, vocabulary: Iterable<string>): string {
  if (isUnknownKey(issue)) {
    const near = nearestWord(String(issue.path?.at(-1)?.key), vocabulary);
    return near === undefined ? 'unknown key' : `unknown key, did you mean \`${near}\`?`;
  }
  if (issue.received === 'undefined') return 'it is missing';
  if (issue.kind === 'validation' || issue.expected === null) return issue.message;
  return `expected ${issue.expected}, got ${issue.received}`;
}

/**
 * Parses a value with a schema. `path` is where it stands in the file, `vocabulary` the keys an unknown one is compared
 * with. Throws KernelError for an unknown key if there is one, else for the first complaint.
 */
export function parseWith<S extends v.GenericSchema>(
  schema: S,
  value: unknown,
  file: string,
  path: string,
  vocabulary: Iterable<string> = [],
): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issue = result.issues.find(isUnknownKey) ?? result.issues[0];
  const keys = (issue.path ?? []).map((step) => (typeof step.key === 'number' ? step.key : String(step.key)));
  throw new KernelError(file, joinPath(path, ...keys), describe(issue, vocabulary));
}

/** Runs `work`; an Error from it that is no KernelError becomes one, at `path` of `file`. */
export function atPath<T>(file: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof KernelError) throw error;
    if (error instanceof RangeError && error.message.includes('call stack')) {
      throw new KernelError(file, path, 'nested too deep');
    }
    throw new KernelError(file, path, error instanceof Error ? error.message : String(error));
  }
}
