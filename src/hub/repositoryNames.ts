// Names that go into addresses and paths: checked before they do.
import { kernelIdProblem, revisionProblem } from '../kernels/kernelId';
import { HubError } from './hubError';

/** Whether it is `org/name` as the official client allows it. */
export function isKernelId(id: string): boolean {
  return kernelIdProblem(id) === null;
}

/** Throws HubError where it is no `org/name`. */
export function checkKernelId(id: string): string {
  const problem = kernelIdProblem(id);
  if (problem === null) return id;
  throw new HubError('not-found', problem);
}

export function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** Whether a path of a repository stays inside it, and inside a folder of any system it is put into. */
export function isInsidePath(file: string): boolean {
  return (
    file.length <= 1024 &&
    !/[\p{Cc}\\:*?"<>|]/u.test(file) &&
    // What Windows would cut off, or take for a device.
    file.split('/').every((segment) => !/^\.{0,2}$|[. ]$|^(con|prn|aux|nul)$/i.test(segment))
  );
}

/** Whether it can be a branch, a tag or a commit, and the name of a file that notes it. */
export function isRevision(text: string): boolean {
  return revisionProblem(text) === null && isInsidePath(text);
}
