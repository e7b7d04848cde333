// Whether a kernel runs here, may run here, and stays what it is.
import { shownText } from '../kernels/shownText';
import { replaceValue } from './argumentEdits';
import { given, type Rule } from './judgedUse';
import { finding, fix, idSpan, quoted, valueSpan } from './makeFinding';
import { bestVersion, useVersion } from './versionChoice';
import { movedKernel, wrongLanguage } from './idRules';

/** Branches that move with every upload. */
const MOVING: ReadonlySet<string> = new Set(['main', 'master']);

export const noBuildHere: Rule = (judged) => {
  const { use, known, id, facts, details, version } = judged;
  if (!facts.needsBuild || known === null || id === null || known.works.state !== 'fails') return [];
  // Another backend than the machine's own, or a check left out: then the verdict is not about this call.
  const other = use.call.arguments.some(({ name }) => name === 'backend' || name === 'check_arch');
  if (other || judged.spreads || known.missing || version === null) return [];
  // A version that is not there, or a kernel for the other language, has no build either, and says so itself.
  if (known.versions?.includes(version) === false) return [];
  if (movedKernel(judged).length > 0 || wrongLanguage(judged).length > 0) return [];
  const { workingVersion } = known;
  const better = workingVersion !== null && workingVersion !== version ? workingVersion : null;
  const reason = shownText(known.works.reason, 400);
  const end = /[.)]$/.test(reason) ? '' : '.';
  const hint = better === null ? '' : ` Version ${better} has one.`;
  return [
    finding(judged, {
      code: 'no-build-here',
      // The catalogue alone may be behind.
      severity: details === null ? 'warning' : 'error',
      span: idSpan(judged),
      message: `${quoted(id)} does not load here: ${reason}${end}${hint}`,
      fixes: [useVersion(judged, better)],
    }),
  ];
};

export const untrustedPublisher: Rule = (judged) => {
  const { use, known, id, facts, spreads, inPython } = judged;
  if (!facts.checksTrust || !inPython || spreads || known?.trusted !== false || id === null || known.missing) return [];
  // True, or a list: what only running the code can tell may hold this kernel.
  if (use.trust !== null && use.trust.value.value !== false && use.trust.value.value !== null) return [];
  const [publisher = id] = id.split('/', 1);
  return [
    finding(judged, {
      code: 'untrusted-publisher',
      severity: 'error',
      span: idSpan(judged),
      message: `The Hub does not count ${quoted(publisher)} as a trusted publisher, and the library refuses its code. If you have read it and want it to run here, add trust_remote_code=True.`,
    }),
  ];
};

export const unpinnedRevision: Rule = (judged) => {
  const { source, use, facts, known } = judged;
  const revision = given(use.revision);
  const name = revision?.value.value;
  if (!facts.versioned || revision === null || typeof name !== 'string' || !MOVING.has(name)) return [];
  if (given(use.version) !== null) return [];
  const version = known === null ? null : bestVersion(known);
  const commit = version === null && name === 'main' ? (known?.details ?? null)?.commit : undefined;
  const inQuotes = revision.value.inner === null ? null : source.text.charAt(revision.value.inner.from - 1);
  const pin =
    commit === undefined || inQuotes === null
      ? null
      : fix('Pin the commit of today', [replaceValue(revision, `${inQuotes}${commit}${inQuotes}`)]);
  return [
    finding(judged, {
      code: 'unpinned-revision',
      severity: 'warning',
      span: valueSpan(revision.value),
      message: `The branch ${quoted(name)} moves: what is loaded tomorrow may be another kernel than today's. ${version === null ? 'Name a commit.' : 'A version keeps its interface.'}`,
      fixes: [useVersion(judged, version), pin],
    }),
  ];
};

export const newerVersion: Rule = (judged) => {
  const { use, known, version, facts } = judged;
  if (!facts.versioned || known === null || version === null || known.missing) return [];
  const argument = given(use.version);
  const newest = known.versions?.at(-1) ?? null;
  if (argument === null || newest === null || newest <= version || known.versions?.includes(version) === false)
    return [];
  // One that is known not to run here is no news.
  const offered = known.workingVersion ?? (known.works.state === 'fails' ? null : newest);
  if (offered === null || offered <= version) return [];
  return [
    finding(judged, {
      code: 'newer-version',
      severity: 'information',
      span: valueSpan(argument.value),
      message: `Version ${offered} is there. Its interface may differ from that of version ${version}.`,
      fixes: [useVersion(judged, offered, false)],
    }),
  ];
};

export const notLocked: Rule = (judged) => {
  const { use, facts, known, id, knowledge, spreads } = judged;
  if (!facts.locked || spreads || known === null || id === null || known.lockedCommit !== null) return [];
  // Another file than the project's: what is in it is not known.
  if (use.lockfile !== null && use.lockfile.value.value !== null) return [];
  return [
    finding(judged, {
      code: 'not-locked',
      severity: knowledge.hasLockFile ? 'error' : 'warning',
      span: idSpan(judged),
      message: knowledge.hasLockFile
        ? `kernels.lock has no ${quoted(id)}, and ${use.loader} raises for it. Pin the kernel and lock again.`
        : `There is no kernels.lock in this project, and ${use.loader} loads only what is locked. Pin ${quoted(id)} and lock.`,
    }),
  ];
};
