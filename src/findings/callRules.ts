// How the functions of a kernel are called: held against their real signatures.
import { loadsModule } from '../code/kernelLoaders';
import type { CodeArgument, MemberUse } from '../code/kernelUse';
import type { Finding } from './finding';
import { given, type JudgedUse, type Rule } from './judgedUse';
import { finding, fix, listed, quoted } from './makeFinding';
import { readSignature, type Parameter } from '../insert/signatureText';
import { bindCall, type Binding } from './callBinding';

/** What an output is called in the signatures of kernels. */
const OUTPUT = /^(?:out|output|result)\d*$/;

export const kernelCalls: Rule = (judged) => {
  if (!judged.inPython || !loadsModule(judged.use.loader)) return [];
  return judged.use.members.flatMap((member) => {
    const { call } = member;
    const parameters = call === null || member.path.length > 0 ? null : parametersOf(judged, member.name);
    if (call === null || parameters === null || judged.source.text.charAt(call.between.to) !== ')') return [];
    const binding = bindCall(parameters, call);
    return binding === null ? [] : judgeCall(judged, member, parameters, binding);
  });
};

/** Of the version that is loaded; null: not known. */
function parametersOf({ details, known, version, use, facts }: JudgedUse, name: string): readonly Parameter[] | null {
  const own = details?.functions.find((one) => one.name === name);
  if (own !== undefined) return readSignature(own.signature);
  const summary = known?.summary ?? null;
  const unsaid = given(use.version) === null && given(use.revision) === null;
  if (summary === null || facts.locked || !(summary.version === version || (unsaid && version === null))) return null;
  const row = summary.functions.find((one) => one.name === name);
  return row === undefined ? null : readSignature(row.signature);
}

function judgeCall(
  judged: JudgedUse,
  member: MemberUse,
  parameters: readonly Parameter[],
  { missing, surplus, unknown, placed }: Binding,
): readonly Finding[] {
  const { name, span } = member;
  const signature = `${name}(${parameters.map(written).join(', ')})`;
  const base = { severity: 'error' } as const;
  const [tooMany] = surplus;
  if (tooMany !== undefined) {
    const message = `${signature} takes fewer arguments by their place, and raises.`;
    return [finding(judged, { ...base, code: 'unknown-argument', span: tooMany.span, message })];
  }
  if (unknown.length > 0) {
    return unknown.map((argument) => {
      const message = `${signature} has no parameter ${quoted(argument.name ?? '')}, and raises.`;
      return finding(judged, { ...base, code: 'unknown-argument', span: argument.nameSpan ?? argument.span, message });
    });
  }
  if (missing.length > 0) {
    const [output] = parameters;
    const outFirst = output !== undefined && OUTPUT.test(output.name) && output.default === null;
    const hint = outFirst ? ` Its output comes first, and is allocated by the caller: torch.empty_like(x), say.` : '';
    const message = `${signature} raises without ${listed(missing.map((one) => one.name))}.${hint}`;
    return [finding(judged, { ...base, code: 'missing-argument', span, message })];
  }
  const swapped = swappedPair(judged, placed);
  if (swapped === null) return [];
  const [first, second] = swapped;
  const { text } = judged.source;
  const [one, other] = [textOf(text, first), textOf(text, second)];
  return [
    finding(judged, {
      ...base,
      code: 'argument-order',
      span: { from: first.span.from, to: second.span.to },
      message: `${signature} takes them in another order: as it stands, ${one} is written to and ${other} is read.`,
      fixes: [
        fix(`Swap ${one} and ${other}`, [
          { span: first.span, text: other },
          { span: second.span, text: one },
        ]),
      ],
    }),
  ];
}

/**
 * Two arguments that have each other's names, one of them the output's: `gelu(x, out)` for `gelu(out, x)`. Names alone
 * decide, and only where both say the same.
 */
function swappedPair({ source }: JudgedUse, placed: Binding['placed']): readonly [CodeArgument, CodeArgument] | null {
  for (const [at, [argument, parameter]] of placed.entries()) {
    const name = textOf(source.text, argument);
    if (name === parameter.name) continue;
    for (const [other, otherParameter] of placed.slice(at + 1)) {
      const otherName = textOf(source.text, other);
      if (!OUTPUT.test(parameter.name) && !OUTPUT.test(otherParameter.name)) continue;
      if (name === otherParameter.name && otherName === parameter.name) return [argument, other];
    }
  }
  return null;
}

function textOf(text: string, { span }: CodeArgument): string {
  return text.slice(span.from, span.to);
}

function written({ name, kind, default: initial }: Parameter): string {
  if (kind === 'list') return `*${name}`;
  if (kind === 'map') return `**${name}`;
  return initial === null ? name : `${name}=${initial}`;
}
