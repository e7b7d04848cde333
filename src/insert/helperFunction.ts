// A function of the module's own that computes an operation: its parameters, its body and its call.
import type { OperationArgument, OperationSite, Role } from '../code/operation';
import type { Words } from './codeWords';
import { isImportedAs } from './boundNames';
import { functionBody, shifted } from './functionBody';
import type { WriteRequest } from './insertTypes';
import { writtenKind, type WrittenKind } from './knownFunctions';
import type { LoadedKernel } from './loadedKernel';
import type { ModuleBlocks } from './moduleBlocks';
import { isOneNumber } from './normRecipe';
import { originalExpression } from './originalExpression';
import type { PythonStyle } from './pythonStyle';
import { named, type Given } from './recipe';
import { recipeFor } from './recipeFor';
import { torchExpression } from './torchExpression';

/** Those a helper is called with by place; all others by name. */
const PLACED: readonly Role[] = ['x', 'gate', 'up', 'q', 'k', 'v', 'cos', 'sin', 'weight', 'bias'];
const NAMED: readonly Role[] = [
  'shape',
  'eps',
  'dim',
  'mask',
  'dropout',
  'causal',
  'scale',
  'gqa',
  'unsqueeze dim',
  'scales',
  'quant state',
  'dtype',
];

const LITERAL = /^(?:True|False|None|[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:e[-+]?\d+)?|'[^'\\\r\n]*'|"[^"\\\r\n]*")$/iu;

const TITLES: Readonly<Record<WrittenKind, string>> = {
  gelu: 'GELU',
  'gelu tanh': 'GELU, approximated with tanh,',
  silu: 'SiLU',
  'silu and mul': 'SiLU of the gate times the rest',
  'gelu and mul': 'GELU of the gate times the rest',
  'gelu tanh and mul': 'GELU of the gate, approximated with tanh, times the rest',
  'rms norm': 'RMSNorm',
  'layer norm': 'LayerNorm',
  softmax: 'Softmax along the last dimension',
  attention: 'Attention',
  'rotary embedding': 'Rotary embedding',
  'causal conv1d': 'Causal convolution',
  '4-bit linear': 'A linear layer with weights of 4 bits',
  '8-bit linear': 'A linear layer with weights of 8 bits',
  'transformers model': 'A model',
};

/** `"""GELU by org/name; by PyTorch where the kernel cannot."""` */
export function helperComment(kind: WrittenKind, id: string, hasFallback: boolean): string {
  return `"""${TITLES[kind]} by ${id}${hasFallback ? '; by PyTorch where the kernel cannot' : ''}."""`;
}

/** The roles that matter to what is written; of a joined input not its halves too. */
export function writtenRoles(site: OperationSite): readonly Role[] {
  const given = site.arguments;
  const onlyX = site.kind === 'linear and activation';
  return [...PLACED, ...NAMED].filter((role) => {
    const argument = given[role];
    if (argument === undefined) return false;
    if (onlyX) return role === 'x';
    if (role === 'gate' || role === 'up') return given.x === undefined;
    if (role === 'weight' || role === 'bias') return argument.text !== 'None';
    return true;
  });
}

/** Whether a helper has to be given it, rather than have it written in. */
export function isPassed(role: Role, argument: OperationArgument): boolean {
  if (role === 'shape') return !isOneNumber(argument);
  return !LITERAL.test(argument.text);
}

/**
 * Defines a helper.
 * @returns the expression that calls it in the site's place
 */
export function defineHelper(
  request: WriteRequest,
  brought: LoadedKernel,
  blocks: ModuleBlocks,
  words: Words,
  style: PythonStyle,
): { readonly expression: string; readonly notes: readonly string[] } | { readonly refused: string } {
  const { source, site, offer } = request;
  const kind = writtenKind(site);
  if (kind === null) return { refused: 'The code does not say which activation it applies.' };
  const locals: string[] = [];
  // Imports are read in the helper, and a name of its own would hide them.
  const local = (wanted: string): string => {
    const name = isImportedAs(source, wanted) ? `${wanted}_value` : wanted;
    locals.push(name);
    return name;
  };
  const passed: { name: string; role: Role; text: string }[] = [];
  const given: Partial<Record<Role, Given>> = {};
  for (const role of writtenRoles(site)) {
    const argument = site.arguments[role];
    if (argument === undefined) continue;
    const name = local(role.replaceAll(' ', '_'));
    if (isPassed(role, argument)) {
      given[role] = named(name);
      passed.push({ name, role, text: argument.text });
    } else given[role] = argument;
  }
  const { activation } = site.arguments;
  if (kind === 'causal conv1d' && activation !== undefined) given.activation = activation;
  const recipe = recipeFor({
    kind,
    offer,
    given,
    kernel: brought.kernel,
    ofModule: false,
    words,
    style,
    local,
  });
  if ('refused' in recipe) return recipe;
  const needsTorch = recipe.guards.length + brought.unless.length > 0 || brought.onError !== null;
  const replaced = Object.fromEntries(passed.map(({ role, name }) => [role, name]));
  const torch = needsTorch
    ? (originalExpression(source, site, replaced, 'module', locals) ?? torchExpression(kind, given, words, style.quote))
    : null;
  if (needsTorch && torch === null)
    return {
      refused: `What computes ${site.name} is known only where it stands, so nothing could compute in the kernel's place.`,
    };
  const helper = blocks.define(`kernel_${kind.replaceAll(/[^a-z0-9]+/gu, '_')}`, (name) => [
    `def ${name}(${passed.map((one) => one.name).join(', ')}):`,
    `${style.indent}${helperComment(kind, offer.id, needsTorch)}`,
    ...shifted(functionBody(recipe, brought, torch, style.indent), style.indent),
  ]);
  const list = passed.map(({ name, role, text }) => (PLACED.includes(role) ? text : `${name}=${text}`));
  return { expression: `${helper}(${list.join(', ')})`, notes: recipe.notes };
}

/** Whether the kernel may be called where the site stands, without a helper: nothing in front, no conditions, no value twice. */
export function isDirect(
  site: OperationSite,
  recipe: { readonly guards: readonly string[]; readonly lines: readonly string[]; readonly repeats: boolean },
): boolean {
  if (recipe.guards.length > 0 || recipe.lines.length > 0) return false;
  return !recipe.repeats || writtenRoles(site).every((role) => site.arguments[role]?.build === 'name');
}
