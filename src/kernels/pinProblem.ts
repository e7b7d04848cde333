import * as v from 'valibot';
import { shownText } from './shownText';

/** A file of pins that cannot be read or edited. The message names the file, what is wrong with it and what to do. */
export class PinProblem extends Error {
  override readonly name = 'PinProblem';
  constructor(
    /** `pyproject.toml`, without folders. */
    readonly file: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(shownText(message, 600), options);
  }
}

/**
 * Reads JSON that a file of pins holds.
 * @param remedy a sentence: what to do where it cannot be read.
 * @throws PinProblem
 */
export function parsePinJson(text: string, file: string, remedy: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const what = text.trim() === '' ? 'is empty' : `is not JSON (${detail})`;
    throw new PinProblem(file, `${file} ${what}, so nothing in it was changed. ${remedy}`, { cause: error });
  }
}

/**
 * Takes a value from a file of pins through its schema.
 * @param remedy a sentence: what to do where it does not fit.
 * @throws PinProblem naming the first place that does not fit.
 */
export function parsePinValue<TSchema extends v.GenericSchema>(
  schema: TSchema,
  value: unknown,
  file: string,
  remedy: string,
): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const problem = describeIssue(result.issues[0]);
  throw new PinProblem(file, `${file} cannot be read, so nothing in it was changed: ${problem}. ${remedy}`);
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = (issue.path ?? []).map(({ key }) => key);
  const place = path.map((key) => (typeof key === 'number' ? `entry ${key + 1}` : `\`${String(key)}\``)).join(', ');
  if (issue.type === 'strict_object' && issue.expected === 'never') return `${place} is a field not known here`;
  if (issue.received === 'undefined') return `${place} is missing`;
  const said = issue.type === 'check' || issue.type === 'regex' || place === '' ? issue.message : null;
  return said ?? `${place} is ${issue.received}, and ${issue.expected ?? 'something else'} was expected`;
}
