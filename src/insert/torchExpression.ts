// What PyTorch itself computes, where the code's own expression cannot be used.
import type { Words } from './codeWords';
import type { WrittenKind } from './knownFunctions';
import { isOneNumber } from './normRecipe';
import { followed, isNone, type Given, type GivenRoles } from './recipe';

/** Null: PyTorch has no one expression for it. */
export function torchExpression(kind: WrittenKind, given: GivenRoles, words: Words, quote: string): string | null {
  const functional = (): string => words('torch.nn.functional');
  const { x } = given;
  switch (kind) {
    case 'gelu':
      return x === undefined ? null : `${functional()}.gelu(${x.text})`;
    case 'gelu tanh':
      return x === undefined ? null : `${functional()}.gelu(${x.text}, approximate=${quote}tanh${quote})`;
    case 'silu':
      return x === undefined ? null : `${functional()}.silu(${x.text})`;
    case 'silu and mul':
    case 'gelu and mul':
    case 'gelu tanh and mul':
      return gated(kind, given, functional(), quote);
    case 'softmax':
      return x === undefined
        ? null
        : `${functional()}.softmax(${x.text}${keywords({ dim: '-1', dtype: textOf(given.dtype) })})`;
    case 'rms norm':
    case 'layer norm':
      return norm(kind, given, functional());
    case 'attention':
      return attention(given, functional());
    case 'causal conv1d':
      return convolution(given, functional());
    case '4-bit linear':
      return fourBit(given, words);
    case '8-bit linear':
      return eightBit(given, functional());
    case 'rotary embedding':
    case 'transformers model':
      return null;
  }
}

function gated(kind: WrittenKind, { x, gate, up }: GivenRoles, functional: string, quote: string): string | null {
  const half = (index: number): string => `${x === undefined ? '' : followed(x)}.chunk(2, dim=-1)[${index}]`;
  const first = x === undefined ? gate?.text : half(0);
  const second = x === undefined ? up && followed(up) : half(1);
  if (first === undefined || second === undefined) return null;
  if (kind === 'silu and mul') return `${functional}.silu(${first}) * ${second}`;
  return `${functional}.gelu(${first}${kind === 'gelu and mul' ? '' : `, approximate=${quote}tanh${quote}`}) * ${second}`;
}

function norm(kind: WrittenKind, { x, weight, bias, eps, shape }: GivenRoles, functional: string): string | null {
  if (x === undefined) return null;
  const last = `(${followed(x)}.shape[-1],)`;
  // The weight may be None.
  const of = shape === undefined || isOneNumber(shape) ? last : shape.text;
  const name = kind === 'rms norm' ? 'rms_norm' : 'layer_norm';
  const rest = { weight: textOf(weight), bias: kind === 'rms norm' ? undefined : textOf(bias), eps: textOf(eps) };
  return `${functional}.${name}(${x.text}, ${of}${keywords(rest)})`;
}

function attention(given: GivenRoles, functional: string): string | null {
  const { q, k, v } = given;
  if (q === undefined || k === undefined || v === undefined) return null;
  const rest = {
    attn_mask: textOf(given.mask),
    dropout_p: textOf(given.dropout),
    is_causal: textOf(given.causal),
    scale: textOf(given.scale),
    enable_gqa: textOf(given.gqa),
  };
  return `${functional}.scaled_dot_product_attention(${q.text}, ${k.text}, ${v.text}${keywords(rest)})`;
}

function convolution({ x, weight, bias, activation }: GivenRoles, functional: string): string | null {
  if (x === undefined || weight === undefined) return null;
  const [input, kernel] = [followed(x), followed(weight)];
  const rest = keywords({ bias: textOf(bias), padding: `${kernel}.shape[-1] - 1`, groups: `${input}.shape[1]` });
  const cut = `${functional}.conv1d(${x.text}, ${weight.text}${rest})[..., :${input}.shape[-1]]`;
  return isNone(activation) ? cut : `${functional}.silu(${cut})`;
}

function fourBit({ x, weight, bias, 'quant state': state }: GivenRoles, words: Words): string | null {
  if (x === undefined || weight === undefined || state === undefined) return null;
  const rest = keywords({ quant_state: state.text, bias: textOf(bias) });
  return `${words('bitsandbytes')}.matmul_4bit(${x.text}, ${weight.text}${rest})`;
}

function eightBit({ x, weight, bias, scales }: GivenRoles, functional: string): string | null {
  if (x === undefined || weight === undefined || scales === undefined) return null;
  const full = `${followed(weight)}.to(${followed(x)}.dtype) * ${followed(scales)}.reshape(-1, 1).to(${followed(x)}.dtype)`;
  return `${functional}.linear(${x.text}, ${full}${isNone(bias) ? '' : `, ${bias.text}`})`;
}

function textOf(given: Given | undefined): string | undefined {
  return isNone(given) ? undefined : given.text;
}

function keywords(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : `, ${name}=${value}`))
    .join('');
}
