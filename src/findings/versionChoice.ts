// Which version to offer, and how it is written into a call.
import type { TextEdit } from '../code/span';
import { addOption, appendArgument, removeArgument, replaceValue } from './argumentEdits';
import type { FindingFix } from './finding';
import type { JudgedUse } from './judgedUse';
import type { KernelKnowledge } from './knowledge';
import { fix } from './makeFinding';

/** The newest that runs here, else the newest; null: none is known. */
export function bestVersion({ workingVersion, versions, summary }: KernelKnowledge): number | null {
  return workingVersion ?? versions?.at(-1) ?? (versions === null ? (summary?.version ?? null) : null);
}

/** A kernel without versions has its builds on `main`. */
export function hasNoVersions({ versions }: KernelKnowledge): boolean {
  return versions?.length === 0;
}

/** The edits that make a call ask for a version, whatever it asked for before. */
export function versionEdits({ source, use, inPython }: JudgedUse, version: number): readonly (TextEdit | null)[] {
  const { call } = use;
  const text = String(version);
  const named = use.version?.name === null ? null : use.version;
  const revision = use.revision?.name === null ? null : use.revision;
  if (named !== null) {
    const others = revision === null || revision.value.value === null ? [] : [removal(revision)];
    return [replaceValue(named, text), ...others];
  }
  if (revision !== null && revision.nameSpan !== null) {
    const written = inPython ? `version=${text}` : `version: ${text}`;
    return [{ span: revision.span, text: written }];
  }
  return [inPython ? appendArgument(call, `version=${text}`) : addOption(source, call, `version: ${text}`)];

  function removal(argument: NonNullable<typeof revision>): TextEdit | null {
    return inPython ? removeArgument(source, argument) : null;
  }
}

export function useVersion(judged: JudgedUse, version: number | null, preferred = true): FindingFix | null {
  return version === null ? null : fix(`Use version ${version}`, versionEdits(judged, version), preferred);
}
