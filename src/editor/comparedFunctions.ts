// The two functions of a comparison: how they are found in a file, and how the second one is named. No vscode in here.
import { pythonFunctions, type PythonFunction } from '../code/pythonFunctions';
import { parseWhole } from '../code/parseSource';

export interface FunctionsOfFile {
  readonly functions: readonly PythonFunction[];
  /** The one at the cursor; null: it is in none. */
  readonly current: PythonFunction | null;
}

/** @param offset of the cursor in the text */
export function functionsOf(text: string, offset: number): FunctionsOfFile {
  const functions = pythonFunctions(parseWhole(text, 'python'));
  const current = functions.find(({ span }) => span.from <= offset && offset <= span.to) ?? null;
  return { functions, current };
}

/** What is wrong with the name of a function of a module, as it is typed; null: nothing. */
export function dottedNameProblem(text: string): string | null {
  const name = text.trim();
  if (name === '') return 'Type the name of a function with its module, such as torch.nn.functional.gelu.';
  const parts = name.split('.');
  if (!parts.every((part) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(part))) {
    return 'A name has letters, digits and _ between its dots, such as torch.nn.functional.gelu.';
  }
  return parts.length < 2 ? 'Put its module in front, as in torch.nn.functional.gelu.' : null;
}
