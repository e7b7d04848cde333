// Inputs of a function as a person types them: `x=4096x4096:float16; idx=1024:int64[0..31999]; eps=1e-6`.
import { nearestWord } from '../webgpu/nearestWord';
import type { FunctionInputs } from './pythonOptions';
import { NAME, quoted, ShapeTextError, wholeSize } from './shapeText';

type FunctionTensor = FunctionInputs['tensors'][number];
type Argument = FunctionInputs['arguments'][string];

const DTYPES = [
  ...['float64', 'float32', 'float16', 'bfloat16', 'float8_e4m3fn', 'float8_e5m2'],
  ...['int64', 'int32', 'int16', 'int8', 'uint8', 'bool'],
];
const ALIASES: Readonly<Record<string, string>> = {
  ...{ f64: 'float64', double: 'float64', f32: 'float32', fp32: 'float32', float: 'float32' },
  ...{ f16: 'float16', fp16: 'float16', half: 'float16', bf16: 'bfloat16' },
  ...{ i64: 'int64', long: 'int64', i32: 'int32', int: 'int32', i16: 'int16', i8: 'int8', u8: 'uint8' },
};
/** A shape, a dtype, what is in it, and whether it may be written to. */
const TENSOR =
  /^(?<shape>scalar|\d+(?:\s*[x×]\s*\d+)*)(?<dtype>\s*:[^[(]*)?(?<values>\s*\[[^\]]*\])?(?<written>\s*\(written\))?$/iu;
const RANGE = /^(-?\d+)\s*\.\.\s*(-?\d+)$/u;
const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu;
const WORD = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;
const CONSTANTS: Readonly<Record<string, Argument>> = { true: true, false: false, none: null, null: null };
const FORMS = 'a tensor like x=4096x4096:float16, or an argument like eps=1e-6';

/**
 * What a function is called with; several such between `|`.
 *
 * `x=4096x4096`: a tensor of random numbers in the dtype of the case; `x=scalar` has no axes. `:float16` sets a dtype;
 * `[0..31999]` fills it with whole numbers from 0 to 31999, `[ones]` with ones; `(written)`: the function may change it.
 * `eps=1e-6`, `approximate=tanh`, `inplace=true`: arguments by name. A whole number behind `=` is a shape: `dim:=1` is
 * an argument.
 * @throws ShapeTextError
 */
export function parseFunctionInputs(text: string): FunctionInputs[] {
  const sets = split(text, '|').filter((set) => set !== '');
  if (sets.length === 0) throw new ShapeTextError(`There are no inputs: write ${FORMS}.`);
  return sets.map(parseSet);
}

/** The text that `parseFunctionInputs` reads as these inputs. */
export function printFunctionInputs(sets: readonly FunctionInputs[]): string {
  return sets
    .map(({ tensors, arguments: given, outputs }) =>
      [
        ...tensors.map(
          (tensor) => `${tensor.name}=${printTensor(tensor)}${outputs.includes(tensor.name) ? ' (written)' : ''}`,
        ),
        ...Object.entries(given).map(([name, value]) => `${name}${printArgument(value)}`),
      ].join('; '),
    )
    .join(' | ');
}

function parseSet(text: string): FunctionInputs {
  const tensors: FunctionTensor[] = [];
  const given: Record<string, Argument> = {};
  const outputs: string[] = [];
  const names = new Set<string>();
  for (const part of split(text, ';').filter((one) => one !== '')) {
    const at = part.search(/:?=/u);
    const name = part.slice(0, at).trim();
    if (at === -1 || !NAME.test(name)) throw new ShapeTextError(`${quoted(part)} is no input: write ${FORMS}.`);
    if (names.has(name)) throw new ShapeTextError(`${quoted(text)} says ${name} twice: keep one of the two.`);
    names.add(name);
    const isArgument = part[at] === ':';
    const value = part.slice(at + (isArgument ? 2 : 1)).trim();
    const tensor = isArgument ? null : parseTensor(name, value);
    if (tensor === null) given[name] = parseArgument(name, value);
    else {
      tensors.push(tensor.tensor);
      if (tensor.written) outputs.push(name);
    }
  }
  if (tensors.length === 0)
    throw new ShapeTextError(`${quoted(text)} has no tensor: write at least one, such as x=4096x4096.`);
  return { tensors, arguments: given, outputs };
}

function parseTensor(
  name: string,
  value: string,
): { readonly tensor: FunctionTensor; readonly written: boolean } | null {
  const groups = TENSOR.exec(value)?.groups;
  if (groups === undefined) return null;
  const { shape = '', written } = groups;
  const sizes =
    shape.toLowerCase() === 'scalar' ? [] : shape.split(/[x×]/iu).map((size) => wholeSize(name, size.trim()));
  const dtype = groups['dtype'] === undefined ? null : parseDtype(name, groups['dtype'].trim().slice(1).trim());
  const values = parseValues(name, dtype, groups['values']?.trim().slice(1, -1).trim() ?? null);
  return { tensor: { name, shape: sizes, dtype, ...values }, written: written !== undefined };
}

function parseDtype(name: string, word: string): string {
  const lower = word.toLowerCase();
  const dtype = Object.hasOwn(ALIASES, lower) ? ALIASES[lower] : lower;
  if (dtype !== undefined && DTYPES.includes(dtype)) return dtype;
  const near = nearestWord(lower, DTYPES);
  const help = near === undefined ? `use one of ${DTYPES.join(', ')}` : `did you mean ${near}?`;
  throw new ShapeTextError(
    `${name} has the dtype ${quoted(word)}, which there is none of: ${help}${near === undefined ? '.' : ''}`,
  );
}

function parseValues(
  name: string,
  dtype: string | null,
  text: string | null,
): Pick<FunctionTensor, 'values' | 'low' | 'high'> {
  if (text === null) return { values: usualValues(dtype) };
  if (text === 'ones') return { values: 'ones' };
  const range = RANGE.exec(text);
  if (range === null) {
    throw new ShapeTextError(`${name} is filled with ${quoted(text)}: write [0..31999] for whole numbers, or [ones].`);
  }
  const [low, last] = [Number(range[1]), Number(range[2])];
  if (last < low) throw new ShapeTextError(`${name} is filled from ${low} to ${last}: write the smaller number first.`);
  return { values: 'whole', low, high: last + 1 };
}

/** What a tensor holds when nothing is said: of dtypes without fractions whole numbers, 0 and 1. */
function usualValues(dtype: string | null): FunctionTensor['values'] {
  return dtype !== null && /^(?:u?int|bool)/u.test(dtype) ? 'whole' : 'normal';
}

function parseArgument(name: string, text: string): Argument {
  const constant = Object.hasOwn(CONSTANTS, text.toLowerCase()) ? CONSTANTS[text.toLowerCase()] : undefined;
  if (constant !== undefined) return constant;
  if (NUMBER.test(text)) return Number(text);
  if (/^".*"$/su.test(text)) return parseQuoted(name, text);
  if (WORD.test(text)) return text;
  throw new ShapeTextError(`${name} is ${quoted(text)}: write ${FORMS}.`);
}

function parseQuoted(name: string, text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    throw new ShapeTextError(
      `${name} is ${text.length > 60 ? 'a text' : text} that does not end where it should: write \\" for a quote within it.`,
    );
  }
}

function printTensor({ shape, dtype, values, low, high }: FunctionTensor): string {
  const sizes = shape.length === 0 ? 'scalar' : shape.join('x');
  const type = dtype === null ? '' : `:${dtype}`;
  const hasRange = low !== undefined || high !== undefined;
  if (values === 'ones') return `${sizes}${type}[ones]`;
  return values === 'whole' && (hasRange || usualValues(dtype) !== 'whole')
    ? `${sizes}${type}[${low ?? 0}..${(high ?? 2) - 1}]`
    : `${sizes}${type}`;
}

/** With `=` where that reads as the same, else with `:=`. */
function printArgument(value: Argument): string {
  const plain = typeof value === 'string' && WORD.test(value) && !Object.hasOwn(CONSTANTS, value.toLowerCase());
  const text = plain ? value : JSON.stringify(value);
  return TENSOR.test(text) ? `:=${text === 'scalar' ? '"scalar"' : text}` : `=${text}`;
}

/** Parts between separators that stand outside quotes, trimmed. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quotes = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quotes && character === '\\') part += character + text.charAt(++at);
    else if (character === separator && !quotes) {
      parts.push(part.trim());
      part = '';
    } else {
      if (character === '"') quotes = !quotes;
      part += character;
    }
  }
  return [...parts, part.trim()];
}
