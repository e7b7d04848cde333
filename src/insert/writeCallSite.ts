// An expression that computes an operation gives way to a kernel.
import type { TextEdit } from '../code/span';
import { writeWithWords } from './codeWords';
import { condition, shifted } from './functionBody';
import { freeNames } from './freeName';
import { defineHelper, isDirect, isPassed, writtenRoles } from './helperFunction';
import type { WriteRequest, Written } from './insertTypes';
import { writtenKind } from './knownFunctions';
import { loadCall } from './loadCall';
import { bringKernel, type LoadedForm } from './loadedKernel';
import { ModuleBlocks } from './moduleBlocks';
import { originalExpression } from './originalExpression';
import { insertAtTop } from './pythonImports';
import { indentationAt, readPythonStyle } from './pythonStyle';
import type { Role } from '../code/operation';
import { named, type Given, type Recipe } from './recipe';
import { recipeFor } from './recipeFor';
import { torchExpression } from './torchExpression';

const IN_THE_WAY =
  'The kernel needs statements of its own in front, and there is no place for them here. Take the form that loads the kernel once for the module.';

export function writeCallWithModule(request: WriteRequest, form: LoadedForm): Written {
  const { source, site, offer } = request;
  const style = readPythonStyle(source);
  const kind = writtenKind(site);
  if (kind === null) return { refused: 'The code does not say which activation it applies.' };
  const { written, imports } = writeWithWords(
    source,
    site.span.from,
    () => freeNames(source),
    'at the top',
    (words, free) => {
      const blocks = new ModuleBlocks(source, free, site.span.from);
      const brought = bringKernel(form, request, blocks, words, style);
      const recipe = recipeFor({
        kind,
        offer,
        given: site.arguments,
        kernel: brought.kernel,
        ofModule: false,
        words,
        style,
        local: (wanted) => wanted,
      });
      if ('refused' in recipe) return recipe;
      const isPlain = brought.unless.length === 0 && brought.onError === null && isDirect(site, recipe);
      const called = isPlain
        ? { expression: inPlace(recipe.value), notes: recipe.notes }
        : defineHelper(request, brought, blocks, words, style);
      return 'refused' in called
        ? called
        : { ...called, notes: [...called.notes, ...brought.notes], block: blocks.lines(), behind: blocks.behind };
    },
  );
  if ('refused' in written) return written;
  const edits = [
    ...insertAtTop(source, imports, written.block, written.behind),
    { span: site.span, text: written.expression },
  ];
  return { edits, pin: null, notes: written.notes };
}

export function writePlainCall(request: WriteRequest): Written {
  const { source, site, offer, library } = request;
  const style = readPythonStyle(source);
  const { indent, newline } = style;
  const kind = writtenKind(site);
  if (kind === null) return { refused: 'The code does not say which activation it applies.' };
  const { written, imports } = writeWithWords(
    source,
    site.span.from,
    () => freeNames(source),
    'there',
    (words, free) => {
      const kernel = loadCall(words('kernels', 'get_kernel'), offer, library, style);
      const base = { kind, offer, kernel, ofModule: false, words, style };
      const direct = recipeFor({ ...base, given: site.arguments, local: (wanted) => wanted });
      if ('refused' in direct) return direct;
      if (isDirect(site, direct)) return { lines: [], expression: inPlace(direct.value), notes: direct.notes };
      if (!site.hoistable) return { refused: IN_THE_WAY };
      const lines: string[] = [];
      const kept: Partial<Record<Role, string>> = {};
      const given: Partial<Record<Role, Given>> = { ...site.arguments };
      for (const role of writtenRoles(site)) {
        const argument = site.arguments[role];
        if (argument === undefined || argument.build === 'name' || !isPassed(role, argument)) continue;
        const name = free.take(role.replaceAll(' ', '_'));
        lines.push(`${name} = ${argument.text}`);
        given[role] = named(name);
        kept[role] = name;
      }
      const result = free.take('out');
      const local = (wanted: string): string => (wanted === 'out' ? result : free.take(wanted));
      const recipe = recipeFor({ ...base, given, local });
      if ('refused' in recipe) return recipe;
      lines.push(...(recipe.guards.length === 0 ? recipe.lines : []));
      if (recipe.guards.length === 0) return { lines, expression: inPlace(recipe.value), notes: recipe.notes };
      const torch = originalExpression(source, site, kept, 'here') ?? torchExpression(kind, given, words, style.quote);
      if (torch === null) return { refused: IN_THE_WAY };
      lines.push(...chosen(recipe, result, torch, indent));
      return { lines, expression: result, notes: recipe.notes };
    },
  );
  if ('refused' in written) return written;
  const edits: TextEdit[] = [...insertAtTop(source, imports, [])];
  const at = site.statement.from;
  const between = newline + indentationAt(source.text, at);
  if (written.lines.length > 0)
    edits.push({ span: { from: at, to: at }, text: written.lines.map((line) => line + between).join('') });
  edits.push({ span: site.span, text: written.expression });
  return { edits, pin: null, notes: written.notes };
}

/** Either computes into `result`. */
function chosen(recipe: Recipe, result: string, torch: string, indent: string): readonly string[] {
  return [
    ...condition('if', recipe.guards, indent),
    `${indent}${result} = ${torch}`,
    'else:',
    ...shifted([...recipe.lines, ...(recipe.value === result ? [] : [`${result} = ${recipe.value}`])], indent),
  ];
}

/** In brackets where something around it could bind more closely. */
function inPlace(value: string): string {
  return value.includes(' + ') ? `(${value})` : value;
}
