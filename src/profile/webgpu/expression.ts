// Expressions of a manifest: parsed once, checked for names nobody knows, evaluated to plain values.
import { Environment } from '@huggingface/jinja';
import {
  childNodes,
  HELPER_PREFIX,
  isDefinedTest,
  nodeText,
  parseJinja,
  StrictInterpreter,
  type ClosedObjects,
  type JinjaNode,
  type JinjaSource,
} from './strictInterpreter';

/** Jinja's own words: they stand where a name could and are none. */
const CONSTANTS: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
};

/** Names that every expression has beside the helpers; a derive cannot take them. */
export const CONTEXT_NAMES = [
  'tunables',
  'derive',
  'dtypes',
  'logicalDtypes',
  'tensorDtypes',
  'ranks',
  'shapes',
  'present',
  'args',
  'attrs',
  'repeat',
  'device',
  'DISPATCH_FOLD_WIDTH',
] as const;

const RESERVED: ReadonlySet<string> = new Set([
  ...CONTEXT_NAMES,
  ...Object.keys(CONSTANTS),
  'env',
  'loop',
  'namespace',
  'raise_exception',
  ...['not', 'and', 'or', 'in', 'is', 'if', 'else'],
]);

/** Why a derive cannot have this name; undefined when it can. */
export function deriveNameProblem(name: string): string | undefined {
  if (!/^[A-Za-z_]\w*$/.test(name)) return 'a derive is named with letters, digits and _';
  return RESERVED.has(name) ? 'the name is taken by the format' : undefined;
}

/** Entries of a value with all that is in it; lists of lists of lists grow fast. */
const MAX_ENTRIES = 100_000;

/** What the interpreter holds, as a plain value; a function becomes null. */
function plain(value: unknown): unknown {
  let entries = 0;
  const convert = (held: unknown): unknown => {
    entries += 1;
    if (entries > MAX_ENTRIES) throw new Error(`the value has more than ${MAX_ENTRIES} entries`);
    if (Array.isArray(held)) return held.map(unwrap);
    if (held instanceof Map) {
      return Object.fromEntries([...held].map(([key, entry]: [unknown, unknown]) => [String(key), unwrap(entry)]));
    }
    return typeof held === 'function' ? null : held;
  };
  const unwrap = (entry: unknown): unknown => {
    if (typeof entry !== 'object' || entry === null || !('value' in entry)) return undefined;
    // The interpreter's null holds undefined.
    return 'type' in entry && entry.type === 'NullValue' ? null : convert(entry.value);
  };
  return convert(value);
}

type RuntimeValue = ReturnType<Environment['set']>;

/** Puts the entries of one object of the interpreter, and one more, into another. */
function shareInto(target: RuntimeValue, from: RuntimeValue, name: string, value: RuntimeValue): void {
  if (!(target.value instanceof Map) || !(from.value instanceof Map)) return;
  for (const [key, entry] of from.value) target.value.set(key, entry);
  target.value.set(name, value);
}

/** The names an expression sees. Immutable: adding one gives a new scope. */
export class Scope {
  private constructor(
    private readonly environment: Environment,
    private readonly derived: Readonly<Record<string, unknown>>,
    readonly closed: ClosedObjects,
  ) {}

  /** A scope with helpers, jinja's constants and `names`. */
  static create(
    helpers: ReadonlyMap<string, (...values: readonly unknown[]) => unknown>,
    names: Readonly<Record<string, unknown>>,
    closed: ClosedObjects,
  ): Scope {
    const environment = new Environment();
    for (const [name, value] of Object.entries(CONSTANTS)) environment.set(name, value);
    environment.set('raise_exception', (reason: unknown) => {
      throw new Error(String(reason));
    });
    for (const [name, helper] of helpers) {
      const call = (...values: readonly unknown[]): unknown => helper(...values.map(plain));
      environment.set(name, call);
      environment.set(HELPER_PREFIX + name, call);
    }
    return new Scope(environment, {}, closed).with({ derive: {}, ...names });
  }

  /** This scope with more names, or with other values for names it has. */
  with(names: Readonly<Record<string, unknown>>, closed: ClosedObjects = new Map()): Scope {
    const environment = new Environment(this.environment);
    for (const [name, value] of Object.entries(names)) environment.set(name, value);
    return new Scope(environment, this.derived, new Map([...this.closed, ...closed]));
  }

  /** This scope with one more derived value, bare and under `derive`. */
  withDerived(name: string, value: unknown): Scope {
    const derived = { ...this.derived, [name]: value };
    const environment = new Environment(this.environment);
    const bare = environment.set(name, value);
    // Values that are there already are shared: making the interpreter's objects anew is what costs time here.
    shareInto(environment.set('derive', {}), this.environment.lookupVariable('derive'), name, bare);
    return new Scope(environment, derived, new Map([...this.closed, ['derive', new Set(Object.keys(derived))]]));
  }

  /** This scope with `env` as templates see it: the device, and the declarations of what the pass binds. */
  withShaderEnvironment(resourceDeclarations: string): Scope {
    const scope = this.with({});
    const env = scope.environment.set('env', { wgsl: { resourceDeclarations } });
    shareInto(env, env, 'device', this.environment.lookupVariable('device'));
    return scope;
  }

  /** A derived value; undefined when there is none of this name. */
  derivedValue(name: string): unknown {
    return Object.hasOwn(this.derived, name) ? this.derived[name] : undefined;
  }

  /** An environment of its own for one evaluation, so that what a template sets stays there. */
  local(): Environment {
    return new Environment(this.environment);
  }
}

/** Names an expression uses: variables and called functions. */
export interface UsedNames {
  readonly variables: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
}

/** Names that an expression asks about with `is defined`: it has an answer for when they are not. */
function guardedNames(node: JinjaNode): string[] {
  return childNodes(node).flatMap(({ field, child }) => {
    const name =
      isDefinedTest(node) && field === 'operand' && child.type === 'Identifier' ? nodeText(child) : undefined;
    return name === undefined ? guardedNames(child) : [name];
  });
}

function collectNames(node: JinjaNode, variables: Set<string>, functions: Set<string>): void {
  if (isDefinedTest(node)) return;
  const text = nodeText(node);
  if (node.type === 'Identifier' && text !== undefined) variables.add(text);
  for (const { field, child } of childNodes(node)) {
    const name = nodeText(child);
    // The words after `.`, `|`, `is` and before `=` are syntax.
    if (field === 'property' && 'computed' in node && node.computed === false) continue;
    if (field === 'test' && node.type === 'TestExpression') continue;
    if (field === 'key' || (field === 'filter' && child.type === 'Identifier')) continue;
    if (field === 'filter') {
      for (const part of childNodes(child)) if (part.field === 'args') collectNames(part.child, variables, functions);
    } else if (field === 'callee' && child.type === 'Identifier' && name !== undefined) functions.add(name);
    else collectNames(child, variables, functions);
  }
}

interface ParsedExpression {
  readonly node: JinjaNode;
  readonly source: JinjaSource;
}

/** Parses and evaluates the expressions and templates of one kernel, each parsed once. */
export class JinjaEngine {
  private readonly expressions = new Map<string, ParsedExpression>();
  private readonly templates = new Map<string, JinjaSource>();

  /** The names an expression uses, without those it asks about with `is defined`. Throws an Error when it cannot be parsed. */
  namesOf(expression: string): UsedNames {
    const variables = new Set<string>();
    const functions = new Set<string>();
    const { node } = this.parse(expression);
    collectNames(node, variables, functions);
    for (const name of guardedNames(node)) variables.delete(name);
    return { variables, functions };
  }

  /** An expression's value as a plain one: numbers, strings, booleans, null, lists, objects. Throws an Error. */
  evaluate(expression: string, scope: Scope): unknown {
    const value = this.evaluateOptional(expression, scope);
    if (value === undefined) throw new Error(`\`${expression}\` is undefined`);
    return value;
  }

  /** Like `evaluate`, but undefined when the value is, e.g. an attribute that has no default and is not given. */
  evaluateOptional(expression: string, scope: Scope): unknown {
    const { node, source } = this.parse(expression);
    const environment = scope.local();
    const value = new StrictInterpreter(environment, source, scope.closed).evaluate(node, environment);
    if (value.type === 'FunctionValue') throw new Error('the value is a function');
    if (value.type === 'UndefinedValue') return undefined;
    return value.type === 'NullValue' ? null : plain(value.value);
  }

  /** A template's text. Throws an Error. */
  render(template: string, scope: Scope): string {
    let source = this.templates.get(template);
    if (source === undefined) {
      source = parseJinja(template);
      this.templates.set(template, source);
    }
    const text: unknown = new StrictInterpreter(scope.local(), source, scope.closed).run(source.program).value;
    return typeof text === 'string' ? text : '';
  }

  private parse(expression: string): ParsedExpression {
    const known = this.expressions.get(expression);
    if (known !== undefined) return known;
    const source = parseJinja(`{{ ${expression} }}`);
    const [node, more] = source.program.body;
    if (node === undefined || more !== undefined || node.type === 'Comment') {
      throw new Error('it is not one expression');
    }
    // Whoever asks for the value looks whether it is undefined.
    const parsed = { node, source: { ...source, printed: new Set<JinjaNode>() } };
    this.expressions.set(expression, parsed);
    return parsed;
  }
}
