// A kernel's call in the place of an operation: what goes in front of it, and when it must not be made.
import type { OperationArgument, Role } from '../code/operation';
import type { Words } from './codeWords';
import type { Offer } from './insertTypes';
import type { WrittenKind } from './knownFunctions';
import type { Part } from './parameterRoles';
import { mapParameters } from './parameterRoles';
import { readSignature, type Parameter } from './signatureText';
import type { PythonStyle } from './pythonStyle';

/** What stands for a value where the kernel is called. */
export type Given = Pick<OperationArgument, 'text' | 'value' | 'build'>;
export type GivenRoles = Readonly<Partial<Record<Role, Given>>>;

export interface RecipeRequest {
  readonly kind: WrittenKind;
  readonly offer: Offer;
  readonly given: GivenRoles;
  /** The expression that is the kernel. */
  readonly kernel: string;
  /** Whether the values belong to a module of torch's or of the file's own, so that they may be missing. */
  readonly ofModule: boolean;
  readonly words: Words;
  readonly style: PythonStyle;
  /** A name for a local variable. */
  readonly local: (wanted: string) => string;
}

export interface Recipe {
  /** Conditions, any of which makes PyTorch compute. They read values again, so those have to be names. */
  readonly guards: readonly string[];
  /** Statements in front, one a line, indented among themselves. */
  readonly lines: readonly string[];
  readonly value: string;
  readonly notes: readonly string[];
  /** Whether a value is written more than once, besides in guards. */
  readonly repeats: boolean;
}

export type RecipeOrRefusal = Recipe | { readonly refused: string };

/** What a parameter is given; undefined: nothing, it keeps its default. */
export type PartValues = Readonly<Partial<Record<Part, string>>>;

/** A name that is its own value: parameters of functions that are written. */
export function named(text: string): Given {
  return { text, value: undefined, build: 'name' };
}

/** So that `.shape` can follow it. */
export function followed({ text, build }: Given): string {
  return build === 'expression' || /^-?\d/u.test(text) ? `(${text})` : text;
}

/** Left out, or written `None`. */
export function isNone(given: Given | undefined): given is undefined {
  return given === undefined || given.text === 'None';
}

/** The function's parameters with their parts. */
export function signatureOf(
  kind: WrittenKind,
  { id, member, signature }: Offer,
): { readonly mapped: readonly { parameter: Parameter; part: Part | null }[] } | { readonly refused: string } {
  const parameters = signature === null ? null : readSignature(signature);
  if (parameters === null)
    return { refused: `The parameters of ${member.name} of ${id} are not known, so it cannot be called.` };
  const mapping = mapParameters(kind, parameters);
  return 'reason' in mapping ? { refused: mapping.reason } : mapping;
}

/**
 * `(out, x, eps=1e-6)`: what has to be given by place, what may be given by name.
 * Refused: a parameter has to be given, and nothing is there for it.
 */
export function argumentList(
  mapped: readonly { parameter: Parameter; part: Part | null }[],
  values: PartValues,
): string | { readonly refused: string } {
  const written: string[] = [];
  let placed = true;
  for (const { parameter, part } of mapped) {
    const value = part === null ? undefined : values[part];
    if (value === undefined) {
      if (parameter.default === null)
        return { refused: `The function has to be given \`${parameter.name}\`, and the code has nothing for it.` };
      placed = false;
    } else if (
      parameter.kind === 'positional only' ||
      (placed && parameter.default === null && parameter.kind === 'positional')
    ) {
      if (!placed)
        return { refused: `\`${parameter.name}\` can only be given by its place, behind others that are left out.` };
      written.push(value);
    } else {
      placed = false;
      written.push(`${parameter.name}=${value}`);
    }
  }
  return `(${written.join(', ')})`;
}

/** What parameters of activations are given besides tensors, where the function has them. */
export function activationOptions(kind: WrittenKind, { quote }: PythonStyle): PartValues {
  const how = kind.startsWith('gelu tanh') ? 'tanh' : 'none';
  return { approximate: quote + how + quote, 'in place': 'False' };
}

/** PyTorch has to compute where a gradient is wanted of what a kernel gives none of. */
export function gradientGuard(words: Words, tensors: readonly (Given & { readonly mayBeNone?: boolean })[]): string {
  const wanted = tensors.map((tensor) =>
    tensor.mayBeNone === true
      ? `(${tensor.text} is not None and ${tensor.text}.requires_grad)`
      : `${followed(tensor)}.requires_grad`,
  );
  const any = wanted.length === 1 ? (wanted[0] ?? '') : `(${wanted.join(' or ')})`;
  return `${words('torch')}.is_grad_enabled() and ${any}`;
}
