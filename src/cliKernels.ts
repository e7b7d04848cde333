// Kernels as they are named on the command line.
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { quote, UsageError } from './cliValues';
import type { KernelRequest } from './hub/kernelCommit';
import { KernelReferenceError, parseKernelReference } from './kernels/kernelId';
import type { HubKernelRef, KernelRef } from './profile/profileOptions';

/** A kernel that lies here, or one of the Hub, still to be fetched. */
export type KernelArgument = Exclude<KernelRef, HubKernelRef> | ({ readonly kind: 'hub' } & KernelRequest);

/** A function of a Python file: `file.py:function`, `file.py:Class.method`. */
export interface FunctionArgument {
  readonly kind: 'function';
  /** An absolute path of a file that is there. */
  readonly file: string;
  readonly name: string;
}

/** What can be profiled. */
export type ProfileSubject = KernelArgument | FunctionArgument;

const FUNCTION = /^(?<file>.+\.py):(?<name>[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*)$/u;

/** A kernel, or a function of a Python file. Throws UsageError. */
export function profileSubject(argument: string, bundled: readonly string[]): ProfileSubject {
  if (/\.py(?::|$)/.test(argument) && !(existsSync(argument) && statSync(argument).isDirectory())) {
    return functionArgument(argument);
  }
  return kernelArgument(argument, bundled);
}

function functionArgument(argument: string): FunctionArgument {
  const { file, name } = FUNCTION.exec(argument)?.groups ?? {};
  if (file === undefined || name === undefined) {
    throw new UsageError(`${quote(argument)} names no function: write the file and the function, as model.py:gelu`);
  }
  if (!existsSync(file) || !statSync(file).isFile()) throw new UsageError(`there is no file ${quote(file)}`);
  return { kind: 'function', file: path.resolve(file), name };
}

/** How a subject is named on the command line, for messages. */
export function subjectName(subject: ProfileSubject): string {
  switch (subject.kind) {
    case 'function':
      return `${path.basename(subject.file)}:${subject.name}`;
    case 'folder':
      return subject.path;
    case 'bundled':
      return subject.id;
    case 'hub': {
      const after = subject.version === null ? subject.revision : `v${subject.version}`;
      return after === null ? subject.id : `${subject.id}@${after}`;
    }
  }
}

/** A folder that is there wins over a name, as it was typed as a path; what is neither may be a kernel of the Hub. */
export function kernelArgument(argument: string, bundled: readonly string[]): KernelArgument {
  const wanted = argument.toLowerCase();
  const id =
    bundled.find((candidate) => candidate.toLowerCase() === wanted) ??
    bundled.find((candidate) => candidate.toLowerCase().split('.').at(-1) === wanted);
  const isPath = argument.includes('/') || argument.includes(path.sep) || argument.startsWith('.');
  if (id !== undefined && !isPath) return { kind: 'bundled', id };
  if (existsSync(argument)) {
    if (!statSync(argument).isDirectory())
      throw new UsageError(`${quote(argument)} is a file: name the kernel's folder`);
    return { kind: 'folder', path: path.resolve(argument) };
  }
  if (isPath && !/^[./\\~]|\\/.test(argument)) return { kind: 'hub', ...hubKernel(argument) };
  const known = bundled.length > 0 ? `; bundled kernels: ${bundled.join(', ')}` : '';
  throw new UsageError(`${quote(argument)} is neither a folder nor a bundled kernel${known}`);
}

/** `org/name`, `org/name@v3`, `org/name@main`. Throws UsageError. */
export function hubKernel(argument: string): KernelRequest {
  try {
    const { id, version, revision } = parseKernelReference(argument);
    return { id, version, revision };
  } catch (error) {
    if (error instanceof KernelReferenceError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
