// Arguments that a function of `kernels` does not take, and those it cannot do without.
import type { CodeArgument } from '../code/kernelUse';
import { appendArgument, removeArgument } from './argumentEdits';
import type { Finding, FindingFix } from './finding';
import { given, type JudgedUse, type Rule } from './judgedUse';
import { finding, fix, listed, quoted } from './makeFinding';
import { nearestName } from './nearestName';
import { readSignature, type Parameter } from '../insert/signatureText';
import { bindCall } from './callBinding';

export const loaderArguments: Rule = (judged) => {
  const { use, facts, rules, inPython, closed } = judged;
  const parameters = inPython && closed && rules.signaturesKnown ? readSignature(facts.signature) : null;
  const binding = parameters === null ? null : bindCall(parameters, use.call);
  if (parameters === null || binding === null) return [];
  const found: Finding[] = [];
  const [first] = binding.surplus;
  if (first !== undefined) found.push(surplusArgument(judged, first, binding.missing, parameters));
  for (const argument of binding.unknown) found.push(unknownArgument(judged, argument, parameters));
  // What is given in the wrong way is not missing as well.
  if (found.length === 0 && binding.missing.length > 0) found.push(missingArguments(judged, binding.missing));
  return found;
};

function surplusArgument(
  judged: JudgedUse,
  argument: CodeArgument,
  missing: readonly Parameter[],
  parameters: readonly Parameter[],
): Finding {
  const { use, facts, knowledge } = judged;
  const named = parameters.filter(({ kind }) => kind === 'keyword only').map(({ name }) => name);
  const { value } = argument.value;
  const free = given(use.version) === null && given(use.revision) === null;
  const [wanted] = missing.filter(({ kind }) => kind === 'keyword only');
  let name: string | null = null;
  if (wanted !== undefined && typeof value === 'string') name = wanted.name;
  else if (facts.versioned && free && typeof value === 'number' && Number.isInteger(value)) name = 'version';
  else if (facts.versioned && free && typeof value === 'string') name = 'revision';
  const isVersion = facts.versioned && (name === 'version' || name === 'revision' || (wanted === undefined && free));
  const since = knowledge.kernelsVersion === null ? ' from kernels 0.17 on' : '';
  const what = name ?? (isVersion ? 'version' : listed(named));
  const message =
    named.length === 0
      ? `${use.loader} takes ${countOf(parameters)}, and raises for more.`
      : `${use.loader} takes only the kernel by its place and raises for more${since}. Write ${name === null ? 'the name in front' : `${name}= in front`}${isVersion || name !== null ? '' : `: ${what}`}.`;
  const { from } = argument.span;
  // More than one: where the others go cannot be told from here.
  const edits = name === null || surplusCount(judged) > 1 ? [] : [{ span: { from, to: from }, text: `${name}=` }];
  const severity = 'error';
  const code = isVersion ? 'invalid-version' : 'unknown-argument';
  return finding(judged, { code, severity, span: argument.span, message, fixes: [fix(`Write ${what}=`, edits)] });
}

function surplusCount({ use }: JudgedUse): number {
  return use.call.arguments.filter(({ name }) => name === null).length - 1;
}

function countOf(parameters: readonly Parameter[]): string {
  return parameters.length === 1 ? 'one argument' : `${parameters.length} arguments`;
}

function unknownArgument(judged: JudgedUse, argument: CodeArgument, parameters: readonly Parameter[]): Finding {
  const { source, use } = judged;
  const names = parameters.map(({ name }) => name);
  const taken = new Set(use.call.arguments.map(({ name }) => name));
  const near = nearestName(
    argument.name ?? '',
    names.filter((name) => !taken.has(name)),
  );
  const fixes: (FindingFix | null)[] = [
    near === null || argument.nameSpan === null
      ? null
      : fix(`Change to ${near}`, [{ span: argument.nameSpan, text: near }]),
    fix('Remove it', [removeArgument(source, argument)], near === null),
  ];
  const message = `${use.loader} has no parameter ${quoted(argument.name ?? '')} and raises for it. It takes ${listed(names)}.`;
  const span = argument.nameSpan ?? argument.span;
  return finding(judged, { code: 'unknown-argument', severity: 'error', span, message, fixes });
}

function missingArguments(judged: JudgedUse, missing: readonly Parameter[]): Finding {
  const { use, knowledge } = judged;
  const names = missing.map(({ name }) => name);
  const since = knowledge.kernelsVersion === null && names.includes('lockfile') ? ' from kernels 0.17 on' : '';
  const message = `${use.loader} raises without ${listed(names)}${since}.`;
  const lockfile = names.length === 1 && names[0] === 'lockfile';
  const more = lockfile ? ' None means the lock that the package was installed with.' : '';
  return finding(judged, {
    code: 'missing-argument',
    severity: 'error',
    span: use.loaderSpan,
    message: `${message}${more}`,
    fixes: [lockfile ? fix('Add lockfile=None', [appendArgument(use.call, 'lockfile=None')]) : null],
  });
}
