// What a function is called with, as far as its signature tells: the text that a person is shown first. No vscode in here.
import type { FunctionParameter, PythonFunction } from '../code/pythonFunctions';
import { printFunctionInputs } from '../profile/python/inputsText';
import type { FunctionInputs } from '../profile/python/pythonOptions';
import { NAME } from '../profile/python/shapeText';
import { shapesOf } from './docstringShapes';

type FunctionTensor = FunctionInputs['tensors'][number];
type Argument = FunctionInputs['arguments'][string];

/** Sizes of real models, by the names that people give to axes. */
const SIZES: readonly (readonly [RegExp, number])[] = [
  [/^(?:b|bs|bsz|batch|batch_?size|n_?batch)$/i, 4],
  [/^(?:h|heads|n_?heads?|num_?heads|nheads_?k)$/i, 32],
  [/^(?:head_?dim|d_?head|head_?size|hd)$/i, 128],
  [/^(?:inner|intermediate(?:_size)?|ffn(?:_dim)?)$/i, 14336],
  [/^(?:vocab(?:ulary)?(?:_size)?)$/i, 32000],
  [
    /^(?:d|c|k|dim|hidden(?:_size|_dim)?|d_?model|channels|features|in_features|out_features|m|n|rows|cols|columns)$/i,
    4096,
  ],
];
/** Of an axis that nobody knows: a sequence's length, say. */
const USUAL_SIZE = 1024;
const LARGEST_INDEX = 999;

/** Shapes of tensors of which only the name is known. */
const SHAPES: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^(?:q|k|v|query|key|value)$/i, [4, 32, USUAL_SIZE, 128]],
  [/weight|gamma|beta|bias|scale/i, [4096]],
  [/(?:^|_)(?:idx|ids?|index|indices|labels?|targets?|positions?)$/i, [USUAL_SIZE]],
];
const INDICES = SHAPES[2]?.[0];

/** The text for `parseFunctionInputs`; empty: it takes no tensors, as far as is known. */
export function suggestedInputs({ parameters, signature, docstring }: PythonFunction): string {
  const documented = new Map(
    shapesOf(docstring ?? '', signature).map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), axesOf(line.slice(colon + 1))] as const;
    }),
  );
  // What has a default is not needed; what is no name, or twice the same, is no Python either.
  const needed = new Map(
    parameters
      .filter(({ name, kind, default: given }) => kind !== 'several' && given === null && NAME.test(name))
      .map((parameter) => [parameter.name, parameter]),
  );
  const tensors: FunctionTensor[] = [];
  const given: Record<string, Argument> = {};
  for (const parameter of needed.values()) {
    const plain = plainValue(parameter);
    if (plain === undefined) tensors.push(tensorOf(parameter, documented.get(parameter.name) ?? null));
    else given[parameter.name] = plain;
  }
  return tensors.length === 0 ? '' : printFunctionInputs([{ tensors, arguments: given, outputs: [] }]);
}

/** A value for what is no tensor; undefined: it may be one. */
function plainValue({ annotation, kind }: FunctionParameter): Argument | undefined {
  const type = (annotation ?? '').replace(/^["']|["']$/g, '').replace(/\s*\|\s*None$/, '');
  switch (/^(?:Optional\[)?(int|float|bool|str)\]?$/.exec(type)?.[1]) {
    case 'int':
      return 1;
    case 'float':
      return 1;
    case 'bool':
      return false;
    case 'str':
      return '';
    default:
      return kind === 'by name' ? 1 : undefined;
  }
}

function tensorOf({ name, annotation }: FunctionParameter, documented: readonly string[] | null): FunctionTensor {
  // As jaxtyping writes it: `Float[Tensor, "batch seq dim"]`.
  const [, type = '', axes] = /^(\w+)\[.*,\s*["']([^"']*)["']\s*\]$/s.exec(annotation ?? '') ?? [];
  const annotated = axes === undefined ? null : sizesOf(axes.split(/\s+/));
  const stated = annotated ?? (documented === null ? null : sizesOf(documented));
  const shape = stated ?? SHAPES.find(([pattern]) => pattern.test(name))?.[1] ?? [4096, 4096];
  if (type.startsWith('Bool')) return { name, shape: [...shape], dtype: 'bool', values: 'whole' };
  if (/^U?Int/.test(type) || INDICES?.test(name) === true) {
    return { name, shape: [...shape], dtype: 'int64', values: 'whole', low: 0, high: LARGEST_INDEX + 1 };
  }
  return { name, shape: [...shape], dtype: null, values: 'normal' };
}

/** `(batch, 2 * d)` as `batch`, `2 * d`. */
function axesOf(shape: string): readonly string[] {
  return shape
    .trim()
    .slice(1, -1)
    .split(',')
    .map((axis) => axis.trim());
}

/** Null: it says no axis. */
function sizesOf(axes: readonly string[]): readonly number[] | null {
  const sizes = axes.flatMap((axis) => sizeOf(axis) ?? []);
  return sizes.length === 0 ? null : sizes;
}

/** Null: it stands for any number of axes, or for none. */
function sizeOf(axis: string): number | null {
  const text = axis.replace(/^[#?_*]+/, '').replace(/^\w+=/, '');
  if (text === '' || text.startsWith('..')) return null;
  if (/^\d+$/.test(text)) return Math.max(1, Number(text));
  const [, factor, name] = /^(\d+)\s*\*\s*(\w+)$/.exec(text) ?? [];
  if (factor !== undefined && name !== undefined) return Math.max(1, Number(factor)) * (sizeOf(name) ?? 1);
  return SIZES.find(([pattern]) => pattern.test(text))?.[1] ?? USUAL_SIZE;
}
