// Linear layers with weights of 4 and 8 bits.
import {
  argumentList,
  followed,
  gradientGuard,
  isNone,
  signatureOf,
  type Given,
  type PartValues,
  type RecipeOrRefusal,
  type RecipeRequest,
} from './recipe';

/** bitsandbytes numbers its types in one way for the CPU and in another for Metal. */
const NF4_ON_CPU = 0;
const NF4_ON_METAL = 2;

export function fourBitRecipe(request: RecipeRequest): RecipeOrRefusal {
  const { offer, given, kernel, style } = request;
  const { x, weight, bias } = given;
  const state = given['quant state'];
  const signature = signatureOf('4-bit linear', offer);
  if ('refused' in signature) return signature;
  if (x === undefined || weight === undefined || state === undefined)
    return { refused: 'The code does not say what input, weight and quant state are.' };
  const forCpu = offer.member.name === 'gemm_4bit_forward';
  const of = followed(state);
  const guards = [gradientGuard(request.words, [x])];
  const none = `${state.text} is None`;
  if (forCpu)
    guards.unshift(none, `not getattr(${state.text}, ${quoted('packing_format_for_cpu', style.quote)}, False)`);
  else
    guards.unshift(
      none,
      `getattr(${state.text}, ${quoted('nested', style.quote)}, False)`,
      `${of}.shape[1] % ${of}.blocksize != 0`,
    );
  const fp4 = quoted('fp4', style.quote);
  const values: PartValues = {
    x: x.text,
    weight: forCpu ? weight.text : `${followed(weight)}.reshape(${of}.shape[0], -1)`,
    absmax: forCpu ? `${of}.absmax` : `${of}.absmax.reshape(${of}.shape[0], -1)`,
    blocksize: `${of}.blocksize`,
    'quant type': `1 if ${of}.quant_type == ${fp4} else ${forCpu ? NF4_ON_CPU : NF4_ON_METAL}`,
    'output features': `${of}.shape[0]`,
  };
  return withBias(request, signature, values, guards, bias, `${kernel}.${offer.member.name}`);
}

export function eightBitRecipe(request: RecipeRequest): RecipeOrRefusal {
  const { given, kernel, offer, words, local, style } = request;
  const { x, weight, scales, bias } = given;
  const signature = signatureOf('8-bit linear', offer);
  if ('refused' in signature) return signature;
  if (scales === undefined)
    return { refused: 'bitsandbytes keeps the scales of its 8-bit weights to itself, and the kernel wants them.' };
  if (x === undefined || weight === undefined) return { refused: 'The code does not say what input and weight are.' };
  const guards = [`${followed(x)}.dtype != ${words('torch')}.float16`, gradientGuard(words, [x])];
  const packed = local('packed');
  const kept = quoted('kernel_layout', style.quote);
  // Laid out once for each weight, and kept with it.
  const lines = [
    `${packed} = getattr(${weight.text}, ${kept}, None)`,
    `if ${packed} is None:`,
    `${style.indent}${packed} = ${kernel}.preprocess_weights(${followed(weight)}.t().contiguous().cpu(), False).to(${followed(weight)}.device)`,
    `${style.indent}${followed(weight)}.kernel_layout = ${packed}`,
  ];
  const values: PartValues = {
    x: x.text,
    weight: packed,
    scales: `${followed(scales)}.reshape(-1).to(${words('torch')}.float16)`,
  };
  const recipe = withBias(request, signature, values, guards, bias, `${kernel}.${offer.member.name}`);
  if ('refused' in recipe) return recipe;
  const notes = ['The weights are laid out anew for the kernel once, and kept beside the old ones: this takes memory.'];
  return { ...recipe, lines: [...lines, ...recipe.lines], notes };
}

function withBias(
  { local, style }: RecipeRequest,
  { mapped }: { readonly mapped: Parameters<typeof argumentList>[0] },
  values: PartValues,
  guards: readonly string[],
  bias: Given | undefined,
  call: string,
): RecipeOrRefusal {
  const takesBias = mapped.some(({ part }) => part === 'bias');
  const list = argumentList(mapped, takesBias && !isNone(bias) ? { ...values, bias: bias.text } : values);
  if (typeof list !== 'string') return list;
  const rest = { guards, notes: [], repeats: true };
  if (takesBias || isNone(bias)) return { ...rest, lines: [], value: call + list };
  const out = local('out');
  const lines = [
    `${out} = ${call}${list}`,
    `if ${bias.text} is not None:`,
    `${style.indent}${out} = ${out} + ${bias.text}`,
  ];
  return { ...rest, lines, value: out };
}

function quoted(text: string, quote: string): string {
  return quote + text + quote;
}
