// Attention: what PyTorch has as (batch, heads, positions, dimension), most kernels have with positions in front of heads.
import { hasBackward } from './knownFunctions';
import {
  argumentList,
  followed,
  gradientGuard,
  isNone,
  signatureOf,
  type Given,
  type GivenRoles,
  type PartValues,
  type RecipeOrRefusal,
  type RecipeRequest,
} from './recipe';

export function attentionRecipe(request: RecipeRequest): RecipeOrRefusal {
  const { offer, given, kernel, words, local } = request;
  const { q, k, v } = given;
  const signature = signatureOf('attention', offer);
  if ('refused' in signature) return signature;
  if (q === undefined || k === undefined || v === undefined)
    return { refused: 'The code does not say what q, k and v are.' };
  const takes = new Set(signature.mapped.map(({ part }) => part));
  const guards = inputGuards(request, q, k, v);
  const more = optionGuards(given, takes, q, k);
  if (typeof more === 'string') return { refused: more };
  guards.push(...more);
  if (!hasBackward('attention', offer.id, offer.member)) guards.push(gradientGuard(words, [q, k, v]));
  // The one that names its layouts knows PyTorch's.
  const headsFirst = takes.has('layout');
  const turned = (tensor: Given): string => (headsFirst ? tensor.text : `${followed(tensor)}.transpose(1, 2)`);
  const [out, query] = [local('out'), local('query')];
  const takesOut = takes.has('out');
  const values: PartValues = {
    q: takesOut ? query : turned(q),
    k: turned(k),
    v: turned(v),
    ...(takesOut ? { out } : {}),
    ...(headsFirst ? { layout: request.style.quote === '"' ? '"HND"' : "'HND'" } : {}),
    ...options(given, takes),
  };
  const list = argumentList(signature.mapped, values);
  if (typeof list !== 'string') return list;
  const call = `${kernel}.${offer.member.name}${list}`;
  const back = headsFirst ? '' : '.transpose(1, 2)';
  const notes =
    given.dropout === undefined || given.dropout.value === 0
      ? []
      : ['With dropout, kernel and PyTorch draw different random numbers.'];
  const rest = { guards, notes, repeats: false };
  if (takesOut) {
    const lines = [`${query} = ${turned(q)}.contiguous()`, `${out} = ${words('torch')}.empty_like(${query})`, call];
    return { ...rest, lines, value: out + back };
  }
  const names = new Set(signature.mapped.map(({ parameter }) => parameter.name));
  if (offer.member.name !== 'flash_attn_func' || names.has('return_attn_probs'))
    return { ...rest, lines: [], value: call + back };
  const lines = [
    `${out} = ${call}`,
    `if isinstance(${out}, tuple):  # with the logarithm of the sum`,
    `${request.style.indent}${out} = ${out}[0]`,
  ];
  return { ...rest, lines, value: out + back };
}

function inputGuards({ words }: RecipeRequest, q: Given, k: Given, v: Given): string[] {
  const torch = words('torch');
  return [
    `${followed(q)}.dim() != 4`,
    `${followed(q)}.dtype not in (${torch}.float16, ${torch}.bfloat16)`,
    `${followed(q)}.shape[-1] > 256`,
    `${followed(q)}.shape[-1] != ${followed(v)}.shape[-1]`,
    // PyTorch repeats a batch of one.
    `${followed(q)}.shape[0] != ${followed(k)}.shape[0]`,
    `${followed(k)}.shape[:3] != ${followed(v)}.shape[:3]`,
  ];
}

/** A text: what cannot be done. */
function optionGuards(given: GivenRoles, takes: ReadonlySet<unknown>, q: Given, k: Given): readonly string[] | string {
  const { mask, causal, dropout, scale } = given;
  const guards: string[] = [];
  if (!isNone(mask)) guards.push(`${mask.text} is not None`);
  if (isOn(causal)) {
    if (!takes.has('causal')) return 'The function has no causal attention, which the code asks for.';
    // Where lengths differ, flash attention aligns the mask at its end and PyTorch at its beginning.
    const unequal = `${followed(q)}.shape[-2] != ${followed(k)}.shape[-2]`;
    guards.push(causal?.value === true ? unequal : `(${causal?.text ?? ''} and ${unequal})`);
  }
  if (isOn(dropout) && !takes.has('dropout')) {
    if (typeof dropout?.value === 'number') return 'The function has no dropout, which the code asks for.';
    guards.push(`${dropout?.text ?? ''} > 0`);
  }
  if (!isNone(scale) && !takes.has('scale')) return 'The function has no scale, which the code sets.';
  return guards;
}

function options({ causal, dropout, scale }: GivenRoles, takes: ReadonlySet<unknown>): PartValues {
  return {
    ...(isOn(causal) ? { causal: causal?.text ?? 'True' } : takes.has('causal') ? { causal: 'False' } : {}),
    ...(isOn(dropout) && takes.has('dropout') ? { dropout: dropout?.text ?? '0.0' } : {}),
    ...(isNone(scale) ? {} : { scale: scale.text }),
  };
}

/** Neither left out nor written as nothing. */
function isOn(given: Given | undefined): boolean {
  return given !== undefined && given.value !== false && given.value !== 0 && given.value !== null;
}
