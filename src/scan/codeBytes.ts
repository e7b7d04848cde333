// The bytes of a file as the text of code.
import { isNotebook } from './walkFiles';

/** Larger files are no code that anybody wrote. */
export const MOST_BYTES = 32 * 1024 * 1024;

/** Text, or why there is none; `note`: what is odd about it. */
export type CodeText =
  { readonly text: string; readonly note: string | null } | { readonly text: null; readonly note: string };

/** Never throws. A byte order mark is left out. */
export function codeText(bytes: Uint8Array): CodeText {
  if (bytes.length > MOST_BYTES) return { text: null, note: `larger than ${MOST_BYTES / 1024 / 1024} MiB` };
  if (bytes.includes(0)) return { text: null, note: 'not text' };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), note: null };
  } catch {
    return { text: new TextDecoder().decode(bytes), note: 'not UTF-8, read all the same' };
  }
}

/** What a file names that has anything to find, for its language. */
const KERNELS = Buffer.from('kernels');
const TORCH = Buffer.from('torch');
const TRANSFORMERS = Buffer.from('transformers');
/** Every notebook has a `kernelspec`. */
const KERNELSPEC = Buffer.from('kernelspec');

/** Whether a file may use kernels, or hold operations. What this rules out need not be read as code. */
export function mayHold(file: string, bytes: Buffer, what: { readonly operations: boolean }): boolean {
  if (namesKernels(bytes)) return true;
  const isPython = isNotebook(file) || /\.pyi?$/i.test(file);
  return what.operations && isPython && (bytes.includes(TORCH) || bytes.includes(TRANSFORMERS));
}

function namesKernels(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(KERNELS); at !== -1; at = bytes.indexOf(KERNELS, at + 1)) {
    if (!bytes.subarray(at, at + KERNELSPEC.length).equals(KERNELSPEC)) return true;
  }
  return false;
}

export function lineCount(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  return bytes.length > 0 && bytes.at(-1) !== 10 ? lines + 1 : lines;
}
