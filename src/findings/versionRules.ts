// Whether a call asks for one version, and for one that there is.
import type { CodeArgument } from '../code/kernelUse';
import { appendArgument, addOption, removeArgument, replaceValue } from './argumentEdits';
import type { Finding, FindingFix } from './finding';
import { given, type JudgedUse, type Rule } from './judgedUse';
import { finding, fix, idSpan, listed, quoted, valueSpan } from './makeFinding';
import { bestVersion, hasNoVersions, useVersion } from './versionChoice';

export const missingVersion: Rule = (judged) => {
  const { use, facts, rules, inPython, closed, spreads, known } = judged;
  if (!facts.versioned || !closed || spreads || use.id === null) return [];
  if (given(use.version) !== null || given(use.revision) !== null) return [];
  // Given by its place, or in options that are made elsewhere.
  if (use.call.arguments.filter(({ name }) => name === null).length > 1) return [];
  const severity = !inPython ? 'warning' : rules.wantsVersion ? 'error' : 'information';
  const why = !inPython
    ? 'The documentation of getKernel asks for one: without it nothing says which interface of the kernel is meant.'
    : rules.wantsVersion
      ? `${use.loader} raises without one since kernels 0.15.`
      : `The installed library loads what main holds; from kernels 0.15 on, ${use.loader} raises.`;
  const fixes = known === null ? [] : [useVersion(judged, bestVersion(known)), useMain(judged)];
  const message = `No version is given. ${why}`;
  return [finding(judged, { code: 'missing-version', severity, span: idSpan(judged), message, fixes })];
};

/** Only where there is nothing else to load. */
function useMain({ source, use, inPython, known }: JudgedUse): FindingFix | null {
  if (known === null || !hasNoVersions(known)) return null;
  const { revision, call } = use;
  if (revision !== null) return fix('Use the branch main', [replaceValue(revision, '"main"')]);
  const edit = inPython ? appendArgument(call, 'revision="main"') : addOption(source, call, 'revision: "main"');
  return fix('Use the branch main', [edit]);
}

export const versionAndRevision: Rule = (judged) => {
  const { source, use, facts, inPython } = judged;
  const [version, revision] = [given(use.version), given(use.revision)];
  if (!facts.versioned || !inPython || version === null || revision === null) return [];
  // A value that only running the code can tell may be None.
  if (version.value.value === undefined || revision.value.value === undefined) return [];
  const keep = typeof version.value.value === 'number' ? `version ${version.value.value}` : 'the version';
  return [
    finding(judged, {
      code: 'version-and-revision',
      severity: 'error',
      span: revision.span,
      message: `Both a version and a revision are given, and ${use.loader} raises for that. Keep one of them.`,
      fixes: [
        fix(`Keep ${keep}`, [removeArgument(source, revision)]),
        fix('Keep the revision', [removeArgument(source, version)], false),
      ],
    }),
  ];
};

export const unknownVersion: Rule = (judged) => {
  const { use, known, version, id, facts } = judged;
  if (!facts.versioned || known === null || id === null || version === null || known.versions === null) return [];
  const argument = given(use.version) ?? given(use.revision);
  if (known.missing || argument === null || known.versions.includes(version)) return [];
  const there = hasNoVersions(known) ? 'It has none, only the branch main' : `It has ${listed(known.versions)}`;
  return [
    finding(judged, {
      code: 'unknown-version',
      severity: 'error',
      span: valueSpan(argument.value),
      message: `${quoted(id)} has no version ${version}. ${there}.`,
      fixes: [useVersion(judged, bestVersion(known)), onMain(judged, argument)],
    }),
  ];
};

function onMain({ known, inPython }: JudgedUse, { span, nameSpan }: CodeArgument): FindingFix | null {
  if (known === null || !hasNoVersions(known) || nameSpan === null) return null;
  return fix('Use the branch main', [{ span, text: inPython ? 'revision="main"' : 'revision: "main"' }]);
}

export const invalidVersion: Rule = (judged) => {
  const { use, facts, inPython } = judged;
  if (!facts.versioned || !inPython) return [];
  const [version, revision] = [given(use.version), given(use.revision)];
  const found: Finding[] = [];
  const problem = version === null ? null : wholeNumberProblem(judged, version);
  if (version !== null && problem !== null) {
    const { value } = version.value;
    const whole = typeof value === 'string' ? /^\s*v?(\d{1,15})\s*$/.exec(value)?.[1] : undefined;
    const wanted =
      whole === undefined ? (typeof value === 'number' && value > 0 ? Math.floor(value) : null) : Number(whole);
    const { known } = judged;
    const others = known?.versions ?? null;
    const wrong = others !== null && !others.includes(wanted ?? -1);
    found.push(
      finding(judged, {
        code: 'invalid-version',
        severity: 'error',
        span: valueSpan(version.value),
        message: `A version is a whole number, as 3 for the branch v3, and ${problem}`,
        fixes: [useVersion(judged, wrong && known !== null ? bestVersion(known) : wanted)],
      }),
    );
  }
  const asked = revision?.value.value;
  if (revision !== null && (typeof asked === 'number' || typeof asked === 'boolean')) {
    const wanted = typeof asked === 'number' && Number.isSafeInteger(asked) && asked >= 0 ? asked : null;
    found.push(
      finding(judged, {
        code: 'invalid-version',
        severity: 'error',
        span: revision.span,
        message: `A revision is the name of a branch or a tag, or a commit, and ${use.loader} raises for anything but text. A number is given as version.`,
        fixes: [use.version === null ? useVersion(judged, wanted) : null],
      }),
    );
  }
  return found;
};

/** Why a value is no version, as the end of a sentence; null: it may be one. */
function wholeNumberProblem(
  { source, use, facts }: JudgedUse,
  { value: { value, span } }: CodeArgument,
): string | null {
  const raises = `${use.loader} raises for`;
  if (typeof value === 'string') return `${raises} text.`;
  if (typeof value !== 'number') return null;
  if (value < 0) return `${raises} one below 0.`;
  if (!Number.isInteger(value)) return `${raises} ${value}.`;
  // Python tells 1.0 from 1.
  const isFloat = /^[\d_]*\.[\d_]*(e[+-]?\d+)?$|^[\d_]+e[+-]?\d+$/i.test(source.text.slice(span.from, span.to));
  return isFloat && facts.versionIs === 'whole' ? `${raises} a floating-point number.` : null;
}
