// The signature of a kernel's function, as its source has it, taken apart.
import type { SyntaxNode } from '@lezer/common';
import { parseWhole } from '../code/parseSource';

export interface Parameter {
  readonly name: string;
  /** `list` is `*args`, `map` is `**kwargs`. */
  readonly kind: 'positional only' | 'positional' | 'keyword only' | 'list' | 'map';
  /** As written; null: it has to be given. */
  readonly default: string | null;
}

const HEAD = 'def f';

/** @param signature `(out, x)`, annotations and a result's type allowed. Null: it is none. */
export function readSignature(signature: string): readonly Parameter[] | null {
  const text = `${HEAD}${signature.trim()}: pass\n`;
  const definition = parseWhole(text, 'python').tree.topNode.firstChild;
  if (definition?.name !== 'FunctionDefinition' || definition.nextSibling !== null) return null;
  const list = definition.getChild('ParamList');
  if (list?.from !== HEAD.length || hasErrors(definition)) return null;
  return readParameters(text, list);
}

function readParameters(text: string, list: SyntaxNode): readonly Parameter[] | null {
  const parameters: Parameter[] = [];
  let after: 'positional' | 'keyword only' = 'positional';
  for (const tokens of groups(list)) {
    const [first, second] = tokens;
    if (first === undefined || first.name === '/') continue;
    if (first.name === '*' && second === undefined) {
      after = 'keyword only';
      continue;
    }
    const star = first.name === '*' ? 'list' : first.name === '**' ? 'map' : null;
    const name = star === null ? first : second;
    if (name?.name !== 'VariableName') return null;
    const given = tokens[tokens.findIndex((token) => token.name === 'AssignOp') + 1];
    const isGiven = tokens.some((token) => token.name === 'AssignOp') && given !== undefined;
    parameters.push({
      name: text.slice(name.from, name.to),
      kind: star ?? after,
      default: isGiven ? text.slice(given.from, given.to) : null,
    });
    if (star === 'list') after = 'keyword only';
  }
  const slash = slashAt(text, list);
  return parameters.map((parameter, index) => (index < slash ? { ...parameter, kind: 'positional only' } : parameter));
}

function groups(list: SyntaxNode): readonly (readonly SyntaxNode[])[] {
  const all: SyntaxNode[][] = [[]];
  for (let child = list.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === ',') all.push([]);
    else if (child.name !== '(' && child.name !== ')' && child.name !== 'Comment') all.at(-1)?.push(child);
  }
  return all.filter((tokens) => tokens.length > 0);
}

/** How many parameters stand in front of `/`, which is no node of the tree: only the commas around it are. */
function slashAt(text: string, list: SyntaxNode): number {
  let count = 0;
  let last = list.from + 1;
  for (let child = list.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === 'VariableName' && child.prevSibling?.name !== 'AssignOp') count += 1;
    if (child.name !== ',' && child.name !== ')') {
      last = child.to;
      continue;
    }
    if (text.slice(last, child.from).trim() === '/') return count;
    last = child.to;
  }
  return 0;
}

function hasErrors(node: SyntaxNode): boolean {
  let found = false;
  node.cursor().iterate(({ type }) => {
    found ||= type.isError;
    return !found;
  });
  return found;
}
