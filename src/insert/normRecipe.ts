// RMSNorm and LayerNorm along the last dimension.
import { hasBackward } from './knownFunctions';
import {
  argumentList,
  followed,
  gradientGuard,
  isNone,
  named,
  signatureOf,
  type Given,
  type RecipeOrRefusal,
  type RecipeRequest,
} from './recipe';

/** PyTorch's own, where the code gives none. */
const LAYER_NORM_EPS = '1e-05';

export function normRecipe(request: RecipeRequest): RecipeOrRefusal {
  const { kind, offer, given, kernel, words, local } = request;
  const { x, weight, bias, shape } = given;
  if (x === undefined) return { refused: 'The code does not say what the operation is computed of.' };
  const signature = signatureOf(kind, offer);
  if ('refused' in signature) return signature;
  const takes = new Set(signature.mapped.map(({ part }) => part));
  const hasBias = kind === 'layer norm' && !isNone(bias);
  const guards: string[] = [...inputGuards(request, x)];
  const own = epsOf(request, x);
  // A module's may be None.
  const eps = own.includes(' if ') ? local('eps') : own;
  const first = eps === own ? [] : [`${eps} = ${own}`];
  const tensors = [{ ...x }, ...(isNone(weight) ? [] : [weight]), ...(hasBias ? [{ ...bias, mayBeNone: true }] : [])];
  if (!hasBackward(kind, offer.id, offer.member)) guards.push(gradientGuard(words, tensors));
  const takesOut = takes.has('out');
  const input = takesOut ? local('dense') : followed(x);
  const out = local('out');
  const scale = isNone(weight) ? `${input}.new_ones(${input}.shape[-1])` : weight.text;
  const shift =
    hasBias && takes.has('bias')
      ? bias.text
      : signature.mapped.some(({ parameter, part }) => part === 'bias' && parameter.default === null)
        ? 'None'
        : undefined;
  const values = {
    x: input,
    weight: scale,
    eps,
    ...(takesOut ? { out } : {}),
    ...(shift === undefined ? {} : { bias: shift }),
  };
  const list = argumentList(signature.mapped, values);
  if (typeof list !== 'string') return list;
  const call = `${kernel}.${offer.member.name}${list}`;
  const added = hasBias && !takes.has('bias') ? ` + ${bias.text}` : '';
  if (added !== '' && request.ofModule) guards.push(`${bias?.text ?? ''} is None`);
  const repeats = (isNone(weight) && !takesOut) || eps.includes('finfo');
  if (!takesOut) return { guards, lines: first, value: call + added, notes: notesOf(shape, weight), repeats };
  const lines = [
    ...first,
    `${input} = ${followed(x)}.contiguous()`,
    `${out} = ${words('torch')}.empty_like(${input})`,
    call,
  ];
  return {
    guards,
    lines,
    value: out + added,
    notes: notesOf(shape, weight),
    repeats: eps.includes('finfo') && x.build !== 'name',
  };
}

/** Layers of kernels read `weight` and `variance_epsilon` of the module that they stand in for. */
export function normLayerRecipe(request: RecipeRequest): RecipeOrRefusal {
  const { kind, offer, given, kernel, words } = request;
  const { x, weight, bias } = given;
  if (x === undefined || isNone(weight)) return { refused: `The layer ${offer.member.name} needs a weight.` };
  const guards = [...inputGuards(request, x)];
  const hasBias = kind === 'layer norm' && !isNone(bias);
  const tensors = [x, weight, ...(hasBias ? [{ ...bias, mayBeNone: true }] : [])];
  if (!hasBackward(kind, offer.id, offer.member)) guards.push(gradientGuard(words, tensors));
  const own = epsOf(request, x);
  const eps = own.includes(' if ') ? request.local('eps') : own;
  const first = eps === own ? [] : [`${eps} = ${own}`];
  const isItself = weight.text === 'self.weight' && eps === 'self.variance_epsilon';
  const holder = isItself
    ? 'self'
    : `${words('types', 'SimpleNamespace')}(weight=${weight.text}, variance_epsilon=${eps})`;
  const call = `${kernel}.layers.${offer.member.name}.forward(${holder}, ${followed(x)}.contiguous())`;
  if (!hasBias) return { guards, lines: first, value: call, notes: [], repeats: false };
  const out = request.local('out');
  const { indent } = request.style;
  // The layer has no bias of its own.
  const lines = [
    ...first,
    `${out} = ${call}`,
    `if ${bias.text} is not None:`,
    `${indent}${out} = ${out} + ${bias.text}`,
  ];
  return { guards, lines, value: out, notes: [], repeats: false };
}

/**
 * More dimensions than the last, or no weight, where the code does not rule it out; and what has a dtype that depends on
 * PyTorch: the result of two, and the eps that is not given, which differs among its releases where numbers have 16 bits.
 */
function inputGuards({ kind, given, ofModule, words }: RecipeRequest, x: Given): readonly string[] {
  const { weight, shape, eps } = given;
  const guards: string[] = [];
  if (!isNone(weight) && shape !== undefined) guards.push(`${weight.text} is None`);
  guards.push(...shapeGuards(given, ofModule));
  if (!isNone(weight)) guards.push(`${followed(x)}.dtype != ${followed(weight)}.dtype`);
  const isWide = `${followed(x)}.dtype != ${words('torch')}.float32`;
  if (kind === 'rms norm' && isNone(eps)) guards.push(isWide);
  else if (kind === 'rms norm' && ofModule) guards.push(`(${eps?.text ?? ''} is None and ${isWide})`);
  return guards;
}

function shapeGuards({ weight, shape }: RecipeRequest['given'], ofModule: boolean): string[] {
  if (shape === undefined) return [];
  if (ofModule) return [`len(${shape.text}) != 1`];
  if (isOneNumber(shape)) return [];
  if (!isNone(weight)) return [`${followed(weight)}.dim() != 1`];
  return [`not isinstance(${shape.text}, int) and len(${shape.text}) != 1`];
}

/** Whether a normalized_shape is the last dimension for sure: `64`, `(dim,)`, `[dim]`, `x.shape[-1]`, `x.shape[-1:]`. */
export function isOneNumber({ text, value }: Given): boolean {
  if (typeof value === 'number') return true;
  return /^\(.*[^,\s],\s*\)$/su.test(text)
    ? !text.slice(1, -1).replace(/,\s*$/u, '').includes(',')
    : /^\[[^,\][]+\]$|(?:\.shape\[-1:?\]|\.size\(-1\))$/u.test(text);
}

function epsOf({ kind, given, words, ofModule }: RecipeRequest, x: Given): string {
  const { eps } = given;
  if (kind === 'layer norm') return eps?.text ?? LAYER_NORM_EPS;
  const own = `${words('torch')}.finfo(${followed(x)}.dtype).eps`;
  if (isNone(eps)) return own;
  return ofModule ? `${eps.text} if ${eps.text} is not None else ${own}` : eps.text;
}

function notesOf(shape: Given | undefined, weight: Given | undefined): readonly string[] {
  return shape !== undefined && isNone(weight)
    ? ['The code has no weight, and the kernel wants one: it is given ones.']
    : [];
}

export const NORM_MODULE_ROLES = {
  shape: named('self.normalized_shape'),
  weight: named('self.weight'),
  eps: named('self.eps'),
};
