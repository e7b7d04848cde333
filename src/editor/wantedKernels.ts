// Which kernels the Hub is asked for because code uses them. No vscode in here.
import type { KernelUse } from '../code/kernelUse';
import type { ParsedSource } from '../code/parsedSource';
import { judgedUse } from '../findings/judgedUse';
import type { Knowledge } from '../findings/knowledge';
import type { AskedKernel } from './detailAsker';

/** Where the version that is used has no build for this machine, so many others are looked into. */
const MOST_OTHERS = 3;

/** Only those whose id stands in the code. @param uses of the source */
export function wantedKernels(
  source: ParsedSource,
  uses: readonly KernelUse[],
  known: Knowledge,
): readonly AskedKernel[] {
  return uses.flatMap((use) => {
    const { id, version: written } = judgedUse(source, use, uses, known);
    if (id === null) return [];
    const { versions } = known.kernel(id, null);
    const version = written !== null && versions?.includes(written) === true ? written : null;
    const { details, works, workingVersion } = known.kernel(id, version);
    const asked: AskedKernel[] = [{ id, version: null }];
    if (version !== null && details === null) asked.push({ id, version });
    if (works.state === 'fails' && details !== null && workingVersion === null) {
      const others = (versions ?? []).filter((one) => one !== version).toReversed();
      asked.push(...others.slice(0, MOST_OTHERS).map((one) => ({ id, version: one })));
    }
    return asked;
  });
}
