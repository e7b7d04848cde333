// The call that loads a kernel, put where an expression is wanted: in place of a selection, or after `kernel = `.
// No vscode in here.
import { parseWhole } from '../code/parseSource';
import type { ParsedSource } from '../code/parsedSource';
import { readScriptScopes } from '../code/scriptScopes';
import type { Span, TextEdit } from '../code/span';
import type { LibraryStyle } from '../insert/insertTypes';
import { loadCall } from '../insert/loadCall';
import { importEdits, planImports } from '../insert/pythonImports';
import { readPythonStyle } from '../insert/pythonStyle';
import { loaderAccess } from '../insert/scriptImports';
import { readScriptStyle } from '../insert/scriptStyle';
import { kernelCall, type LoadedKernel } from '../kernels/kernelCall';

/** What stands before an expression that is still to be written. */
const OPEN = /(?:[=([,:?]|=>|\b(?:return|await|yield|in|and|or|not))[ \t]*$/;

/** Whether an expression is wanted there: something is selected, or the line breaks off where one has to follow. */
export function wantsExpression({ text, tree }: ParsedSource, { from, to }: Span): boolean {
  if (from !== to) return true;
  const before = text.slice(text.lastIndexOf('\n', from - 1) + 1, from);
  const after = /[^\r\n]*/.exec(text.slice(from))?.[0] ?? '';
  const { name } = tree.resolveInner(from, -1);
  return OPEN.test(before) && /^[ \t]*[)\],;]*[ \t]*$/.test(after) && !/Comment|String/.test(name);
}

/** The call with the import that it needs. */
export function bareCall(
  source: ParsedSource,
  span: Span,
  kernel: LoadedKernel,
  library: LibraryStyle,
): readonly TextEdit[] {
  const edits =
    source.language === 'python' ? pythonCall(source, span, kernel, library) : scriptCall(source, span, kernel);
  const overlaps = edits.some((edit, at) => at > 0 && edit.span.from < (edits[at - 1]?.span.to ?? 0));
  // An import that would have to stand where the call does is left out.
  return overlaps ? [{ span, text: kernelCall(kernel) }] : edits;
}

function pythonCall(
  source: ParsedSource,
  span: Span,
  kernel: LoadedKernel,
  library: LibraryStyle,
): readonly TextEdit[] {
  const plan = planImports(source, [{ module: 'kernels', name: 'get_kernel' }], span.from);
  const call = { span, text: loadCall(plan.words[0] ?? 'get_kernel', kernel, library, readPythonStyle(source)) };
  if (plan.header > span.from) return [call];
  return sorted([...importEdits(source, plan), call]);
}

function scriptCall(source: ParsedSource, span: Span, kernel: LoadedKernel): readonly TextEdit[] {
  const style = readScriptStyle(source);
  const access = loaderAccess(source, readScriptScopes(source), style);
  const call = kernelCall(kernel).replace('getKernel', access.callee).replaceAll('"', style.quote);
  return sorted([...(access.edit === null ? [] : [access.edit]), { span, text: call }]);
}

function sorted(edits: readonly TextEdit[]): readonly TextEdit[] {
  return edits.toSorted((one, other) => one.span.from - other.span.from);
}

/** An empty file to write a snippet into. */
export function emptySource(language: LoadedKernel['language']): ParsedSource {
  return parseWhole('', language === 'python' ? 'python' : 'typescript');
}

export function applied(text: string, edits: readonly TextEdit[]): string {
  return edits.reduceRight(
    (whole, { span, text: put }) => whole.slice(0, span.from) + put + whole.slice(span.to),
    text,
  );
}
