// The values of options, each checked where it is read.
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';

/** The command line was wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Where a profile's report goes besides the terminal; null: nowhere. */
export interface ReportTargets {
  readonly json: string | null;
  readonly markdown: string | null;
  readonly csv: string | null;
}

const DTYPE_ALIASES: Readonly<Record<string, string>> = {
  f64: 'float64',
  fp64: 'float64',
  double: 'float64',
  float64: 'float64',
  bf16: 'bfloat16',
  bfloat16: 'bfloat16',
  float8_e4m3fn: 'float8_e4m3fn',
  float8_e5m2: 'float8_e5m2',
  f32: 'float32',
  fp32: 'float32',
  float32: 'float32',
  f16: 'float16',
  fp16: 'float16',
  half: 'float16',
  float16: 'float16',
  i8: 'int8',
  int8: 'int8',
  i16: 'int16',
  int16: 'int16',
  i32: 'int32',
  int32: 'int32',
  i64: 'int64',
  int64: 'int64',
  u8: 'uint8',
  uint8: 'uint8',
  u32: 'uint32',
  uint32: 'uint32',
  bool: 'bool',
};

/** Runs a parser of arguments; what it throws becomes a UsageError. */
export function strictly<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** `a,b` as its names; empty where the option was left out. */
export function listValue(option: string, value: string | undefined): string[] {
  if (value === undefined) return [];
  const items = value.split(',').map((item) => item.trim());
  if (items.includes(''))
    throw new UsageError(`${option} ${quote(value)} has an empty entry: write names with commas between`);
  return items;
}

export function dtypeValue(name: string): string {
  const known = Object.hasOwn(DTYPE_ALIASES, name) ? DTYPE_ALIASES[name] : undefined;
  if (known === undefined)
    throw new UsageError(`--dtype ${quote(name)} is unknown: use f32, f16, bf16, i32, u32, i8, u8, i64 or bool`);
  return known;
}

/** A number above 0; null where the option was left out. */
export function positiveValue(option: string, value: string | undefined): number | null {
  if (value === undefined) return null;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(number) || number <= 0) {
    throw new UsageError(`${option} ${quote(value)} is not a number above 0, such as 1e-3`);
  }
  return number;
}

/** The source of a regular expression that can be used; null where the option was left out. */
export function patternValue(option: string, source: string | undefined): string | null {
  if (source === undefined) return null;
  try {
    new RegExp(source, 'i');
  } catch (error) {
    const detail = error instanceof Error ? error.message : '';
    throw new UsageError(`${option} ${quote(source)} is not a regular expression: ${detail}`, { cause: error });
  }
  return source;
}

/** `fallback` where the option was left out. */
export function seedValue(value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > 0xffffffff) {
    throw new UsageError(`--seed ${quote(value)} is not a whole number from 0 to 4294967295`);
  }
  return number;
}

/** One of `choices`, whatever its case. */
export function choiceValue<C extends string>(option: string, value: string, choices: readonly C[]): C {
  const found = choices.find((choice) => choice === value.toLowerCase());
  if (found !== undefined) return found;
  const names = `${choices.slice(0, -1).join(', ')} or ${choices.at(-1) ?? ''}`;
  throw new UsageError(`${option} ${quote(value)} is unknown: use ${names}`);
}

export function textValue(option: string, value: string | undefined): string | null {
  if (value?.trim() === '') throw new UsageError(`${option} is empty`);
  return value ?? null;
}

/** A file that can be written to; null where the option was left out. */
export function targetValue(option: string, file: string | undefined): string | null {
  const name = textValue(option, file);
  if (name === null) return null;
  const folder = path.dirname(path.resolve(name));
  if (!existsSync(folder)) throw new UsageError(`${option}: the folder ${folder} does not exist`);
  if (!statSync(folder).isDirectory()) throw new UsageError(`${option}: ${folder} is a file, not a folder`);
  if (!isWritable(folder)) throw new UsageError(`${option}: the folder ${folder} cannot be written to`);
  if (existsSync(name) && statSync(name).isDirectory())
    throw new UsageError(`${option}: ${name} is a folder, name a file`);
  return name;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

export function quote(argument: string | undefined): string {
  return `"${argument ?? ''}"`;
}
