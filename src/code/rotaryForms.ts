// Rotary embeddings by the function that most models carry: `apply_rotary_pos_emb(q, k, cos, sin)`.
import type { SyntaxNode } from '@lezer/common';
import { isByKernel, parametersOf, statementsOf } from './definitions';
import { argumentsOf, bindArguments, textOf, tokensOf, type ReadCode } from './expressionShape';
import { namedBy, rolesOf, type OperationDraft } from './operationDraft';

export const ROTARY_NAME = 'apply_rotary_pos_emb';

/**
 * Models of transformers whose function is the well-known one, that turns halves. The others of that name turn pairs, a
 * part of each head, or sections of it.
 */
const MODELS: ReadonlySet<string> = new Set([
  'csm',
  'gemma',
  'gemma2',
  'gemma3',
  'granite',
  'granitemoe',
  'hyperclovax',
  'llama',
  'mistral',
  'mixtral',
  'moshi',
  'olmoe',
  'phimoe',
  'qwen2',
  'qwen2_moe',
  'qwen3',
  'qwen3_moe',
  'seed_oss',
  'smollm3',
  'stablelm',
  'starcoder2',
]);

/** A call of it; null: another function of that name, or one that is given places of tokens. */
export function rotaryCall(code: ReadCode, call: SyntaxNode): OperationDraft | null {
  const callee = call.firstChild;
  const given = argumentsOf(code, call);
  if (callee === null || given === null || !isRotary(code, callee)) return null;
  const bound = bindArguments(given, ['q', 'k', 'cos', 'sin', '*', 'unsqueeze_dim']);
  if (bound === null || ['q', 'k', 'cos', 'sin'].some((name) => !bound.has(name))) return null;
  const roles = rolesOf(code, bound, { q: 'q', k: 'k', cos: 'cos', sin: 'sin', unsqueeze_dim: 'unsqueeze dim' });
  return roles && { kind: 'rotary embedding', form: 'call', node: call, ...namedBy(code, callee), arguments: roles };
}

function isRotary(code: ReadCode, callee: SyntaxNode): boolean {
  const definition = code.names.definitionOf(callee);
  if (definition !== null) return isWellKnown(code, definition);
  const [root, models, model = '', file = '', name, more] = code.names.resolve(callee)?.split('.') ?? [];
  if (root !== 'transformers' || models !== 'models' || name !== ROTARY_NAME || more !== undefined) return false;
  return MODELS.has(model) && file === `modeling_${model}`;
}

/** Whether a definition of the file is, word for word, what LlamaRotaryEmbedding's file has. */
export function isWellKnown(code: ReadCode, definition: SyntaxNode): boolean {
  const parameters = parametersOf(definition)?.map((parameter) => textOf(code, parameter));
  if (definition.name !== 'FunctionDefinition' || parameters === undefined || isByKernel(code, definition))
    return false;
  const names = parameters.filter((name) => name !== 'position_ids').join();
  const body = definition.getChild('Body');
  if (names !== 'q,k,cos,sin,unsqueeze_dim' || body === null) return false;
  const list = tokensOf(code, definition.getChild('ParamList') ?? definition).join(' ');
  if (!/unsqueeze_dim(?: : int)? = 1 \)$|unsqueeze_dim(?: : int)? = 1 , \)$/.test(list)) return false;
  if (!BODIES.has(bodyText(code, body))) return false;
  const rotate = rotateCallee(body, (node) => textOf(code, node) === 'rotate_half');
  const half = rotate === null ? null : code.names.definitionOf(rotate);
  if (half === null) return rotate !== null && isImportedHalf(code.names.resolve(rotate));
  const halfBody = half.getChild('Body');
  return half.name === 'FunctionDefinition' && halfBody !== null && HALVES.has(bodyText(code, halfBody));
}

function isImportedHalf(name: string | null): boolean {
  const [root, models, model = '', file = '', last] = name?.split('.') ?? [];
  const isOfModel = MODELS.has(model) && file === `modeling_${model}`;
  return root === 'transformers' && models === 'models' && isOfModel && last === 'rotate_half';
}

function rotateCallee(body: SyntaxNode, isIt: (node: SyntaxNode) => boolean): SyntaxNode | null {
  let found: SyntaxNode | null = null;
  body.cursor().iterate((node) => {
    if (found === null && node.name === 'VariableName' && isIt(node.node)) found = node.node;
    return found === null;
  });
  return found;
}

function bodyText(code: ReadCode, body: SyntaxNode): string {
  return statementsOf(body)
    .map((statement) => tokensOf(code, statement).join(' '))
    .join('\n');
}

const BODIES: ReadonlySet<string> = new Set(
  ['q_embed = ( q * cos ) + ( rotate_half ( q ) * sin )', 'q_embed = q * cos + rotate_half ( q ) * sin'].flatMap(
    (q) => {
      const k = q.replaceAll('q', 'k').replace('skueeze', 'squeeze');
      const lines = ['cos = cos . unsqueeze ( unsqueeze_dim )', 'sin = sin . unsqueeze ( unsqueeze_dim )', q, k];
      return [[...lines, 'return q_embed , k_embed'].join('\n'), [...lines, 'return ( q_embed , k_embed )'].join('\n')];
    },
  ),
);
const TURNED = ['return torch . cat ( ( - x2 , x1 ) , dim = - 1 )', 'return torch . cat ( [ - x2 , x1 ] , dim = - 1 )'];
const HALVES: ReadonlySet<string> = new Set(
  TURNED.flatMap((last) => [
    `x1 = x [ ... , : x . shape [ - 1 ] // 2 ]\nx2 = x [ ... , x . shape [ - 1 ] // 2 : ]\n${last}`,
    `x1 , x2 = x . chunk ( 2 , dim = - 1 )\n${last}`,
  ]),
);
