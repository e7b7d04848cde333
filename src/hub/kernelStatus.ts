// kernel-status.toml: a repository that has moved says so there.
import * as v from 'valibot';
import type { KernelDetails } from '../kernels/kernelDetails';
import { parseToml } from '../kernels/parseToml';
import { isKernelId, isRevision } from './repositoryNames';

const RedirectSchema = v.object({
  kind: v.literal('redirect'),
  destination: v.pipe(v.string(), v.check(isKernelId)),
  revision: v.optional(v.pipe(v.string(), v.check(isRevision)), 'main'),
});

/** Null: it does not say that the repository has moved, or not where to. */
export function readKernelStatus(bytes: Uint8Array): KernelDetails['redirect'] {
  try {
    const parsed = v.safeParse(RedirectSchema, parseToml(new TextDecoder().decode(bytes)));
    return parsed.success ? { destination: parsed.output.destination, revision: parsed.output.revision } : null;
  } catch {
    return null;
  }
}
