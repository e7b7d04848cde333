// Operations that one call of torch is: what it takes, and what each argument is for.
import type { SyntaxNode } from '@lezer/common';
import { argumentsOf, bindArguments, partsOf, subscriptOf, unwrapped, type ReadCode } from './expressionShape';
import { namedBy, rolesOf, type OperationDraft } from './operationDraft';
import type { OperationArgument, OperationKind, Role } from './operation';

interface CallForm {
  readonly kind: OperationKind;
  readonly form: 'call' | 'module';
  /** As torch declares them. */
  readonly parameters: readonly string[];
  readonly roles: Readonly<Record<string, Role>>;
  /** Parameters that have to be given. */
  readonly needed: readonly string[];
  /** Parameters without a role, with the value that changes nothing. */
  readonly harmless?: Readonly<Record<string, OperationArgument['value']>>;
}

const SOFTMAX: CallForm = {
  kind: 'softmax',
  form: 'call',
  parameters: ['input', 'dim', '_stacklevel', 'dtype'],
  roles: { input: 'x', dim: 'dim', dtype: 'dtype' },
  needed: ['input', 'dim'],
  harmless: { _stacklevel: 3 },
};
const RMS_NORM: CallForm = {
  kind: 'rms norm',
  form: 'call',
  parameters: ['input', 'normalized_shape', 'weight', 'eps'],
  roles: { input: 'x', normalized_shape: 'shape', weight: 'weight', eps: 'eps' },
  needed: ['input', 'normalized_shape'],
};
const LAYER_NORM: CallForm = {
  kind: 'layer norm',
  form: 'call',
  parameters: ['input', 'normalized_shape', 'weight', 'bias', 'eps'],
  roles: { input: 'x', normalized_shape: 'shape', weight: 'weight', bias: 'bias', eps: 'eps' },
  needed: ['input', 'normalized_shape'],
};

const CALLS: ReadonlyMap<string, CallForm> = new Map<string, CallForm>([
  ['torch.nn.functional.softmax', SOFTMAX],
  ['torch.softmax', { ...SOFTMAX, parameters: ['input', 'dim', 'dtype'] }],
  ['torch.special.softmax', { ...SOFTMAX, parameters: ['input', 'dim', '*', 'dtype'] }],
  [
    'torch.nn.Softmax',
    { kind: 'softmax', form: 'module', parameters: ['dim'], roles: { dim: 'dim' }, needed: ['dim'] },
  ],
  ['torch.nn.functional.rms_norm', RMS_NORM],
  ['torch.rms_norm', RMS_NORM],
  [
    'torch.nn.RMSNorm',
    {
      kind: 'rms norm',
      form: 'module',
      parameters: ['normalized_shape', 'eps', 'elementwise_affine', 'device', 'dtype'],
      roles: { normalized_shape: 'shape', eps: 'eps', elementwise_affine: 'affine', device: 'device', dtype: 'dtype' },
      needed: ['normalized_shape'],
    },
  ],
  ['torch.nn.functional.layer_norm', LAYER_NORM],
  [
    'torch.layer_norm',
    { ...LAYER_NORM, parameters: [...LAYER_NORM.parameters, 'cudnn_enable'], harmless: { cudnn_enable: true } },
  ],
  [
    'torch.nn.LayerNorm',
    {
      kind: 'layer norm',
      form: 'module',
      parameters: ['normalized_shape', 'eps', 'elementwise_affine', 'bias', 'device', 'dtype'],
      roles: {
        normalized_shape: 'shape',
        eps: 'eps',
        elementwise_affine: 'affine',
        bias: 'bias',
        device: 'device',
        dtype: 'dtype',
      },
      needed: ['normalized_shape'],
    },
  ],
  [
    'torch.nn.functional.scaled_dot_product_attention',
    {
      kind: 'attention',
      form: 'call',
      parameters: ['query', 'key', 'value', 'attn_mask', 'dropout_p', 'is_causal', '*', 'scale', 'enable_gqa'],
      roles: {
        query: 'q',
        key: 'k',
        value: 'v',
        attn_mask: 'mask',
        dropout_p: 'dropout',
        is_causal: 'causal',
        scale: 'scale',
        enable_gqa: 'gqa',
      },
      needed: ['query', 'key', 'value'],
    },
  ],
]);

export const CALL_NAMES: readonly string[] = [...CALLS.keys()];

/** `name` is what the callee stands for. Null: no such operation, or one along another dimension than the last. */
export function directCall(code: ReadCode, call: SyntaxNode, name: string): OperationDraft | null {
  const form = CALLS.get(name);
  const callee = call.firstChild;
  const given = form === undefined ? null : argumentsOf(code, call);
  if (form === undefined || callee === null || given === null) return null;
  const bound = bindArguments(given, form.parameters);
  if (bound === null || form.needed.some((parameter) => !bound.has(parameter))) return null;
  const roles = rolesOf(code, bound, form.roles, form.harmless);
  if (roles === null) return null;
  if (form.kind === 'softmax' && roles.dim?.value !== -1) return null;
  const shape = bound.get('normalized_shape');
  if (shape !== undefined && isSeveral(code, unwrapped(shape))) return null;
  return { kind: form.kind, form: form.form, node: call, ...namedBy(code, callee), arguments: roles };
}

/** Whether a shape says that more than the last dimension is normalised: `(8, 8)`, `x.shape[1:]`. */
function isSeveral(code: ReadCode, shape: SyntaxNode): boolean {
  if (shape.name === 'TupleExpression' || shape.name === 'ArrayExpression') {
    return partsOf(shape).filter((part) => !SIGNS.has(part.name)).length !== 1;
  }
  const [item, other] = subscriptOf(shape)?.items ?? [];
  if (item?.some((part) => part.name === ':') !== true) return false;
  const [from, colon, more] = item;
  const last = from !== undefined && colon?.name === ':' && code.names.valueOf(from).value === -1;
  return !last || more !== undefined || other !== undefined;
}

const SIGNS: ReadonlySet<string> = new Set(['(', ')', '[', ']', ',']);
