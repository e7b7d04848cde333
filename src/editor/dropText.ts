// What a kernel becomes where it is dropped into a text, or copied, that is not read as code. No vscode in here.
import { kernelCall, type LoadedKernel } from '../kernels/kernelCall';
import { kernelIdProblem } from '../kernels/kernelId';

/** Files that hold scripts, which are not read. */
const WITH_SCRIPTS: readonly string[] = ['html', 'vue', 'svelte', 'astro'];
const CODE: readonly string[] = ['python', 'javascript', 'javascriptreact', 'typescript', 'typescriptreact'];

/**
 * A dependency in pyproject.toml, a call in a file with code, a block of code in Markdown, the name elsewhere. Null: it is
 * the id of no kernel.
 * @param languageId of the editor, `toml`, `markdown`
 */
export function dropText(kernel: LoadedKernel, languageId: string): string | null {
  const { id, language, version } = kernel;
  if (kernelIdProblem(id) !== null) return null;
  if (languageId === 'toml' && language === 'python' && version !== null) return `"${id}" = ${version}\n`;
  if (languageId === 'markdown') return ['```' + language, ...lines(kernel), '```', ''].join('\n');
  if (CODE.includes(languageId)) return `${lines(kernel).join('\n')}\n`;
  if (WITH_SCRIPTS.includes(languageId) && language === 'javascript') return `await ${kernelCall(kernel)}`;
  return version === null ? id : `${id}@v${version}`;
}

function lines(kernel: LoadedKernel): readonly string[] {
  const call = kernelCall(kernel);
  return kernel.language === 'python'
    ? ['from kernels import get_kernel', '', `kernel = ${call}`]
    : ['import { getKernel } from "@huggingface/kernels";', '', `const kernel = await ${call};`];
}
