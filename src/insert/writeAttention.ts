// Writes the kernel that computes a transformers model's attention into the call that loads the model.
// Read in transformers 5.0 to 5.22 and run with 5.22.2: `org/name@revision` is loaded by that revision; without one the library takes
// the version of its own table, or 1. Only kernels that have flash-attn's functions are understood.
import type { SyntaxNode } from '@lezer/common';
import { lineStart } from '../code/lineStart';
import type { ParsedSource } from '../code/parsedSource';
import type { TextEdit } from '../code/span';
import { kernelIdProblem } from '../kernels/kernelId';
import type { Written, WriteRequest } from './insertTypes';
import { indentationAt, pythonString, readPythonStyle } from './pythonStyle';

const HALF = new Set(['float16', 'bfloat16', 'half']);
const FULL = new Set(['float32', 'float', 'float64', 'double']);

const NOTES = {
  dtype:
    'FlashAttention takes float16 and bfloat16 only: give `dtype=torch.bfloat16` unless the model is stored in one of them.',
  releases: 'transformers names the releases of `kernels` that it works with when it meets another one.',
} as const;

export function writeAttention({ source, site, offer, library }: WriteRequest): Written {
  const problem = kernelIdProblem(offer.id);
  if (problem !== null) return { refused: problem };
  if (site.kind !== 'transformers model') {
    return { refused: 'Only a call of `from_pretrained` takes a kernel for its attention.' };
  }
  if (offer.member.kind !== 'function' || !offer.member.name.startsWith('flash_attn')) {
    return { refused: `transformers cannot compute attention with ${offer.id}: it needs the functions of flash-attn.` };
  }
  const list = argumentsOf(source, site.span);
  if (list === null) return { refused: 'The call cannot be read yet: finish it, then insert.' };
  const { attention, dtype } = site.arguments;
  if (attention !== undefined && attention.value === undefined) {
    return { refused: `\`attn_implementation\` is decided elsewhere: give \`${implementation(offer)}\` there.` };
  }
  const kind = dtype === undefined ? null : typeName(dtype.text);
  if (kind !== null && FULL.has(kind)) {
    return { refused: 'FlashAttention takes float16 and bfloat16 only: load the model with `dtype=torch.bfloat16`.' };
  }
  const style = readPythonStyle(source);
  const value = pythonString(implementation(offer), style);
  const added = attention === undefined ? [`attn_implementation=${value}`] : [];
  // The organisation whose kernels transformers takes without being told to.
  const trusts = library.trustRemoteCode && !offer.id.startsWith('kernels-community/');
  if (trusts && !source.text.slice(list.from, list.to).includes('allow_all_kernels'))
    added.push('allow_all_kernels=True');
  const edits: TextEdit[] = attention === undefined ? [] : [{ span: attention.span, text: value }];
  if (added.length > 0) edits.push(addArguments(source, list, added));
  const notes = [...(kind !== null && HALF.has(kind) ? [] : [NOTES.dtype]), NOTES.releases];
  return { edits: edits.sort((a, b) => a.span.from - b.span.from), pin: null, notes };
}

function implementation({ id, version }: WriteRequest['offer']): string {
  return version === null ? `${id}@main` : `${id}@v${version}`;
}

/** `bfloat16` of `torch.bfloat16` and of `"bfloat16"`; null: something else. */
function typeName(text: string): string | null {
  return /^(?:torch\.|['"])(\w+)['"]?$/u.exec(text)?.[1] ?? null;
}

function argumentsOf({ tree }: ParsedSource, { from, to }: { from: number; to: number }): SyntaxNode | null {
  for (let node: SyntaxNode | null = tree.resolveInner(from, 1); node !== null; node = node.parent) {
    if (node.name !== 'CallExpression' || node.from !== from || node.to !== to) continue;
    const list = node.getChild('ArgList');
    return list?.lastChild?.name === ')' ? list : null;
  }
  return null;
}

/** Behind the last argument, on a line of its own where that has one. */
function addArguments({ text }: ParsedSource, list: SyntaxNode, added: readonly string[]): TextEdit {
  let last = list.lastChild?.prevSibling ?? null;
  while (last !== null && last.name === 'Comment') last = last.prevSibling;
  if (last === null || last.name === '(') return at(list.from + 1, added.join(', '));
  const trailing = last.name === ',';
  const argument = trailing ? startOfArgument(last.prevSibling) : startOfArgument(last);
  const isOwnLine = argument !== null && text.slice(lineStart(text, argument.from), argument.from).trim() === '';
  const newline = /\r\n|\n|\r/u.exec(text.slice(list.from, list.to))?.[0] ?? '\n';
  const glue = isOwnLine ? `${newline}${indentationAt(text, argument.from)}` : ' ';
  const pieces = added.map((one) => `${glue}${one}`).join(',');
  return trailing ? at(last.to, `${pieces},`) : at(last.to, `,${pieces}`);
}

/** The name of an argument, or the argument where it has none. */
function startOfArgument(node: SyntaxNode | null): SyntaxNode | null {
  let first = node;
  while (
    first !== null &&
    first.prevSibling !== null &&
    first.prevSibling.name !== ',' &&
    first.prevSibling.name !== '('
  )
    first = first.prevSibling;
  return first;
}

function at(offset: number, text: string): TextEdit {
  return { span: { from: offset, to: offset }, text };
}
