// The body of a function or of a `forward` that was written by hand gives way to a kernel. Where the kernel cannot compute
// everything, its call stands in front and the body stays as it was.
import type { SyntaxNode } from '@lezer/common';
import { lineStart } from '../code/lineStart';
import type { OperationSite } from '../code/operation';
import type { ParsedSource } from '../code/parsedSource';
import type { TextEdit } from '../code/span';
import { writeWithWords } from './codeWords';
import { functionBody } from './functionBody';
import { freeNames } from './freeName';
import type { WriteRequest, Written } from './insertTypes';
import { writtenKind } from './knownFunctions';
import { bringKernel, type LoadedForm } from './loadedKernel';
import { ModuleBlocks } from './moduleBlocks';
import { insertAtTop } from './pythonImports';
import { indentationAt, readPythonStyle, type PythonStyle } from './pythonStyle';
import { recipeFor } from './recipeFor';

export function writeDefinition(request: WriteRequest, form: LoadedForm | 'plain'): Written {
  const { source, site, offer } = request;
  const style = readPythonStyle(source);
  const kind = writtenKind(site);
  if (kind === null) return { refused: 'The code does not say which activation it applies.' };
  const spelled = namesWithin(source, site);
  const { written, imports } = writeWithWords(
    source,
    site.span.from,
    () => freeNames(source),
    'at the top',
    (words, free) => {
      const blocks = new ModuleBlocks(source, free, site.span.from);
      const brought = bringKernel(form, request, blocks, words, style);
      const local = (wanted: string): string => (spelled.has(wanted) ? free.take(`kernel_${wanted}`) : wanted);
      const given = site.arguments;
      const recipe = recipeFor({ kind, offer, given, kernel: brought.kernel, ofModule: false, words, style, local });
      if ('refused' in recipe) return recipe;
      const isWhole = recipe.guards.length + brought.unless.length === 0 && brought.onError === null;
      const lines = functionBody(recipe, brought, null, style.indent);
      return {
        lines,
        isWhole,
        block: blocks.lines(),
        behind: blocks.behind,
        notes: [...recipe.notes, ...brought.notes],
      };
    },
  );
  if ('refused' in written) return written;
  const edits = [
    ...insertAtTop(source, imports, written.block, written.behind),
    bodyEdit(source, site, written, style),
  ];
  return { edits, pin: null, notes: written.notes };
}

function bodyEdit(
  { text }: ParsedSource,
  { span }: OperationSite,
  { lines, isWhole }: { readonly lines: readonly string[]; readonly isWhole: boolean },
  { indent, newline }: PythonStyle,
): TextEdit {
  const isInline = text.slice(lineStart(text, span.from), span.from).trim() !== '';
  const own = indentationAt(text, span.from) + (isInline ? indent : '');
  const body = lines.map((line, index) => (index === 0 || line === '' ? line : own + line)).join(newline);
  const lead = isInline ? newline + own : '';
  const before = text.slice(0, span.from);
  const from = isInline ? before.trimEnd().length : span.from;
  if (isWhole) return { span: { from, to: span.to }, text: lead + body };
  return { span: { from, to: span.from }, text: lead + body + newline + own };
}

/** All names of the function that the body is of: another local of such a name would change what they mean. */
function namesWithin(source: ParsedSource, { span }: OperationSite): ReadonlySet<string> {
  let node: SyntaxNode | null = source.tree.resolveInner(span.from, 1);
  while (node !== null && node.name !== 'FunctionDefinition') node = node.parent;
  const names = new Set<string>();
  (node ?? source.tree.topNode).cursor().iterate(({ name, from, to }) => {
    if (name === 'VariableName') names.add(source.text.slice(from, to));
  });
  return names;
}
