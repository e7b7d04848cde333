// Kernels as people write them: `org/name`, `org/name@v3`, `org/name@<revision>`.
import { shownText } from './shownText';

export interface KernelReference {
  /** `org/name`. */
  readonly id: string;
  readonly organisation: string;
  readonly name: string;
  /** N of `@vN`; null: none was written. */
  readonly version: number | null;
  /** A branch, tag or commit after `@` that is no `vN`; null: none was written. */
  readonly revision: string | null;
}

/** What was written is no kernel. The message says why and how it is written. */
export class KernelReferenceError extends Error {
  override readonly name = 'KernelReferenceError';
}

/** The rule of huggingface_hub: letters of ASCII, digits, `-`, `_`, `.`, at most 96, a word character at either end. */
const ID = /^\b[\w\-.]{1,96}\b\/\b[\w\-.]{1,96}\b$/;
/** What git allows in a reference, of ASCII. */
const REVISION = /^[\w+=,%!#$&(){}|;'"<>-][\w+=,%!#$&(){}|;'"<>@./-]{0,254}$/;

/** Why a text is not the id of a kernel, `org/name`; null: it is one. Holds to what huggingface_hub accepts. */
export function kernelIdProblem(id: string): string | null {
  const shown = `"${shownText(id)}"`;
  if (id.split('/').length !== 2) {
    return `${shown} is not a kernel. Write the organisation and the name, as in kernels-community/activation.`;
  }
  if (!ID.test(id)) {
    return (
      `${shown} is not a kernel: organisation and name consist of letters, digits, "-", "_" and ".", begin and end ` +
      'with a letter, a digit or "_", and have at most 96 characters each.'
    );
  }
  if (id.includes('--') || id.includes('..')) return `${shown} is not a kernel: names do not hold "--" or "..".`;
  if (id.endsWith('.git')) return `${shown} is not a kernel: names do not end in ".git".`;
  return null;
}

/** Why a text names no branch, tag or commit; null: it may. */
export function revisionProblem(revision: string): string | null {
  const parts = revision.split('/');
  const broken =
    !REVISION.test(revision) ||
    revision.startsWith('-') ||
    /\.\.|@\{/.test(revision) ||
    parts.some((part) => part === '' || part.startsWith('.') || part.endsWith('.') || part.endsWith('.lock'));
  return broken
    ? `"${shownText(revision)}" is not a version. Write @vN for version N, or a branch, tag or commit after the "@".`
    : null;
}

/** Reads a kernel as people write it. Throws KernelReferenceError. */
export function parseKernelReference(text: string): KernelReference {
  const at = text.indexOf('@');
  const id = at === -1 ? text : text.slice(0, at);
  const after = at === -1 ? null : text.slice(at + 1);
  const problem = kernelIdProblem(id) ?? (after === null ? null : revisionProblem(after));
  if (problem !== null) throw new KernelReferenceError(problem);
  const [organisation = '', name = ''] = id.split('/');
  const version = after === null ? null : /^v([0-9]{1,15})$/.exec(after);
  return version === null
    ? { id, organisation, name, version: null, revision: after }
    : { id, organisation, name, version: Number(version[1]), revision: null };
}
