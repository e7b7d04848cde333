// The variants of a manifest, families expanded: every combination of a family's cases and axes, put in place of the
// `{placeholder}`s of its variants.
import { isRecord, joinPath, parseWith } from './kernelJson';
import { FamilySchema, MANIFEST_KEYS, variantSchema, type ManifestVariant } from './manifestSchema';
import { KernelError } from './program';

type Placeholders = Readonly<Record<string, string | number | boolean | null | readonly unknown[]>>;

/** More than any kernel has. */
const MAX_VARIANTS = 4096;

/** A variant and where it stands in manifest.json. */
export interface LocatedVariant {
  readonly path: string;
  readonly variant: ManifestVariant;
}

function substituteText(text: string, placeholders: Placeholders, path: string, file: string): unknown {
  const whole = /^\{([A-Za-z_]\w*)\}$/.exec(text)?.[1];
  // A string that is nothing but a placeholder takes its value as it is, a number stays one.
  if (whole !== undefined && Object.hasOwn(placeholders, whole)) return placeholders[whole];
  return text.replace(/\{([A-Za-z_]\w*)\}/g, (written, name: string) => {
    const value = Object.hasOwn(placeholders, name) ? placeholders[name] : undefined;
    if (typeof value === 'object') {
      throw new KernelError(file, path, `{${name}} is a list or null, which can only stand for a whole string`);
    }
    if (value !== undefined) return String(value);
    // A description may put words in braces as it likes.
    if (path.endsWith('.description')) return written;
    throw new KernelError(file, path, `nothing gives a value to the placeholder {${name}}`);
  });
}

function substitute(value: unknown, placeholders: Placeholders, path: string, file: string): unknown {
  if (typeof value === 'string') return substituteText(value, placeholders, path, file);
  if (Array.isArray(value)) {
    return value.map((entry, index) => substitute(entry, placeholders, joinPath(path, index), file));
  }
  if (!isRecord(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    const name = String(substituteText(key, placeholders, joinPath(path, key), file));
    if (name in Object.prototype || Object.hasOwn(copy, name)) {
      throw new KernelError(file, joinPath(path, key), `the placeholders make a second \`${name}\``);
    }
    copy[name] = substitute(entry, placeholders, joinPath(path, key), file);
  }
  return copy;
}

function combinations(family: ReturnType<typeof parseFamily>, path: string, file: string): Placeholders[] {
  let all: Placeholders[] = family.cases;
  for (const [axis, values] of Object.entries(family.axes ?? {})) {
    if (all.length * values.length > MAX_VARIANTS) {
      throw new KernelError(file, joinPath(path, 'axes', axis), `it makes more than ${MAX_VARIANTS} variants`);
    }
    all = all.flatMap((base) => values.map((value) => ({ ...base, ...(isRecord(value) ? value : { [axis]: value }) })));
  }
  const excluded = (family.exclude ?? []).map((entry) => Object.entries(entry));
  return all.filter((one) => !excluded.some((entry) => entry.every(([key, value]) => one[key] === value)));
}

function parseFamily(entry: unknown, path: string, file: string) {
  return parseWith(FamilySchema, entry, file, path, MANIFEST_KEYS);
}

/**
 * Parses the entries of `variants`. Throws KernelError for a wrong one, a name used twice, or more variants than any
 * kernel has.
 */
export function expandVariants(entries: readonly unknown[], spec: '1.0' | '2.1', file: string): LocatedVariant[] {
  const schema = variantSchema(spec);
  const located: { readonly path: string; readonly entry: unknown }[] = [];
  for (const [index, entry] of entries.entries()) {
    const path = joinPath('variants', index);
    if (isRecord(entry) && ('cases' in entry || 'variants' in entry)) {
      const family = parseFamily(entry, path, file);
      for (const placeholders of combinations(family, path, file)) {
        for (const [member, variant] of family.variants.entries()) {
          const place = joinPath(path, 'variants', member);
          located.push({ path: place, entry: substitute(variant, placeholders, place, file) });
          if (located.length > MAX_VARIANTS) throw new KernelError(file, path, `more than ${MAX_VARIANTS} variants`);
        }
      }
    } else located.push({ path, entry });
  }
  const ids = new Set<string>();
  return located.map(({ path, entry }) => {
    const variant = parseWith(schema, entry, file, path, MANIFEST_KEYS);
    if (ids.has(variant.id)) throw new KernelError(file, joinPath(path, 'id'), `a second variant \`${variant.id}\``);
    ids.add(variant.id);
    return { path, variant };
  });
}
