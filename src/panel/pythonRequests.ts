// What a click asks to be measured in Python, as the page's choice knows it. No vscode in here.
import type * as v from 'valibot';
import type { PythonRequestSchema } from '../profile/python/pythonRequest';
import { subjectKey, type PythonSubject } from './pythonSubjects';

type ReadRequest = v.InferOutput<typeof PythonRequestSchema>;

/** Each kernel once; further versions of the first one stand apart. A function is measured by itself. */
export function requestedSubjects({ kernels, work }: ReadRequest): {
  readonly subjects: readonly PythonSubject[];
  readonly versions: readonly number[];
} {
  if (work.kind === 'function') return { subjects: [{ kind: 'function', work }], versions: [] };
  const subjects = new Map<string, PythonSubject>();
  const versions = new Set<number>();
  for (const kernel of kernels) {
    const subject: PythonSubject =
      'folder' in kernel ? { kind: 'folder', uri: kernel.folder } : { kind: 'hub', ...kernel };
    const key = subjectKey(subject);
    const [first] = subjects.keys();
    if (!subjects.has(key)) subjects.set(key, subject);
    else if (key === first && subject.kind === 'hub' && subject.version !== null) versions.add(subject.version);
  }
  return { subjects: [...subjects.values()], versions: [...versions] };
}

/** Further versions of the kernel that is asked about, as kernels of their own. */
export function otherVersions(subject: PythonSubject, versions: readonly number[]): readonly PythonSubject[] {
  if (subject.kind !== 'hub') return [];
  return versions
    .filter((version) => version !== subject.version)
    .map((version) => ({ kind: 'hub', id: subject.id, version }));
}
