// Puts a kernel in an operation's place, in one of the forms.
import type { SyntaxNode } from '@lezer/common';
import { countErrors, isBroken } from '../code/brokenCode';
import { parseWhole } from '../code/parseSource';
import type { ParsedSource } from '../code/parsedSource';
import type { Span } from '../code/span';
import { withEdits } from '../code/textEdits';
import { kernelIdProblem } from '../kernels/kernelId';
import { identifier } from './freeName';
import type { Form, WriteRequest, Written } from './insertTypes';
import type { LoadedForm } from './loadedKernel';
import { writeAttention } from './writeAttention';
import { writeCallWithModule, writePlainCall } from './writeCallSite';
import { writeDefinition } from './writeDefinition';
import { writeKernelize } from './writeKernelize';
import { writeModuleSite } from './writeModuleSite';

/** The edits of one step, or why there are none. The code runs as it is written, and computes what it did. */
export function writeOperation(request: WriteRequest): Written {
  const problem = problemOf(request);
  if (problem !== null) return { refused: problem };
  const written = byForm(request, request.form);
  if ('refused' in written) return written;
  const broken = brokenBy(request, written.edits);
  if (broken !== null) return { refused: broken };
  const isScripting = request.source.text.includes('jit.script(');
  return isScripting ? { ...written, notes: [...written.notes, SCRIPTED] } : written;
}

function byForm(request: WriteRequest, form: Form): Written {
  switch (form) {
    case 'kernelize':
      return writeKernelize(request);
    case 'attention implementation':
      return writeAttention(request);
    case 'plain':
      return request.site.form === 'call' ? writePlainCall(request) : withModule(request, form);
    case 'locked': {
      const { id, version } = request.offer;
      if (version === null) return { refused: `${id} has no versions, and only a version can be locked.` };
      const written = withModule(request, form);
      return 'refused' in written ? written : { ...written, pin: { id, version } };
    }
    case 'module':
    case 'fallback':
    case 'switch':
      return withModule(request, form);
  }
}

function withModule(request: WriteRequest, form: LoadedForm | 'plain'): Written {
  const { site } = request;
  if (site.kind === 'transformers model')
    return { refused: 'A whole model takes a kernel with `attn_implementation` or with `kernelize`.' };
  if (site.form === 'module') return writeModuleSite(request, form);
  if (site.form === 'class' || site.form === 'function') return writeDefinition(request, form);
  if (form === 'plain') return writePlainCall(request);
  return writeCallWithModule(request, form);
}

function problemOf({ source, site, offer }: WriteRequest): string | null {
  if (source.language !== 'python') return 'Operations of PyTorch stand in Python.';
  const problem = kernelIdProblem(offer.id);
  if (problem !== null) return problem;
  if (identifier(offer.member.name) !== offer.member.name)
    return 'The function of the kernel has no name that Python takes.';
  const { span, statement } = site;
  if (span.from < 0 || span.from >= span.to || span.to > source.text.length || statement.from > span.from)
    return 'The code has changed since. Ask again where it stands now.';
  if (isBroken(around(source, span))) return 'There is a syntax error here. Ask again once it is gone.';
  return isScripted(source, span)
    ? 'This is compiled by `torch.jit.script`, which cannot compile the call of a kernel. Take the decorator away first.'
    : null;
}

/** Whether a decorator hands a definition around it to TorchScript. */
function isScripted({ text, tree }: ParsedSource, { from }: Span): boolean {
  for (let node: SyntaxNode | null = tree.resolveInner(from, 1); node !== null; node = node.parent) {
    const decorators = node.name === 'DecoratedStatement' ? node.getChildren('Decorator') : [];
    if (decorators.some((one) => SCRIPTING.test(text.slice(one.from, one.to)))) return true;
  }
  return false;
}

const SCRIPTING = /^@\s*(?:\w+\.)*(?:script|script_method|script_if_tracing)\b(?!\.)/u;
const SCRIPTED = '`torch.jit.script` of this file cannot compile what calls a kernel.';

/** The statement of the module that a place is in, which is read wrongly as a whole where a part of it is no Python. */
function around({ tree }: ParsedSource, span: Span): SyntaxNode {
  for (let node = tree.topNode.firstChild; node !== null; node = node.nextSibling)
    if (node.from <= span.from && node.to >= span.to) return node;
  return tree.topNode;
}

/** Reads the result before anybody gets it: what was Python has to stay Python. */
function brokenBy({ source }: WriteRequest, edits: Exclude<Written, { refused: string }>['edits']): string | null {
  const text = withEdits(source.text, edits);
  if (text === null) return 'The places of the edits overlap, so nothing was written.';
  const after = parseWhole(text, 'python');
  return countErrors(after.tree) > countErrors(source.tree)
    ? 'What would be written is no Python here, so nothing was.'
    : null;
}
