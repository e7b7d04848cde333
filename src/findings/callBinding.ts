// How a call fits a signature: the rules by which Python itself binds arguments.
import type { CodeArgument, CodeCall } from '../code/kernelUse';
import type { Parameter } from '../insert/signatureText';

export interface Binding {
  /** Without a default, and not given. */
  readonly missing: readonly Parameter[];
  /** Given by place, where the function takes no more. */
  readonly surplus: readonly CodeArgument[];
  /** Given by a name that the function does not have. */
  readonly unknown: readonly CodeArgument[];
  /** By place, the parameter that each argument goes to. */
  readonly placed: readonly (readonly [CodeArgument, Parameter])[];
}

/** How Python would bind the call; null: `*args` or `**kwargs` bring what cannot be told. */
export function bindCall(parameters: readonly Parameter[], { arguments: given }: CodeCall): Binding | null {
  if (given.some(({ spread }) => spread !== null)) return null;
  const byPlace = given.filter(({ name }) => name === null);
  const byName = given.filter(({ name }) => name !== null);
  const places = parameters.filter(({ kind }) => kind === 'positional only' || kind === 'positional');
  const takesMore = parameters.some(({ kind }) => kind === 'list');
  const takesNames = parameters.some(({ kind }) => kind === 'map');
  const named = parameters.filter(({ kind }) => kind === 'positional' || kind === 'keyword only');
  const placed = byPlace.flatMap((argument, at) => {
    const parameter = places[at];
    return parameter === undefined ? [] : [[argument, parameter] as const];
  });
  const bound = new Set<Parameter>(placed.map(([, parameter]) => parameter));
  const unknown: CodeArgument[] = [];
  for (const argument of byName) {
    const parameter = named.find(({ name }) => name === argument.name);
    if (parameter !== undefined) bound.add(parameter);
    else if (!takesNames) unknown.push(argument);
  }
  return {
    missing: parameters.filter(
      (one) => one.default === null && one.kind !== 'list' && one.kind !== 'map' && !bound.has(one),
    ),
    surplus: takesMore ? [] : byPlace.slice(places.length),
    unknown,
    placed,
  };
}
