// Rotary embedding and causal convolution.
import { hasBackward } from './knownFunctions';
import {
  argumentList,
  followed,
  gradientGuard,
  isNone,
  signatureOf,
  type RecipeOrRefusal,
  type RecipeRequest,
} from './recipe';

export function rotaryRecipe(request: RecipeRequest): RecipeOrRefusal {
  const { offer, given, kernel, words } = request;
  const signature = signatureOf('rotary embedding', offer);
  if ('refused' in signature) return signature;
  const { q, k, cos, sin } = given;
  if (q === undefined || k === undefined || cos === undefined || sin === undefined)
    return { refused: 'The code does not say what q, k, cos and sin are.' };
  const dim = given['unsqueeze dim'];
  if (dim !== undefined && dim.value !== 1 && !signature.mapped.some(({ part }) => part === 'unsqueeze dim'))
    return { refused: 'The function knows only one order of heads and positions, and the code sets another.' };
  const along = dim === undefined || dim.value === 1 ? {} : { 'unsqueeze dim': dim.text };
  const list = argumentList(signature.mapped, { q: q.text, k: k.text, cos: cos.text, sin: sin.text, ...along });
  if (typeof list !== 'string') return list;
  const guards = hasBackward('rotary embedding', offer.id, offer.member) ? [] : [gradientGuard(words, [q, k])];
  return { guards, lines: [], value: `${kernel}.${offer.member.name}${list}`, notes: [], repeats: false };
}

export function convolutionRecipe(request: RecipeRequest): RecipeOrRefusal {
  const { offer, given, kernel, words, style } = request;
  const signature = signatureOf('causal conv1d', offer);
  if ('refused' in signature) return signature;
  const { x, weight, bias, activation, width } = given;
  if (x === undefined || weight === undefined) return { refused: 'The code does not say what input and weight are.' };
  const takes = new Set(signature.mapped.map(({ part }) => part));
  if (!isNone(activation) && !takes.has('activation'))
    return { refused: 'The function has no activation, which the code applies.' };
  if (!isNone(bias) && !takes.has('bias')) return { refused: 'The function has no bias, which the code has.' };
  const silu = `${style.quote}silu${style.quote}`;
  const list = argumentList(signature.mapped, {
    x: x.text,
    // PyTorch has (channels, 1, width), the kernel (channels, width).
    weight: `${followed(weight)}.squeeze(1)`,
    ...(isNone(bias) ? {} : { bias: bias.text }),
    ...(isNone(activation) ? {} : { activation: silu }),
  });
  if (typeof list !== 'string') return list;
  const tensors = [x, weight, ...(isNone(bias) ? [] : [{ ...bias, mayBeNone: true }])];
  const guards = hasBackward('causal conv1d', offer.id, offer.member) ? [] : [gradientGuard(words, tensors)];
  if (typeof width?.value !== 'number') guards.push(`${followed(weight)}.shape[-1] not in (2, 3, 4)`);
  else if (width.value < 2 || width.value > 4)
    return { refused: `The kernel takes filters of 2 to 4 steps, and this one has ${String(width.value)}.` };
  return { guards, lines: [], value: `${kernel}.${offer.member.name}${list}`, notes: [], repeats: false };
}
