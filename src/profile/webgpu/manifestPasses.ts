// The passes of a variant as its manifest lists them, groups opened.
import { joinPath } from './kernelJson';
import type { ManifestGroup, ManifestPass } from './manifestSchema';

/** Every pass once, with its path in manifest.json; `path` is that of the variant or group. */
export function listPasses(
  passes: readonly (ManifestPass | ManifestGroup)[],
  path: string,
): { readonly pass: ManifestPass; readonly path: string }[] {
  return passes.flatMap((pass, index) => {
    const place = joinPath(path, 'passes', index);
    return 'repeat' in pass ? listPasses(pass.passes, place) : [{ pass, path: place }];
  });
}
