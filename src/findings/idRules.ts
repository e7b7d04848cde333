// Whether an id names a kernel, one that there is, and one for this language.
import { kernelIdProblem } from '../kernels/kernelId';
import { shownText } from '../kernels/shownText';
import { parseVariantName } from '../kernels/variantName';
import { replaceString } from './argumentEdits';
import type { FindingFix } from './finding';
import { given, namesKernel, type JudgedUse, type Rule } from './judgedUse';
import { finding, fix, idSpan, quoted } from './makeFinding';
import { editDistance, nearestName } from './nearestName';
import { bestVersion, versionEdits } from './versionChoice';

/** An id with what people paste around it: an address, `kernels/`, `@v3`, blanks. */
const PASTED = /^(?:https?:\/\/[^/\s]+\/)?(?:kernels\/)?([^/\s@?#]+\/[^/\s@?#]+)(?:@v?(\d{1,15}))?(?:[/?#]\S*)?$/;

export const invalidId: Rule = (judged) => {
  const { use, inPython, closed } = judged;
  const value = closed ? use.id?.value : undefined;
  if (use.id === null || typeof value !== 'string' || judged.id !== null || !namesKernel(use)) return [];
  // getKernel also loads from an address.
  if (!inPython && /^[a-z][a-z+.-]*:\/\/|^[./]/i.test(value)) return [];
  const problem = kernelIdProblem(value);
  if (problem === null) return [];
  const [, id = '', version] = PASTED.exec(value.trim()) ?? [];
  const fixes: (FindingFix | null)[] = [];
  if (id !== '' && kernelIdProblem(id) === null && (isAddress(value) || !hasTail(value))) {
    const open = given(use.version) === null && given(use.revision) === null && judged.facts.versioned;
    const more = version !== undefined && open && inPython ? versionEdits(judged, Number(version)) : [];
    fixes.push(fix(`Change to ${shownText(id)}`, [replaceString(use.id, id), ...more]));
  }
  return [finding(judged, { code: 'invalid-id', severity: 'error', span: idSpan(judged), message: problem, fixes })];
};

function isAddress(value: string): boolean {
  return /^\s*https?:\/\//.test(value);
}

/** Something behind `org/name` that is not understood. */
function hasTail(value: string): boolean {
  return value.replace(/^\s*kernels\//, '').split('/').length !== 2 || /[?#]/.test(value);
}

export const unknownKernel: Rule = (judged) => {
  const { use, known, id, knowledge } = judged;
  if (known?.missing !== true || id === null || use.id === null) return [];
  const ids = knowledge.kernels
    .filter(({ language }) => (language === 'python') === judged.inPython)
    .map((row) => row.id);
  const near = nearestName(id, ids) ?? sameName(id, ids);
  const message = `The Hub has no kernel ${quoted(id)}, or none that it shows to this token. Check the name.`;
  const fixes = [near === null ? null : moveTo(judged, near, `Change to ${shownText(near)}`)];
  return [finding(judged, { code: 'unknown-kernel', severity: 'error', span: idSpan(judged), message, fixes })];
};

/** Another publisher's kernel of that very name, where there is just one. */
function sameName(id: string, ids: readonly string[]): string | null {
  const name = id.slice(id.indexOf('/'));
  const found = ids.filter((other) => editDistance(other.slice(other.indexOf('/')), name) === 0);
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** Another kernel, in a version that it has. */
function moveTo(
  judged: JudgedUse,
  id: string,
  title: string,
  wanted: number | null = judged.version,
): FindingFix | null {
  const { use, knowledge, facts } = judged;
  if (use.id === null) return null;
  const there = knowledge.kernel(id, wanted);
  const keeps = wanted === judged.version && (wanted === null || there.versions?.includes(wanted) !== false);
  const version = wanted !== null && there.versions?.includes(wanted) !== false ? wanted : bestVersion(there);
  const named = given(use.version) !== null || given(use.revision) !== null;
  const change = !keeps && named && version !== null && facts.versioned ? versionEdits(judged, version) : [];
  return fix(title, [replaceString(use.id, id), ...change]);
}

export const movedKernel: Rule = (judged) => {
  const { use, id, details, inPython } = judged;
  const redirect = details?.redirect ?? null;
  if (redirect === null || id === null || details === null || use.id === null) return [];
  const builds = details.variants.length > 0;
  const to = shownText(redirect.destination);
  const wanted = /^v(\d{1,15})$/.exec(redirect.revision)?.[1];
  const rest = builds
    ? 'What is left here still loads, and changes no more.'
    : `${inPython ? 'The kernels library does' : 'The loader does'} not follow it, and there is nothing left to load here.`;
  return [
    finding(judged, {
      code: 'moved-kernel',
      severity: builds || !judged.facts.needsBuild ? 'warning' : 'error',
      span: idSpan(judged),
      message: `${quoted(id)} has moved to ${quoted(redirect.destination)}. ${rest}`,
      fixes: [
        moveTo(judged, redirect.destination, `Change to ${to}`, wanted === undefined ? judged.version : Number(wanted)),
      ],
    }),
  ];
};

export const wrongLanguage: Rule = (judged) => {
  const { known, id, inPython, details, facts } = judged;
  if (known === null || id === null || known.missing || facts.locked) return [];
  const { summary } = known;
  const builds = details === null || details.variants.length === 0 ? null : details.variants;
  const forPython =
    builds?.some((name) => parseVariantName(name) !== null) ?? (summary?.language === 'python' ? true : null);
  const listsWebGpu =
    summary?.language === 'javascript' || summary?.backends.some(({ platform }) => platform === 'webgpu');
  const forScript = builds?.includes('webgpu') ?? (summary === null ? null : (listsWebGpu ?? false));
  const wrong = inPython ? forScript === true && forPython !== true : forPython === true && forScript === false;
  if (!wrong) return [];
  const message = inPython
    ? `${quoted(id)} is a WebGPU kernel, which JavaScript loads: for Python it has no build.`
    : `${quoted(id)} is a kernel for Python: it has no WebGPU build, which getKernel loads.`;
  const severity = facts.needsBuild ? 'error' : 'warning';
  return [finding(judged, { code: 'wrong-language', severity, span: idSpan(judged), message })];
};
