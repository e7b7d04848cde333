// The recipe of an operation.
import { activationRecipe, gatedRecipe, softmaxRecipe } from './activationRecipe';
import { attentionRecipe } from './attentionRecipe';
import { hasBackward, type WrittenKind } from './knownFunctions';
import { normLayerRecipe, normRecipe } from './normRecipe';
import { eightBitRecipe, fourBitRecipe } from './quantisedRecipe';
import { followed, gradientGuard, type RecipeOrRefusal, type RecipeRequest } from './recipe';
import { convolutionRecipe, rotaryRecipe } from './sequenceRecipe';

const RECIPES: Readonly<Record<WrittenKind, (request: RecipeRequest) => RecipeOrRefusal>> = {
  gelu: activationRecipe,
  'gelu tanh': activationRecipe,
  silu: activationRecipe,
  'silu and mul': gatedRecipe,
  'gelu and mul': gatedRecipe,
  'gelu tanh and mul': gatedRecipe,
  'rms norm': normRecipe,
  'layer norm': normRecipe,
  softmax: softmaxRecipe,
  attention: attentionRecipe,
  'rotary embedding': rotaryRecipe,
  'causal conv1d': convolutionRecipe,
  '4-bit linear': fourBitRecipe,
  '8-bit linear': eightBitRecipe,
  'transformers model': () => ({
    refused: 'A whole model takes a kernel with `attn_implementation` or with `kernelize`.',
  }),
};

/** Refused: why this kernel cannot be put in this place. */
export function recipeFor(request: RecipeRequest): RecipeOrRefusal {
  if (request.offer.member.kind === 'function') return RECIPES[request.kind](request);
  return request.kind === 'rms norm' || request.kind === 'layer norm'
    ? normLayerRecipe(request)
    : activationLayer(request);
}

/** Layers of activations read nothing of the module that they stand in for. */
function activationLayer({ kind, offer, given, kernel, words }: RecipeRequest): RecipeOrRefusal {
  const { x, gate, up } = given;
  const parts = x === undefined ? [gate, up].filter((part) => part !== undefined) : [x];
  const [first] = parts;
  if (first === undefined) return { refused: 'The code does not say what the operation is computed of.' };
  const input =
    parts.length === 1 ? first.text : `${words('torch')}.cat((${parts.map(({ text }) => text).join(', ')}), dim=-1)`;
  const guards = hasBackward(kind, offer.id, offer.member) ? [] : [gradientGuard(words, parts)];
  return {
    guards,
    lines: [],
    value: `${kernel}.layers.${offer.member.name}.forward(self, ${input})`,
    notes: [],
    repeats: parts.length > 1 && followed(first) !== first.text,
  };
}
