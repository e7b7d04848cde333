// Lets a kernel's layer take over the `forward` of modules: a mapping, a class that says it may be taken over, and `kernelize`.
import type { SyntaxNode } from '@lezer/common';
import { lineStart } from '../code/lineStart';
import type { ParsedSource } from '../code/parsedSource';
import { readPythonNames } from '../code/pythonNames';
import type { TextEdit } from '../code/span';
import { kernelIdProblem } from '../kernels/kernelId';
import { writeWithWords, type Words } from './codeWords';
import { freeNames, type FreeNames } from './freeName';
import type { Written, WriteRequest } from './insertTypes';
import { layerNeeds } from './layerNeeds';
import { mappingLines } from './layerMapping';
import { modelPlace, type ModelPlace } from './modelPlace';
import { indentationAt, pythonString, readPythonStyle } from './pythonStyle';
import { insertAtTop } from './pythonImports';
import { isOneNumber } from './normRecipe';

const NOTES = {
  place:
    'Put `model = kernelize(model, mode=Mode.INFERENCE)` behind the line that makes the model and moves it to its device.',
  inference: 'The kernel is used for inference only: a model that is trained is not given to `kernelize`.',
  shape: 'The kernel norms the last dimension: a `normalized_shape` of several is not for it.',
  transformers:
    'transformers lets layers be taken over only with the releases of `kernels` that it works with; it names them where it meets another one.',
} as const;

/** The pieces of an answer, with the file's words. */
interface Pieces {
  readonly block: readonly string[];
  readonly edits: readonly TextEdit[];
  readonly notes: readonly string[];
}

type Write = (words: Words, free: FreeNames) => Pieces;

export function writeKernelize(request: WriteRequest): Written {
  const { source, site, offer } = request;
  const problem = kernelIdProblem(offer.id);
  if (problem !== null) return { refused: problem };
  if (offer.member.kind !== 'layer') {
    return { refused: `${offer.member.name} is a function: \`kernelize\` takes layers.` };
  }
  const prepared = prepare(request);
  if ('refused' in prepared) return prepared;
  const { written, imports } = writeWithWords(
    source,
    site.statement.from,
    () => freeNames(source),
    'at the top',
    prepared.write,
  );
  const edits = [...insertAtTop(source, imports, written.block), ...written.edits];
  return { edits: edits.sort((a, b) => a.span.from - b.span.from), pin: null, notes: written.notes };
}

function prepare(request: WriteRequest): { readonly write: Write } | { readonly refused: string } {
  const { site, offer } = request;
  const needs = layerNeeds(offer.member.name);
  if (needs === null) {
    return { refused: `What the layer ${offer.member.name} reads of a module is not known: see its card.` };
  }
  if (site.kind === 'transformers model') {
    const { transformers } = needs;
    return transformers === null
      ? { refused: `transformers has no layer that ${offer.member.name} can stand in for.` }
      : { write: (words) => forTransformers(request, transformers, words) };
  }
  if (site.form !== 'module' && site.form !== 'class') {
    return { refused: '`kernelize` takes over modules: this expression is none.' };
  }
  const { affine, bias, eps, weight } = site.arguments;
  if (needs.norm) {
    if (affine !== undefined && affine.value !== true) {
      return { refused: `The layer ${offer.member.name} needs a weight, and this module may have none.` };
    }
    if (site.kind === 'layer norm' && bias?.value !== false) {
      return {
        refused: `The layer ${offer.member.name} adds no bias: give the module \`bias=False\` where it has none.`,
      };
    }
    if (site.kind === 'rms norm' && site.form === 'module' && (eps === undefined || eps.text === 'None')) {
      return { refused: 'Without `eps` PyTorch takes one that differs among its releases: give the module its own.' };
    }
    if (site.form === 'class' && weight === undefined) {
      return { refused: `The layer ${offer.member.name} needs a weight, and this class has none.` };
    }
  }
  return site.form === 'class' ? prepareClass(request, needs.norm) : prepareModule(request, needs.norm);
}

function forTransformers(request: WriteRequest, layer: string, words: Words): Pieces {
  const { source, site } = request;
  const block = mappingLines(request, layer, words);
  const place = modelPlace(source, readPythonNames(source), site);
  const notes = [NOTES.inference, NOTES.transformers];
  if (place !== null) return { block, edits: [kernelizeLine(source, place, words)], notes };
  const mode = `, mode=${words('kernels', 'Mode')}.INFERENCE)`;
  const edits = [at(site.span.from, `${words('kernels', 'kernelize')}(`), at(site.span.to, mode)];
  return { block, edits, notes };
}

function prepareClass(request: WriteRequest, norm: boolean): { readonly write: Write } | { readonly refused: string } {
  const { source, site } = request;
  const { definition } = site;
  const node = definition === null ? null : definitionAt(source, definition.span.from);
  const body = node?.getChild('Body') ?? null;
  const last = body?.lastChild ?? null;
  if (definition === null || node === null || last === null || last.type.isError) {
    return { refused: 'The class cannot be read yet: finish it, then insert.' };
  }
  const first = source.text.slice(lineStart(source.text, node.from), node.from);
  if (first.trim() !== '' || lineStart(source.text, last.from) === lineStart(source.text, node.from)) {
    return { refused: 'The class shares its line with others: put it on lines of its own.' };
  }
  const write: Write = (words) => {
    const { newline, indent } = readPythonStyle(source);
    const style = readPythonStyle(source);
    const indentation = indentationAt(source.text, node.from);
    const inner = indentationAt(source.text, last.from);
    const hub = `@${words('kernels', 'use_kernel_forward_from_hub')}(${pythonString(definition.name, style)})`;
    const edits = [at(node.from, `${hub}${newline}${indentation}`)];
    const properties = norm ? classProperties(site.arguments) : [];
    if (properties.length > 0) {
      const lines = properties.flatMap(({ name, value }) => property(name, value, indent));
      const text = lines.map((line) => (line === '' ? newline : `${newline}${inner}${line}`)).join('');
      edits.push(at(contentEnd(source.text, last), text));
    }
    return withModel(request, mappingLines(request, definition.name, words), edits, [], words);
  };
  return { write };
}

/** `nn.RMSNorm(64)` becomes one of a class that derives from it and is made above. */
function prepareModule(request: WriteRequest, norm: boolean): { readonly write: Write } | { readonly refused: string } {
  const { source, site } = request;
  const call = callAt(source, site.span);
  const callee = call?.firstChild ?? null;
  const type = callee === null ? null : /(\w+)$/u.exec(source.text.slice(callee.from, callee.to))?.[1];
  if (callee === null || type === null || type === undefined) {
    return { refused: 'The call cannot be read yet: finish it, then insert.' };
  }
  const canonical = {
    gelu: 'GELU',
    'gelu tanh': 'GELU',
    silu: 'SiLU',
    'rms norm': 'RMSNorm',
    'layer norm': 'LayerNorm',
  };
  const base = canonical[site.kind as keyof typeof canonical] as string | undefined;
  if (base === undefined) return { refused: 'There is no module of PyTorch here that a layer can stand in for.' };
  const write: Write = (words, free) => {
    const style = readPythonStyle(source);
    const name = free.take(`Kernel${base}`);
    const hub = `@${words('kernels', 'use_kernel_forward_from_hub')}(${pythonString(name, style)})`;
    const head = `class ${name}(${words('torch', 'nn')}.${base}):`;
    const about = `${style.indent}"""A kernel can take over its forward."""`;
    const lines = norm ? property('variance_epsilon', epsOf(site.kind, words), style.indent) : [];
    const block = [
      ...mappingLines(request, name, words),
      '',
      '',
      hub,
      head,
      about,
      ...lines.map((line) => indented(line, style.indent)),
    ];
    const notes =
      norm && !isOneNumber({ text: '', value: undefined, build: 'name', ...site.arguments.shape }) ? [NOTES.shape] : [];
    return withModel(request, block, [{ span: { from: callee.from, to: callee.to }, text: name }], notes, words);
  };
  return { write };
}

function withModel(
  { source, site }: WriteRequest,
  block: readonly string[],
  edits: readonly TextEdit[],
  notes: readonly string[],
  words: Words,
): Pieces {
  const place = modelPlace(source, readPythonNames(source), site);
  const all = [...notes, NOTES.inference];
  return place === null
    ? { block, edits, notes: [...all, NOTES.place.replace('kernelize', () => words('kernels', 'kernelize'))] }
    : { block, edits: [...edits, kernelizeLine(source, place, words)], notes: all };
}

function kernelizeLine(source: ParsedSource, { target, offset, indentation }: ModelPlace, words: Words): TextEdit {
  const { newline } = readPythonStyle(source);
  const call = `${words('kernels', 'kernelize')}(${target}, mode=${words('kernels', 'Mode')}.INFERENCE)`;
  const line = `${indentation}${target} = ${call}`;
  const open = offset > 0 && !/[\r\n]$/u.test(source.text.slice(0, offset));
  return at(offset, open ? newline + line : line + newline);
}

/** What the layer reads, where the class calls it by another name. */
function classProperties({
  weight,
  eps,
}: WriteRequest['site']['arguments']): readonly { name: string; value: string }[] {
  const all: { name: string; value: string }[] = [];
  if (weight !== undefined && weight.text !== 'self.weight') all.push({ name: 'weight', value: weight.text });
  if (eps !== undefined && eps.text !== 'self.variance_epsilon')
    all.push({ name: 'variance_epsilon', value: eps.text });
  return all;
}

function property(name: string, value: string, indent: string): readonly string[] {
  return ['', '@property', `def ${name}(self):`, `${indent}return ${value}`];
}

/** Of nn.RMSNorm, which takes the dtype's own where it is given none; nn.LayerNorm always has one. */
function epsOf(kind: string, words: Words): string {
  if (kind !== 'rms norm') return 'self.eps';
  return `${words('torch')}.finfo(self.weight.dtype).eps if self.eps is None else self.eps`;
}

function indented(line: string, indent: string): string {
  return line === '' ? '' : indent + line;
}

function definitionAt({ tree }: ParsedSource, from: number): SyntaxNode | null {
  for (let node: SyntaxNode | null = tree.resolveInner(from, 1); node !== null; node = node.parent) {
    if (node.name === 'DecoratedStatement') return node.getChild('ClassDefinition');
    if (node.name === 'ClassDefinition') return node;
  }
  return null;
}

function callAt({ tree }: ParsedSource, { from, to }: { from: number; to: number }): SyntaxNode | null {
  for (let node: SyntaxNode | null = tree.resolveInner(from, 1); node !== null; node = node.parent) {
    if (node.name === 'CallExpression' && node.from === from && node.to === to) return node;
  }
  return null;
}

function contentEnd(text: string, { from, to }: SyntaxNode): number {
  let end = to;
  while (end > from && /\s/u.test(text.charAt(end - 1))) end -= 1;
  return end;
}

function at(offset: number, text: string): TextEdit {
  return { span: { from: offset, to: offset }, text };
}
