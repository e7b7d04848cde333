// What can be told of a manifest before any call: names that nobody knows, expressions that do not parse, bindings that
// bind nothing, variants that supersede each other in circles.
import { CONTEXT_NAMES, deriveNameProblem, type JinjaEngine } from './expression';
import { expressionHelpers } from './expressionHelpers';
import { atPath, joinPath } from './kernelJson';
import { MANIFEST_FILE, type Manifest } from './manifest';
import { listPasses } from './manifestPasses';
import type { ManifestGroup, ManifestPass, ManifestShape } from './manifestSchema';
import { nearestWord } from './nearestWord';
import { numberFromWord } from './numberWords';
import { passBindings } from './passBindings';
import { KernelError } from './program';
import { isLogicalDtype, isStorageDtype } from './tensor';
import type { LocatedVariant } from './variants';

const GLOBALS = ['true', 'false', 'none', 'True', 'False', 'None', 'namespace', 'raise_exception'];

function fail(path: string, reason: string): never {
  throw new KernelError(MANIFEST_FILE, path, reason);
}

class Checker {
  private readonly functions = new Set([...expressionHelpers(true).keys(), 'namespace', 'raise_exception']);
  private readonly globals = new Set<string>([...CONTEXT_NAMES, ...GLOBALS, ...this.functions]);

  constructor(
    private readonly manifest: Manifest,
    private readonly engine: JinjaEngine,
  ) {}

  /** One expression: it parses, and every name in it is known. */
  private expression(value: unknown, derived: ReadonlySet<string>, path: string): void {
    if (typeof value !== 'string') return;
    const { variables, functions } = atPath(MANIFEST_FILE, path, () => {
      try {
        return this.engine.namesOf(value);
      } catch (error) {
        throw new Error(`\`${value}\`: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    });
    for (const name of functions) if (!this.functions.has(name)) fail(path, this.unknown('helper', name, derived));
    for (const name of variables) {
      if (!this.globals.has(name) && !derived.has(name)) fail(path, this.unknown('name', name, derived));
    }
  }

  private unknown(what: string, name: string, derived: ReadonlySet<string>): string {
    const near = nearestWord(name, what === 'helper' ? this.functions : [...this.globals, ...derived]);
    return `unknown ${what} \`${name}\`${near === undefined ? '' : `, did you mean \`${near}\`?`}`;
  }

  private list(values: readonly unknown[] | undefined, derived: ReadonlySet<string>, path: string): void {
    for (const [index, value] of (values ?? []).entries()) this.expression(value, derived, joinPath(path, index));
  }

  private shape(shape: ManifestShape | undefined, derived: ReadonlySet<string>, path: string): void {
    if (Array.isArray(shape)) this.list(shape, derived, path);
    else this.expression(shape, derived, path);
  }

  /** Derive entries in order; gives the names known after them. */
  private derive(
    entries: Readonly<Record<string, unknown>> | undefined,
    before: ReadonlySet<string>,
    path: string,
  ): ReadonlySet<string> {
    const known = new Set(before);
    for (const [name, value] of Object.entries(entries ?? {})) {
      const place = joinPath(path, 'derive', name);
      const problem = deriveNameProblem(name);
      if (problem !== undefined) fail(place, problem);
      this.expression(value, known, place);
      known.add(name);
    }
    return known;
  }

  manifestWide(): ReadonlySet<string> {
    const { manifest } = this;
    const derived = this.derive(manifest.derive, new Set(), '');
    this.list(manifest.when, derived, 'when');
    for (const [name, port] of Object.entries(manifest.outputs)) {
      this.shape(port.shape, derived, joinPath('outputs', name, 'shape'));
    }
    return derived;
  }

  variant(located: LocatedVariant, manifestDerived: ReadonlySet<string>): void {
    const { variant, path } = located;
    this.list(variant.when, manifestDerived, joinPath(path, 'when'));
    this.list(variant.demoteWhen, manifestDerived, joinPath(path, 'demoteWhen'));
    const derived = this.derive(variant.derive, manifestDerived, path);
    for (const [index, entry] of (variant.intermediates ?? []).entries()) {
      const place = joinPath(path, 'intermediates', index);
      const known = isLogicalDtype(entry.dtype) || isStorageDtype(entry.dtype);
      if (!known && !Object.hasOwn(this.manifest.typeConstraints, entry.dtype)) {
        fail(joinPath(place, 'dtype'), `unknown dtype \`${entry.dtype}\``);
      }
      if (Object.hasOwn(this.manifest.inputs, entry.id) || Object.hasOwn(this.manifest.outputs, entry.id)) {
        fail(joinPath(place, 'id'), `\`${entry.id}\` is a port`);
      }
      this.shape(entry.shape, derived, joinPath(place, 'shape'));
    }
    this.unique(
      (variant.intermediates ?? []).map(({ id }) => id),
      joinPath(path, 'intermediates'),
    );
    this.passes(variant.passes, derived, path);
    for (const { pass, path: place } of listPasses(variant.passes, path)) this.bindings(located, pass, derived, place);
    this.supersededBy(located);
  }

  private unique(ids: readonly string[], path: string): void {
    const twice = ids.find((id, index) => ids.indexOf(id) !== index);
    if (twice !== undefined) fail(path, `\`${twice}\` is there twice`);
  }

  private passes(passes: readonly (ManifestPass | ManifestGroup)[], derived: ReadonlySet<string>, path: string): void {
    this.unique(
      passes.map(({ id }) => id),
      joinPath(path, 'passes'),
    );
    for (const [index, entry] of passes.entries()) {
      const place = joinPath(path, 'passes', index);
      if ('repeat' in entry) {
        this.expression(entry.repeat.count, derived, joinPath(place, 'repeat', 'count'));
        this.passes(entry.passes, derived, place);
      } else this.pass(entry, derived, place);
    }
  }

  private pass(pass: ManifestPass, outer: ReadonlySet<string>, path: string): void {
    const derived = this.derive(pass.derive, outer, path);
    for (const [name, value] of Object.entries(pass.source ?? {})) {
      this.expression(value, derived, joinPath(path, 'source', 'inputs', name));
    }
    for (const [key, value] of Object.entries(pass.dispatch ?? {})) {
      this.expression(value, derived, joinPath(path, 'dispatch', key));
    }
    for (const [index, { input, output }] of (pass.viewAlias ?? []).entries()) {
      const place = joinPath(path, 'viewAlias', index);
      if (!Object.hasOwn(this.manifest.inputs, input)) fail(place, `there is no input \`${input}\``);
      if (!Object.hasOwn(this.manifest.outputs, output)) fail(place, `there is no output \`${output}\``);
    }
    if (pass.shader === undefined && pass.viewAlias === undefined) fail(joinPath(path, 'shader'), 'it is missing');
    if (pass.shader !== undefined && pass.dispatch === undefined) fail(joinPath(path, 'dispatch'), 'it is missing');
  }

  private bindings(located: LocatedVariant, pass: ManifestPass, outer: ReadonlySet<string>, path: string): void {
    const derived = new Set([...outer, ...Object.keys(pass.derive ?? {})]);
    const bound = passBindings(this.manifest, located.variant, pass, path);
    this.unique(
      bound.map(({ name }) => name),
      joinPath(path, 'bindings'),
    );
    for (const { target, path: place } of bound) {
      if (target.kind !== 'struct') continue;
      for (const [index, field] of target.fields.entries()) {
        this.expression(numberFromWord(field.value), derived, joinPath(place, 'struct', index, 'value'));
      }
    }
  }

  private supersededBy({ variant, path }: LocatedVariant): void {
    const { variants } = this.manifest;
    const rank = (id: string): number => variants.findIndex((other) => other.variant.id === id);
    for (const [index, id] of (variant.supersededBy ?? []).entries()) {
      const place = joinPath(path, 'supersededBy', index);
      const other = variants[rank(id)];
      if (other === undefined) fail(place, `there is no variant \`${id}\``);
      const [mine, theirs] = [variant.priority ?? 0, other.variant.priority ?? 0];
      const higher = theirs > mine || (theirs === mine && rank(id) < rank(variant.id));
      if (!higher) fail(place, `\`${id}\` does not rank higher than \`${variant.id}\``);
    }
  }
}

/** Checks a manifest as far as that goes without a call. Throws KernelError for the first mistake. */
export function checkManifest(manifest: Manifest, engine: JinjaEngine): void {
  const checker = new Checker(manifest, engine);
  const derived = checker.manifestWide();
  for (const located of manifest.variants) checker.variant(located, derived);
}
