// What "Insert" of the sidebar puts into a Python file: the statement that loads a kernel, where the cursor stands.
import type { KernelUse } from '../code/kernelUse';
import type { ParsedSource } from '../code/parsedSource';
import { readPythonNames } from '../code/pythonNames';
import { pythonUses } from '../code/pythonUses';
import type { TextEdit } from '../code/span';
import { kernelIdProblem } from '../kernels/kernelId';
import { freeNames, identifier } from './freeName';
import type { LibraryStyle, Written } from './insertTypes';
import { loadCall } from './loadCall';
import { importEdits, insertAtTop, planImports } from './pythonImports';
import { readPythonStyle } from './pythonStyle';
import { statementPlace } from './statementPlace';

/** N of `vN`; null: the kernel has no versions, and its `main` is loaded. */
export interface LoadedKernel {
  readonly id: string;
  readonly version: number | null;
}

/** @param offset where the cursor is, in `source.text` */
export function writeLoad(source: ParsedSource, offset: number, kernel: LoadedKernel, library: LibraryStyle): Written {
  const problem = kernelIdProblem(kernel.id);
  if (problem !== null) return { refused: problem };
  if (source.language !== 'python') return { refused: 'The kernels of `kernels` are loaded in Python.' };
  const use = useAt(source, offset);
  if (use !== null) return replaceId(use, kernel);

  const names = freeNames(source);
  const variable = names.take(identifier(kernel.id.slice(kernel.id.indexOf('/') + 1)));
  const wishes = [{ module: 'kernels', name: 'get_kernel' }];
  const atEnd = planImports(source, wishes, source.text.length, names);
  const style = readPythonStyle(source);
  const statement = (word: string | undefined): string =>
    `${variable} = ${loadCall(word ?? 'get_kernel', kernel, library, style)}`;

  // Among the imports there is no name to load it with yet.
  if (offset < atEnd.header) return written(insertAtTop(source, atEnd, [statement(atEnd.words[0])]));
  const place = statementPlace(source, offset);
  if ('refused' in place) return place;
  const plan = planImports(source, wishes, place.from, names);
  const isAtHeader = place.from === plan.header && place.indentation === '';
  if (isAtHeader || place.from < plan.header) return written(insertAtTop(source, plan, [statement(plan.words[0])]));
  const line = `${place.indentation}${statement(plan.words[0])}`;
  const open = place.from > 0 && !/[\r\n]$/u.test(source.text.slice(0, place.from));
  const text = place.onEmptyLine ? line : open ? style.newline + line : line + style.newline;
  return written([...importEdits(source, plan), { span: { from: place.from, to: place.to }, text }]);
}

function written(edits: readonly TextEdit[]): Written {
  return { edits, pin: null, notes: [] };
}

/** The call whose id the cursor is in. */
function useAt(source: ParsedSource, offset: number): KernelUse | null {
  const uses = pythonUses(source, readPythonNames(source));
  const within = ({ id }: KernelUse): boolean => {
    const inner = id?.inner ?? null;
    return inner !== null && inner.from <= offset && offset <= inner.to;
  };
  return uses.find((use) => namesRepository(use) && within(use)) ?? null;
}

function namesRepository({ loader }: KernelUse): boolean {
  return !/^(?:use|replace)_kernel/u.test(loader);
}

/** A version that stands there goes with the kernel it was for. */
function replaceId({ id, version, revision }: KernelUse, kernel: LoadedKernel): Written {
  const inner = id?.inner;
  if (!inner) return { refused: 'The kernel is not named here as a plain text: change it where it is named.' };
  const edits: TextEdit[] = [{ span: inner, text: kernel.id }];
  const notes: string[] = [];
  if (typeof version?.value.value === 'number') {
    if (kernel.version === null)
      notes.push(`${kernel.id} has no versions: write \`revision="main"\` in the version's place.`);
    else edits.push({ span: version.value.span, text: String(kernel.version) });
  } else if (version !== null || revision !== null) {
    notes.push('The version or revision beside it is still that of the kernel before.');
  }
  return { edits: edits.sort((a, b) => a.span.from - b.span.from), pin: null, notes };
}
