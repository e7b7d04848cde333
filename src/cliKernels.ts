// Kernels as they are named on the command line.
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { quote, UsageError } from './cliValues';
import type { KernelRequest } from './hub/kernelCommit';
import { KernelReferenceError, parseKernelReference } from './kernels/kernelId';
import type { HubKernelRef, KernelRef } from './profile/profileOptions';

/** A kernel that lies here, or one of the Hub, still to be fetched. */
export type KernelArgument = Exclude<KernelRef, HubKernelRef> | ({ readonly kind: 'hub' } & KernelRequest);

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
