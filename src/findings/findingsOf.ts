// All that is found wrong, or could be better, in the uses of kernels of one file.
import type { KernelUse } from '../code/kernelUse';
import type { ParsedSource } from '../code/parsedSource';
import { kernelCalls } from './callRules';
import { deprecatedName } from './deprecatedNames';
import type { Finding } from './finding';
import { invalidId, movedKernel, unknownKernel, wrongLanguage } from './idRules';
import { judgedUse, type Rule } from './judgedUse';
import type { Knowledge } from './knowledge';
import { loaderArguments } from './loaderArguments';
import { unknownMembers } from './memberRules';
import { newerVersion, noBuildHere, notLocked, unpinnedRevision, untrustedPublisher } from './placeRules';
import { invalidVersion, missingVersion, unknownVersion, versionAndRevision } from './versionRules';

const RULES: readonly Rule[] = [
  invalidId,
  unknownKernel,
  wrongLanguage,
  movedKernel,
  missingVersion,
  versionAndRevision,
  invalidVersion,
  unknownVersion,
  loaderArguments,
  untrustedPublisher,
  noBuildHere,
  notLocked,
  unpinnedRevision,
  newerVersion,
  deprecatedName,
  unknownMembers,
  kernelCalls,
];

/**
 * In the order of the text. Asks nobody, and says nothing about values that only running the code can tell.
 * @param uses of that source
 */
export function findingsOf(source: ParsedSource, uses: readonly KernelUse[], knowledge: Knowledge): readonly Finding[] {
  return uses
    .flatMap((use) => {
      const judged = judgedUse(source, use, uses, knowledge);
      return RULES.flatMap((rule) => rule(judged));
    })
    .toSorted((a, b) => a.span.from - b.span.from || a.span.to - b.span.to);
}
