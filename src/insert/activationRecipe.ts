// Activations, gated or not, and softmax: one tensor in, one out.
import { hasBackward } from './knownFunctions';
import {
  activationOptions,
  argumentList,
  followed,
  gradientGuard,
  isNone,
  signatureOf,
  type Given,
  type RecipeOrRefusal,
  type RecipeRequest,
} from './recipe';

export function activationRecipe(request: RecipeRequest): RecipeOrRefusal {
  const { offer, given, kernel, words, local } = request;
  const { x } = given;
  const signature = signatureOf(request.kind, offer);
  if ('refused' in signature) return signature;
  if (x === undefined) return { refused: 'The code does not say what the operation is computed of.' };
  const call = `${kernel}.${offer.member.name}`;
  const options = activationOptions(request.kind, request.style);
  const guards = hasBackward(request.kind, offer.id, offer.member) ? [] : [gradientGuard(words, [x])];
  if (!signature.mapped.some(({ part }) => part === 'out')) {
    const list = argumentList(signature.mapped, { ...options, x: x.text });
    if (typeof list !== 'string') return list;
    return { guards, lines: [], value: call + list, notes: [], repeats: false };
  }
  const [input, out] = [local('dense'), local('out')];
  const list = argumentList(signature.mapped, { ...options, x: input, out });
  if (typeof list !== 'string') return list;
  // The kernel walks through memory, so the input has to lie in order.
  const lines = [
    `${input} = ${followed(x)}.contiguous()`,
    `${out} = ${words('torch')}.empty_like(${input})`,
    call + list,
  ];
  return { guards, lines, value: out, notes: [], repeats: false };
}

/** `act(gate) * up` of a kernel that takes both in one tensor, the gate first. */
export function gatedRecipe(request: RecipeRequest): RecipeOrRefusal {
  const { offer, given, kernel, words, local } = request;
  const signature = signatureOf(request.kind, offer);
  if ('refused' in signature) return signature;
  const { x, gate, up } = given;
  const parts = x === undefined ? [gate, up] : [x];
  const tensors = parts.filter((part) => part !== undefined);
  if (tensors.length !== parts.length) return { refused: 'The code does not say what the operation is computed of.' };
  const guards = hasBackward(request.kind, offer.id, offer.member) ? [] : [gradientGuard(words, tensors)];
  // PyTorch repeats the smaller one.
  if (gate !== undefined && up !== undefined && x === undefined) {
    const [one, other] = [followed(gate), followed(up)];
    guards.push(`${one}.shape != ${other}.shape`, `${one}.dtype != ${other}.dtype`, `${one}.dim() == 0`);
  }
  const call = `${kernel}.${offer.member.name}`;
  const options = activationOptions(request.kind, request.style);
  const takes = new Set(signature.mapped.map(({ part }) => part));
  const isJoined = takes.has('x');
  if (isJoined && takes.has('gate')) return { refused: 'The function takes its input in a way that is not known.' };
  const [input, out] = [local('dense'), local('out')];
  const notes =
    isJoined && x === undefined
      ? [
          'The kernel takes gate and up in one tensor, so they are copied into one first. One linear layer that computes both saves that.',
        ]
      : [];
  const joined = x === undefined ? `${words('torch')}.cat((${texts(tensors)}), dim=-1)` : x.text;
  if (!isJoined && x !== undefined)
    return { refused: 'The function takes gate and up as two tensors, and the code has them in one.' };
  if (!takes.has('out')) {
    const list = argumentList(signature.mapped, {
      ...options,
      ...(isJoined ? { x: joined } : { gate: gate?.text ?? '', up: up?.text ?? '' }),
    });
    if (typeof list !== 'string') return list;
    return { guards, lines: [], value: call + list, notes, repeats: false };
  }
  const values = { ...options, out, ...(isJoined ? { x: input } : { gate: gate?.text ?? '', up: up?.text ?? '' }) };
  const list = argumentList(signature.mapped, values);
  if (typeof list !== 'string') return list;
  const like = gate === undefined ? '' : followed(gate);
  const lines = isJoined
    ? [
        `${input} = ${x === undefined ? joined : `${followed(x)}.contiguous()`}`,
        `${out} = ${input}.new_empty((*${input}.shape[:-1], ${input}.shape[-1] // 2))`,
        call + list,
      ]
    : [`${out} = ${words('torch')}.empty_like(${like})`, call + list];
  return { guards, lines, value: out, notes, repeats: !isJoined };
}

/** Kernels take rows: two dimensions, along the last of which softmax is taken. */
export function softmaxRecipe(request: RecipeRequest): RecipeOrRefusal {
  const { offer, given, kernel, words, local } = request;
  const signature = signatureOf('softmax', offer);
  if ('refused' in signature) return signature;
  const { x, dim, dtype } = given;
  if (x === undefined) return { refused: 'The code does not say what the operation is computed of.' };
  const guards = hasBackward('softmax', offer.id, offer.member) ? [] : [gradientGuard(words, [x])];
  if (dim !== undefined && dim.value !== -1) guards.push(`${dim.text} not in (-1, ${followed(x)}.dim() - 1)`);
  // Neither has rows.
  guards.push(`${followed(x)}.dim() == 0`, `${followed(x)}.numel() == 0`);
  if (!isNone(dtype) && !dtype.text.includes('.')) guards.push(`${dtype.text} is None`);
  const input = local('dense');
  const out = local('out');
  const takesOut = signature.mapped.some(({ part }) => part === 'out');
  const rows = local('rows');
  const list = argumentList(signature.mapped, {
    x: rows,
    dim: '-1',
    'in place': 'False',
    ...(takesOut ? { out } : {}),
  });
  if (typeof list !== 'string') return list;
  const call = `${kernel}.${offer.member.name}${list}`;
  const cast = isNone(dtype) ? '' : `.to(${dtype.text})`;
  const lines = [
    `${input} = ${followed(x)}${cast}`,
    `${rows} = ${input}.reshape(-1, ${input}.shape[-1]).contiguous()`,
    ...(takesOut ? [`${out} = ${words('torch')}.empty_like(${rows})`, call] : [`${out} = ${call}`]),
  ];
  return { guards, lines, value: `${out}.reshape(${input}.shape)`, notes: [], repeats: false };
}

function texts(tensors: readonly Given[]): string {
  return tensors.map(({ text }) => text).join(', ');
}
