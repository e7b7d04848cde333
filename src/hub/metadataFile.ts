// metadata.json of a build, read leniently.
import * as v from 'valibot';
import type { KernelMetadata } from '../kernels/kernelDetails';
import { isKernelId } from './repositoryNames';

const text = v.optional(v.fallback(v.nullable(v.pipe(v.string(), v.maxLength(1000))), null), null);
const whole = v.optional(v.fallback(v.nullable(v.pipe(v.number(), v.safeInteger())), null), null);
const texts = v.pipe(
  v.array(v.unknown()),
  v.transform((values) => values.filter((value) => typeof value === 'string').slice(0, 500)),
);

const DependencySchema = v.object({
  'repo-id': v.pipe(v.string(), v.check(isKernelId)),
  version: whole,
  revision: text,
});
const MetadataSchema = v.object({
  id: text,
  name: text,
  version: whole,
  license: text,
  upstream: text,
  source: text,
  'kernels-minver': text,
  'python-depends': v.optional(v.fallback(texts, []), []),
  'kernel-depends': v.optional(v.fallback(v.array(v.unknown()), []), []),
  backend: v.optional(
    v.fallback(
      v.nullable(v.object({ type: text, archs: v.optional(v.fallback(v.nullable(texts), null), null) })),
      null,
    ),
    null,
  ),
});

/** Null: it is no JSON object. */
export function readMetadata(bytes: Uint8Array): KernelMetadata | null {
  const parsed = v.safeParse(MetadataSchema, parseJson(bytes));
  if (!parsed.success) return null;
  const { id, name, version, license, upstream, source, backend, ...rest } = parsed.output;
  return {
    id,
    name,
    version,
    license,
    upstream,
    source,
    kernelsMinver: rest['kernels-minver'],
    pythonDepends: rest['python-depends'],
    kernelDepends: rest['kernel-depends'].flatMap((entry) => {
      const dependency = v.safeParse(DependencySchema, entry);
      if (!dependency.success) return [];
      return [
        {
          id: dependency.output['repo-id'],
          version: dependency.output.version,
          revision: dependency.output.revision,
        },
      ];
    }),
    backendType: backend?.type ?? null,
    archs: backend?.archs ?? null,
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
