// Which templates of a kernel an adapter can use, so that of a kernel on the Hub no other is fetched.
import type { Manifest } from './manifest';
import { listPasses } from './manifestPasses';
import { missingAbility, type Abilities } from './requirements';

export interface NeededTemplates {
  /** Paths of templates, each once; what they include is not among them. */
  readonly templates: readonly string[];
  /** Variants whose features or limits the adapter lacks, with what is missing. */
  readonly rejected: readonly { readonly variant: string; readonly reason: string }[];
}

/** By features and limits alone: what only a call or an open device can tell rejects nothing here. */
export function neededTemplates(manifest: Manifest, adapter: Abilities): NeededTemplates {
  const templates = new Set<string>();
  const rejected: { variant: string; reason: string }[] = [];
  for (const { variant, path } of manifest.variants) {
    const reason = missingAbility(manifest.requires, adapter) ?? missingAbility(variant.requires ?? {}, adapter);
    if (reason !== undefined) rejected.push({ variant: variant.id, reason });
    else {
      for (const { pass } of listPasses(variant.passes, path)) {
        if (pass.shader !== undefined) templates.add(pass.shader);
      }
    }
  }
  return { templates: [...templates], rejected };
}
