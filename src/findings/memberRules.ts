// Whether a kernel has what the code takes from it.
import { loadsModule } from '../code/kernelLoaders';
import type { CodeValue, MemberUse } from '../code/kernelUse';
import type { Span } from '../code/span';
import { replaceString } from './argumentEdits';
import type { Finding, FindingCode, FindingFix } from './finding';
import { given, type JudgedUse, type Rule } from './judgedUse';
import { finding, fix, quoted, valueSpan } from './makeFinding';
import { nearestName } from './nearestName';

interface Sought {
  readonly code: 'unknown-function' | 'unknown-layer';
  readonly name: string;
  readonly span: Span;
  /** Null: the name stands there as it is. */
  readonly value: CodeValue | null;
}

/** What stands beside the functions of every kernel. */
const ALWAYS: ReadonlySet<string> = new Set(['layers', 'ops']);

export const unknownMembers: Rule = (judged) => {
  const { use, facts, inPython, known } = judged;
  if (!inPython || known === null || known.missing) return [];
  const found: Finding[] = [];
  const look = (sought: Sought): void => {
    const one = unknownMember(judged, sought);
    if (one !== null) found.push(one);
  };
  if (loadsModule(use.loader)) for (const one of use.members.flatMap(soughtBy)) look(one);
  const name = given(use.layer)?.value;
  if (facts.member !== null && typeof name?.value === 'string') {
    const code = facts.member === 'layer' ? 'unknown-layer' : 'unknown-function';
    look({ code, name: name.value, span: valueSpan(name), value: name });
  }
  return found;
};

function soughtBy({ name, span, path, call }: MemberUse): readonly Sought[] {
  if (path.length === 1 && path[0] === 'layers') return [{ code: 'unknown-layer', name, span, value: null }];
  // What is not called may be a module of the kernel.
  return path.length === 0 && call !== null ? [{ code: 'unknown-function', name, span, value: null }] : [];
}

function unknownMember(judged: JudgedUse, { code, name, span, value }: Sought): Finding | null {
  const { id, known, details } = judged;
  if (id === null || known === null || name.startsWith('_') || ALWAYS.has(name)) return null;
  const sources = [details, exactSummary(judged)];
  const isLayer = code === 'unknown-layer';
  const offered = sources.flatMap((one) =>
    isLayer ? (one?.layers ?? []) : (one?.functions ?? []).map((own) => own.name),
  );
  // A kernel's layers may be in a file of their own, or offered by the module itself.
  const others = sources.flatMap((one) =>
    isLayer ? (one?.functions ?? []).map((own) => own.name) : (one?.layers ?? []),
  );
  if ([...offered, ...others].includes(name)) return null;
  const names = isLayer ? details?.layerNames : details?.names;
  const certain = names !== undefined;
  if (names?.includes(name) === true) return null;
  const near = nearestName(name, offered);
  if (!certain && near === null) return null;
  const what = isLayer ? 'layer' : 'function';
  const hint = near === null ? '' : ` Did you mean ${near}?`;
  const message = `${quoted(id)} ${certain ? 'has' : 'lists'} no ${what} ${quoted(name)}.${hint}`;
  const severity = certain ? 'error' : 'warning';
  return finding(judged, { code: code satisfies FindingCode, severity, span, message, fixes: [change()] });

  function change(): FindingFix | null {
    if (near === null) return null;
    return fix(`Change to ${near}`, [value === null ? { span, text: near } : replaceString(value, near)]);
  }
}

/** The catalogue's row, where it is about the version that is loaded. */
function exactSummary({
  known,
  version,
  use,
  facts,
}: JudgedUse): { layers: readonly string[]; functions: readonly { name: string }[] } | null {
  const summary = known?.summary ?? null;
  if (summary === null || facts.locked) return null;
  const newest = version === null && given(use.version) === null && given(use.revision) === null;
  return newest || summary.version === version ? summary : null;
}
