// The jinja interpreter with undefined made loud: an unknown name, a name that a closed object lacks, or an undefined
// value that would be printed as nothing, is an error.
import { Interpreter, parse, tokenize, type Environment } from '@huggingface/jinja';

export type JinjaNode = NonNullable<Parameters<Interpreter['evaluate']>[0]>;
type RuntimeValue = ReturnType<Interpreter['evaluate']>;

/** Objects whose keys are all known beforehand: asking for another key is a mistake in the manifest. */
export type ClosedObjects = ReadonlyMap<string, ReadonlySet<string>>;

/** Names under which helpers stay callable when a derive of the same name hides them. */
export const HELPER_PREFIX = 'call ';

/** Nodes evaluated, entries of lists and text, before a source is taken for one that does not end. */
const MAX_STEPS = 1_000_000;
/** Characters of a text that count as one. */
const CHARACTERS_PER_STEP = 64;
/** What one turn of a loop costs the interpreter, in such steps. */
const STEPS_PER_TURN = 16;

/** A parsed expression or template. */
export interface JinjaSource {
  readonly program: ReturnType<typeof parse>;
  /** Nodes whose value is printed. */
  readonly printed: ReadonlySet<JinjaNode>;
  /** Identifiers that are called. */
  readonly called: ReadonlySet<JinjaNode>;
  /** Lists that a loop goes over. */
  readonly looped: ReadonlySet<JinjaNode>;
}

/** The text of an identifier, an expression's literal or a test's name; undefined for any other node. */
export function nodeText(node: unknown): string | undefined {
  return typeof node === 'object' && node !== null && 'value' in node && typeof node.value === 'string'
    ? node.value
    : undefined;
}

function isNode(value: unknown): value is JinjaNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** The direct children of a node that are nodes themselves, by field; operators are tokens and not among them. */
export function childNodes(node: JinjaNode): { readonly field: string; readonly child: JinjaNode }[] {
  return Object.entries(node).flatMap(([field, value]: [string, unknown]) => {
    if (field === 'operator') return [];
    const values: unknown[] = value instanceof Map ? [...value].flat() : Array.isArray(value) ? value : [value];
    return values.filter(isNode).map((child) => ({ field, child }));
  });
}

const BLOCKS: ReadonlySet<string> = new Set(['body', 'alternate', 'defaultBlock']);

class NodeSets {
  readonly printed = new Set<JinjaNode>();
  readonly called = new Set<JinjaNode>();
  readonly looped = new Set<JinjaNode>();

  collect(node: JinjaNode): void {
    for (const { field, child } of childNodes(node)) {
      // `{{ x if condition }}` prints nothing when the condition does not hold, on purpose.
      if (BLOCKS.has(field) && child.type !== 'SelectExpression') this.printed.add(child);
      if (field === 'callee' && child.type === 'Identifier') this.called.add(child);
      // The list of `for x in list if condition` is below a node of its own.
      if (field === 'iterable') this.looped.add('lhs' in child && isNode(child.lhs) ? child.lhs : child);
      this.collect(child);
    }
  }
}

/** Parses a template. Throws an Error with the reason when it cannot be parsed. */
export function parseJinja(source: string): JinjaSource {
  const program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }));
  const sets = new NodeSets();
  sets.collect(program);
  return { program, printed: sets.printed, called: sets.called, looped: sets.looped };
}

/** Whether a node is `x is defined` or `x is undefined`. */
export function isDefinedTest(node: JinjaNode): boolean {
  if (node.type !== 'TestExpression' || !('test' in node)) return false;
  const test = nodeText(node.test);
  return test === 'defined' || test === 'undefined';
}

/** `a` or `a.b` as it was written; undefined for any other node. */
function pathText(node: JinjaNode): string | undefined {
  if (node.type === 'Identifier') return nodeText(node);
  if (node.type !== 'MemberExpression' || !('object' in node) || !('property' in node)) return undefined;
  const [owner, key] = [nodeText(node.object), nodeText(node.property)];
  return owner === undefined || key === undefined ? undefined : `${owner}.${key}`;
}

function isDeclared(name: string, environment: Environment): boolean {
  let scope: Environment | undefined = environment;
  while (scope !== undefined) {
    if (scope.variables.has(name)) return true;
    scope = scope.parent;
  }
  return false;
}

export class StrictInterpreter extends Interpreter {
  private steps = 0;
  private withinDefinedTest = 0;

  constructor(
    environment: Environment,
    private readonly source: JinjaSource,
    private readonly closed: ClosedObjects,
  ) {
    super(environment);
  }

  override evaluate(node: JinjaNode | undefined, environment: Environment): RuntimeValue {
    if (node === undefined) return super.evaluate(node, environment);
    this.count(1);
    if (isDefinedTest(node)) {
      this.withinDefinedTest += 1;
      try {
        return super.evaluate(node, environment);
      } finally {
        this.withinDefinedTest -= 1;
      }
    }
    const value = this.orHelper(node, super.evaluate(node, environment), environment);
    if (value.type === 'UndefinedValue' && this.withinDefinedTest === 0) this.refuseUndefined(node, environment);
    if (typeof value.value === 'string') this.count(value.value.length / CHARACTERS_PER_STEP);
    if (Array.isArray(value.value))
      this.count(value.value.length * (this.source.looped.has(node) ? STEPS_PER_TURN : 1));
    return value;
  }

  private count(steps: number): void {
    this.steps += steps;
    if (this.steps > MAX_STEPS) throw new Error(`takes more than ${MAX_STEPS} steps`);
  }

  /** A call of a helper whose name a derive has taken still reaches the helper. */
  private orHelper(node: JinjaNode, value: RuntimeValue, environment: Environment): RuntimeValue {
    if (value.type === 'FunctionValue' || !this.source.called.has(node)) return value;
    const helper = environment.lookupVariable(HELPER_PREFIX + (nodeText(node) ?? ''));
    return helper.type === 'FunctionValue' ? helper : value;
  }

  private refuseUndefined(node: JinjaNode, environment: Environment): void {
    if (node.type === 'Identifier') {
      const name = nodeText(node) ?? '';
      if (!isDeclared(name, environment)) throw new Error(`unknown name \`${name}\``);
    }
    if (node.type === 'MemberExpression' && 'object' in node && 'property' in node && isNode(node.property)) {
      const owner = nodeText(node.object) ?? '';
      const literal = !('computed' in node && node.computed === true) || node.property.type === 'StringLiteral';
      const key = nodeText(node.property);
      const keys = this.closed.get(owner);
      if (keys !== undefined && literal && key !== undefined && !keys.has(key)) {
        const known = keys.size === 0 ? 'it is empty' : `it has ${[...keys].join(', ')}`;
        throw new Error(`\`${owner}\` has no \`${key}\`: ${known}`);
      }
    }
    if (this.source.printed.has(node)) {
      const name = pathText(node);
      throw new Error(
        name === undefined ? 'an undefined value would be printed' : `\`${name}\` is undefined and would be printed`,
      );
    }
  }
}
