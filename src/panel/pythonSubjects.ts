// What can be measured in Python: kernels of the Hub, kernels in folders, functions. The page knows each by its key.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { kernelIdProblem } from '../kernels/kernelId';
import { shownText } from '../kernels/shownText';
import { PythonWorkSchema } from '../profile/python/pythonOptions';

const [, FunctionWorkSchema] = PythonWorkSchema.options;

const HubSubjectSchema = v.object({
  kind: v.literal('hub'),
  /** `org/name`. */
  id: v.pipe(
    v.string(),
    v.check((id) => kernelIdProblem(id) === null),
  ),
  /** Null: the newest. */
  version: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))),
});

export const PythonSubjectSchema = v.variant('kind', [
  HubSubjectSchema,
  /** A repository in the Hub's layout, `build/` and perhaps `benchmarks/`: its URI. */
  v.object({ kind: v.literal('folder'), uri: v.string() }),
  v.object({ kind: v.literal('function'), work: FunctionWorkSchema }),
]);

export type PythonSubject = v.InferOutput<typeof PythonSubjectSchema>;
export type HubSubject = v.InferOutput<typeof HubSubjectSchema>;

/** The same for two that take each other's place in a list: another version of a kernel, other inputs of a function. */
export function subjectKey(subject: PythonSubject): string {
  switch (subject.kind) {
    case 'hub':
      return `hub:${subject.id}`;
    case 'folder':
      return `folder:${subject.uri}`;
    case 'function':
      return `function:${subject.work.file}:${subject.work.function}:${subject.work.against ?? ''}`;
  }
}

/** A subject as people read it: its name, and what tells it from others of that name. */
export function subjectWords(subject: PythonSubject): { readonly label: string; readonly detail: string } {
  switch (subject.kind) {
    case 'hub': {
      const { id, version } = subject;
      const label = shownText(id.slice(id.indexOf('/') + 1), 60);
      return { label, detail: `${shownText(id)} · ${version === null ? 'newest version' : `v${version}`}` };
    }
    case 'folder': {
      const place = decodeURIComponent(subject.uri.replace(/^[a-z][\w+.-]*:\/\//i, ''));
      return { label: shownText(path.posix.basename(place), 60), detail: shownText(place, 200) };
    }
    case 'function': {
      const { file, function: name, against } = subject.work;
      const place = shownText(path.basename(file), 60);
      return {
        label: shownText(name, 60),
        detail: against === null ? `${place}, alone` : `${place}, against ${shownText(against, 60)}`,
      };
    }
  }
}

/** Where a folder of this machine lies. @param uri of the scheme `file` */
export function folderPath(uri: string): string {
  return fileURLToPath(uri);
}

/** A list with `added` first, each subject once, and no more than `most`. */
export function withSubjects(
  subjects: readonly PythonSubject[],
  added: readonly PythonSubject[],
  most: number,
): readonly PythonSubject[] {
  const keys = new Set<string>();
  return [...added, ...subjects]
    .filter((subject) => {
      const key = subjectKey(subject);
      const isNew = !keys.has(key);
      keys.add(key);
      return isNew;
    })
    .slice(0, most);
}
