// Linear layers with weights of four or eight bits: those of bitsandbytes, and int8 weights with scales written out.
import type { SyntaxNode } from '@lezer/common';
import {
  argumentOf,
  argumentsOf,
  attributeOf,
  binaryOf,
  bindArguments,
  ownAttribute,
  subscriptOf,
  unwrapped,
  wrapped,
  type ReadCode,
} from './expressionShape';
import { namedBy, rolesOf, type OperationDraft } from './operationDraft';
import type { OperationKind, Role } from './operation';
import { isInt8Attribute } from './int8Weights';

interface QuantisedForm {
  readonly kind: OperationKind;
  readonly form: 'call' | 'module';
  readonly parameters: readonly string[];
  readonly roles: Readonly<Record<string, Role>>;
  readonly needed: readonly string[];
  /** Parameters of a module that the kernel's user has no part in. */
  readonly kept?: readonly string[];
}

const FEATURES = ['input_features', 'output_features'];
const FOUR_BITS: QuantisedForm = {
  kind: '4-bit linear',
  form: 'module',
  parameters: [...FEATURES, 'bias', 'compute_dtype', 'compress_statistics', 'quant_type', 'quant_storage', 'device'],
  roles: { bias: 'bias', compute_dtype: 'dtype', device: 'device' },
  needed: FEATURES,
  kept: [...FEATURES, 'compress_statistics', 'quant_type', 'quant_storage'],
};

const FORMS: ReadonlyMap<string, QuantisedForm> = new Map<string, QuantisedForm>([
  [
    'bitsandbytes.matmul_4bit',
    {
      kind: '4-bit linear',
      form: 'call',
      parameters: ['A', 'B', 'quant_state', 'out', 'bias'],
      roles: { A: 'x', B: 'weight', quant_state: 'quant state', bias: 'bias' },
      needed: ['A', 'B', 'quant_state'],
    },
  ],
  [
    'bitsandbytes.matmul',
    {
      kind: '8-bit linear',
      form: 'call',
      parameters: ['A', 'B', 'out', 'state', 'threshold', 'bias'],
      roles: { A: 'x', B: 'weight', state: 'state', bias: 'bias' },
      needed: ['A', 'B', 'state'],
    },
  ],
  ['bitsandbytes.nn.Linear4bit', FOUR_BITS],
  [
    'bitsandbytes.nn.Linear8bitLt',
    {
      kind: '8-bit linear',
      form: 'module',
      parameters: [...FEATURES, 'bias', 'has_fp16_weights', 'threshold', 'index', 'device'],
      roles: { bias: 'bias', device: 'device' },
      needed: FEATURES,
      kept: [...FEATURES, 'has_fp16_weights', 'threshold', 'index'],
    },
  ],
]);

export const QUANTISED_NAMES: readonly string[] = [...FORMS.keys()];

export function quantisedCall(code: ReadCode, call: SyntaxNode, name: string): OperationDraft | null {
  // `bnb.autograd._functions.matmul_4bit` and the modules' own file are the same.
  const form = FORMS.get(name);
  const callee = call.firstChild;
  const given = form === undefined ? null : argumentsOf(code, call);
  if (form === undefined || callee === null || given === null) return null;
  const bound = bindArguments(given, form.parameters);
  if (bound === null || form.needed.some((parameter) => !bound.has(parameter))) return null;
  const relevant = new Map([...bound].filter(([parameter]) => form.kept?.includes(parameter) !== true));
  const roles = rolesOf(code, relevant, form.roles, { out: null, threshold: 0 });
  return roles && { kind: form.kind, form: form.form, node: call, ...namedBy(code, callee), arguments: roles };
}

/** `F.linear(x, self.weight.to(x.dtype)) * self.scales`, with an int8 weight that the class registers; null: not for sure. */
export function int8Linear(code: ReadCode, call: SyntaxNode): OperationDraft | null {
  const callee = call.firstChild;
  const given = argumentsOf(code, call);
  const bound = given === null ? null : bindArguments(given, ['input', 'weight', 'bias']);
  const [x, weight, bias] = [bound?.get('input'), bound?.get('weight'), bound?.get('bias')];
  if (callee === null || x === undefined || weight === undefined) return null;
  const inside = scaled(code, unwrapped(weight));
  const cast = castOf(code, unwrapped(inside?.tensor ?? weight));
  if (cast === null || !isInt8Attribute(code, cast.tensor)) return null;
  // The scales of the outputs are multiplied with the weight's rows, or with the result where there is no bias in it yet.
  const around = inside === null && bias === undefined ? scaledAround(code, call) : null;
  const scales = inside?.scales ?? around?.scales;
  if (scales === undefined) return null;
  return {
    kind: '8-bit linear',
    form: 'call',
    node: around?.node ?? call,
    ...namedBy(code, callee),
    arguments: {
      x: argumentOf(code, x),
      weight: argumentOf(code, cast.tensor),
      scales: argumentOf(code, scales),
      ...(bias === undefined ? {} : { bias: argumentOf(code, bias) }),
      ...(cast.dtype === null ? {} : { dtype: argumentOf(code, cast.dtype) }),
    },
  };
}

/** `w.to(x.dtype)`. */
function castOf(code: ReadCode, node: SyntaxNode): { tensor: SyntaxNode; dtype: SyntaxNode | null } | null {
  const callee = node.name === 'CallExpression' ? node.firstChild : null;
  const method = callee === null ? null : attributeOf(code, callee);
  const given = method?.name === 'to' ? argumentsOf(code, node) : null;
  if (method === null || given === null || given.places.length + given.named.size !== 1) return null;
  const dtype = given.places[0] ?? given.named.get('dtype');
  return dtype === undefined ? null : { tensor: unwrapped(method.object), dtype };
}

/** `w * scale[:, None]` and `w * scale.unsqueeze(1)`. */
function scaled(code: ReadCode, node: SyntaxNode): { tensor: SyntaxNode; scales: SyntaxNode } | null {
  const product = binaryOf(code, node);
  if (product?.operator !== '*') return null;
  const column = subscriptOf(unwrapped(product.right));
  if (column !== null) {
    const [rows, more, ...others] = column.items;
    const isColumn = rows?.length === 1 && rows[0]?.name === ':' && more?.length === 1 && more[0]?.name === 'None';
    return isColumn && others.length === 0 ? { tensor: product.left, scales: column.object } : null;
  }
  const call = unwrapped(product.right);
  const method = call.name === 'CallExpression' && call.firstChild ? attributeOf(code, call.firstChild) : null;
  const [dim] = argumentsOf(code, call)?.places ?? [];
  if (method?.name !== 'unsqueeze' || dim === undefined) return null;
  const value = code.names.valueOf(dim).value;
  return value === 1 || value === -1 ? { tensor: product.left, scales: method.object } : null;
}

function scaledAround(code: ReadCode, call: SyntaxNode): { node: SyntaxNode; scales: SyntaxNode } | null {
  const factor = wrapped(call);
  const product = factor.parent === null ? null : binaryOf(code, factor.parent);
  if (factor.parent === null || product?.operator !== '*' || product.left.from !== factor.from) return null;
  const scales = unwrapped(product.right);
  return ownAttribute(code, scales) === null ? null : { node: factor.parent, scales };
}
