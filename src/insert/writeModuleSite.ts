// `nn.GELU()` gives way to a module that derives from it and calls a kernel: its parameters and their names stay.
import type { SyntaxNode } from '@lezer/common';
import type { OperationSite, Role } from '../code/operation';
import type { ParsedSource } from '../code/parsedSource';
import { writeWithWords } from './codeWords';
import { functionBody, shifted } from './functionBody';
import { freeNames } from './freeName';
import { helperComment } from './helperFunction';
import type { WriteRequest, Written } from './insertTypes';
import { writtenKind, type WrittenKind } from './knownFunctions';
import { bringKernel, type LoadedForm } from './loadedKernel';
import { ModuleBlocks } from './moduleBlocks';
import { NORM_MODULE_ROLES } from './normRecipe';
import { insertAtTop } from './pythonImports';
import { readPythonStyle } from './pythonStyle';
import { named, type GivenRoles } from './recipe';
import { recipeFor } from './recipeFor';

interface ModuleOf {
  readonly module: string;
  readonly base: string;
  readonly name: string;
  /** What `forward` calls its input. */
  readonly input: string;
  readonly roles: GivenRoles;
}

const TORCH = 'torch.nn';
const INPUT = { module: TORCH, input: 'input' } as const;
const NORM: Partial<Record<Role, ReturnType<typeof named>>> = { x: named('input'), ...NORM_MODULE_ROLES };

const MODULES: Readonly<Partial<Record<WrittenKind, ModuleOf>>> = {
  gelu: { ...INPUT, base: 'GELU', name: 'KernelGELU', roles: { x: named('input') } },
  'gelu tanh': { ...INPUT, base: 'GELU', name: 'KernelGELUTanh', roles: { x: named('input') } },
  silu: { ...INPUT, base: 'SiLU', name: 'KernelSiLU', roles: { x: named('input') } },
  softmax: { ...INPUT, base: 'Softmax', name: 'KernelSoftmax', roles: { x: named('input'), dim: named('self.dim') } },
  'rms norm': { ...INPUT, base: 'RMSNorm', name: 'KernelRMSNorm', roles: NORM },
  'layer norm': { ...INPUT, base: 'LayerNorm', name: 'KernelLayerNorm', roles: { ...NORM, bias: named('self.bias') } },
  '4-bit linear': {
    module: 'bitsandbytes.nn',
    base: 'Linear4bit',
    name: 'KernelLinear4bit',
    input: 'x',
    roles: {
      x: named('x'),
      weight: named('self.weight'),
      'quant state': named('self.weight.quant_state'),
      bias: named('self.bias'),
    },
  },
};

export function writeModuleSite(request: WriteRequest, form: LoadedForm | 'plain'): Written {
  const { source, site, offer } = request;
  const style = readPythonStyle(source);
  const kind = writtenKind(site);
  const module = kind === null ? undefined : MODULES[kind];
  const callee = calleeOf(source, site);
  if (kind === null || module === undefined || callee === null)
    return {
      refused: `How a kernel takes the place of ${site.name} is not known. Take the form that maps layers with \`kernelize\`.`,
    };
  if (site.arguments.affine?.value === false)
    return { refused: 'The kernel needs a weight, and this module is made without one.' };
  const { written, imports } = writeWithWords(
    source,
    site.span.from,
    () => freeNames(source),
    'at the top',
    (words, free) => {
      const blocks = new ModuleBlocks(source, free, site.span.from);
      const brought = bringKernel(form, request, blocks, words, style);
      const base = words(module.module, module.base);
      const given = module.roles;
      const recipe = recipeFor({
        kind,
        offer,
        given,
        kernel: brought.kernel,
        ofModule: true,
        words,
        style,
        local: (name) => name,
      });
      if ('refused' in recipe) return recipe;
      const hasFallback = recipe.guards.length + brought.unless.length > 0 || brought.onError !== null;
      const torch = `super().forward(${module.input})`;
      const name = blocks.define(module.name, (own) => [
        `class ${own}(${base}):`,
        `${style.indent}${helperComment(kind, offer.id, hasFallback)}`,
        '',
        `${style.indent}def forward(self, ${module.input}):`,
        ...shifted(
          functionBody(recipe, brought, hasFallback ? torch : null, style.indent),
          style.indent + style.indent,
        ),
      ]);
      return { name, block: blocks.lines(), behind: blocks.behind, notes: [...recipe.notes, ...brought.notes] };
    },
  );
  if ('refused' in written) return written;
  const span = { from: callee.from, to: callee.to };
  return {
    edits: [...insertAtTop(source, imports, written.block, written.behind), { span, text: written.name }],
    pin: null,
    notes: written.notes,
  };
}

/** What is called in the expression that makes the module. */
function calleeOf(source: ParsedSource, { span }: OperationSite): SyntaxNode | null {
  let node: SyntaxNode | null = source.tree.resolveInner(span.from, 1);
  while (node !== null && !(node.name === 'CallExpression' && node.from === span.from && node.to === span.to))
    node = node.parent;
  return node?.firstChild ?? null;
}
