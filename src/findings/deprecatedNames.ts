// Names that the library is about to drop.
import type { SyntaxNode } from '@lezer/common';
import type { TextEdit } from '../code/span';
import type { FindingFix } from './finding';
import type { JudgedUse, Rule } from './judgedUse';
import { finding, fix } from './makeFinding';

export const deprecatedName: Rule = (judged) => {
  const { use, facts } = judged;
  const { loader, loaderSpan } = use;
  const { replacedBy } = facts;
  if (replacedBy === null) return [];
  const isDecorator = loader === 'use_kernel_func_from_hub';
  const how = isDecorator ? `${replacedBy} does the same.` : `Offer a layer instead, and name it with ${replacedBy}.`;
  return [
    finding(judged, {
      code: 'deprecated-name',
      severity: 'warning',
      span: loaderSpan,
      message: `The kernels library is going to drop ${loader}. ${how}`,
      // A function's repository is no layer's: what it names would have to change as well.
      fixes: [isDecorator ? rename(judged, replacedBy) : null],
    }),
  ];
};

/** The name everywhere in the file, its import included. */
function rename({ source, use }: JudgedUse, name: string): FindingFix | null {
  const { text, tree } = source;
  const edits: TextEdit[] = [];
  const bindings: SyntaxNode[] = [];
  tree.iterate({
    enter({ name: type, from, to, node }) {
      if ((type !== 'VariableName' && type !== 'PropertyName') || text.slice(from, to) !== use.loader) return;
      if (type === 'PropertyName' && from !== use.loaderSpan.from) return;
      if (isBinding(node)) bindings.push(node);
      edits.push({ span: { from, to }, text: name });
    },
  });
  const keyword = use.call.arguments.find((argument) => argument.name === 'func_name')?.nameSpan ?? null;
  if (keyword !== null) edits.push({ span: keyword, text: 'layer_name' });
  // A name of the file's own would be renamed with it.
  return bindings.length > 0 || edits.length === 0 ? null : fix(`Change to ${name}`, edits);
}

/** Given anew in the file: as a function, a class or a parameter, or by an assignment. */
function isBinding(node: SyntaxNode): boolean {
  const { parent } = node;
  if (parent === null) return false;
  if (['FunctionDefinition', 'ClassDefinition', 'ParamList'].includes(parent.name)) return true;
  return parent.name === 'AssignStatement' && node.nextSibling?.name === 'AssignOp';
}
