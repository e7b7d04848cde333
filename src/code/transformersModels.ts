// Models of the transformers library, loaded by name: `AutoModelForCausalLM.from_pretrained("org/name")`.
import type { SyntaxNode } from '@lezer/common';
import { argumentOf, argumentsOf, type ReadCode } from './expressionShape';
import { namedBy, type OperationDraft, type RoleArguments } from './operationDraft';
import type { Role } from './operation';

const ROLES: ReadonlyMap<string, Role> = new Map<string, Role>([
  ['pretrained_model_name_or_path', 'model'],
  ['attn_implementation', 'attention'],
  ['dtype', 'dtype'],
  ['torch_dtype', 'dtype'],
  ['device_map', 'device'],
]);

/** `name` is what the callee stands for. Null: no model, or a kernel computes its attention already. */
export function transformersModel(code: ReadCode, call: SyntaxNode, name: string): OperationDraft | null {
  const parts = name.split('.');
  const [type = '', method] = parts.slice(-2);
  const callee = call.firstChild;
  if (parts[0] !== 'transformers' || method !== 'from_pretrained' || !isModel(type) || callee === null) return null;
  const given = argumentsOf(code, call);
  const [model, ...others] = given?.places ?? [];
  if (given === null || (model === undefined && !given.named.has('pretrained_model_name_or_path'))) return null;
  // What follows by place is handed to the model's own constructor.
  if (others.length > 0) return null;
  const roles: RoleArguments = model === undefined ? {} : { model: argumentOf(code, model) };
  for (const [parameter, value] of given.named) {
    const role = ROLES.get(parameter);
    if (role !== undefined) roles[role] = argumentOf(code, value);
  }
  // The Hub's kernels are named `org/name`, with `@version` and `:function` behind.
  if (typeof roles.attention?.value === 'string' && roles.attention.value.includes('/')) return null;
  // A config given from outside may say what computes attention.
  return { kind: 'transformers model', form: 'call', node: call, ...namedBy(code, callee), arguments: roles };
}

/** Families whose attention adds a bias to the scores: the library computes it by itself, and refuses a kernel for it. */
const OWN_ATTENTION = /^(?:T5|MT5|UMT5|LongT5|Bloom)/;

/** By its name, as the library names its classes. TensorFlow's and Flax's are others. */
function isModel(type: string): boolean {
  if (/^(?:TF|Flax)[A-Z]/.test(type) || type === 'PreTrainedModel' || OWN_ATTENTION.test(type)) return false;
  return /^AutoModel(?:For\w+|With\w+)?$|[a-z0-9](?:Model|EncoderModel|For[A-Z]\w+|WithProjection|LMHeadModel)$/i.test(
    type,
  );
}
