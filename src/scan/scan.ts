// A scan: which files there are, what they hold, what is known of the kernels in them, and what is wrong.
import { readFile } from 'node:fs/promises';
import type { KernelUse } from '../code/kernelUse';
import { kernelUses } from '../code/kernelUses';
import { readSuppressions } from '../code/suppressions';
import type { Finding } from '../findings/finding';
import { findingsOf } from '../findings/findingsOf';
import type { HubError } from '../hub/hubError';
import { offersFor } from '../insert/offers';
import type { Offer } from '../insert/insertTypes';
import type { KernelSummary } from '../kernels/kernelSummary';
import { codeText } from './codeBytes';
import { openCode, type CodeFile, type CodePlace } from './codeFile';
import type { FileFacts, PlacedOperation } from './fileFacts';
import { ProjectLocks } from './projectLock';
import { wantedKernels, type LearntKernels, type WantedKernel } from './scanKnowledge';
import { whyNot, type Unread, type WalkedFiles } from './walkFiles';

export interface ScannedFinding {
  readonly file: string;
  readonly place: CodePlace;
  readonly finding: Finding;
  /** Of each fix, of each of its edits. */
  readonly edits: readonly (readonly { readonly place: CodePlace; readonly text: string }[])[];
}

/** An operation that kernels of the catalogue can compute, best first. */
export interface ScannedOperation extends PlacedOperation {
  readonly file: string;
  readonly offers: readonly Offer[];
}

export interface Scan {
  readonly files: number;
  readonly lines: number;
  readonly findings: readonly ScannedFinding[];
  readonly operations: readonly ScannedOperation[];
  /** Kept quiet by a comment. */
  readonly suppressed: number;
  readonly unread: readonly Unread[];
  /** Files that are odd, and were read all the same. */
  readonly notes: readonly Unread[];
  /** Why the Hub did not say all that was asked. */
  readonly problems: readonly HubError[];
}

export interface ScanParts {
  readonly walked: WalkedFiles;
  readonly read: (files: readonly string[]) => Promise<readonly FileFacts[]>;
  readonly learn: (wanted: readonly WantedKernel[]) => Promise<LearntKernels>;
  /** Whose offers are listed beside operations. */
  readonly kernels: () => readonly KernelSummary[];
}

/** Throws only when what it was given does: cancelled, say. */
export async function scan({ walked, read, learn, kernels }: ScanParts): Promise<Scan> {
  const facts = await read(walked.files);
  const wasRead = facts.filter((one) => one.unread === null);
  const unread = [...walked.unread];
  const open: { readonly file: string; readonly code: CodeFile; readonly uses: readonly KernelUse[] }[] = [];
  for (const one of facts) {
    if (one.unread !== null) unread.push({ path: one.file, why: one.unread });
    if (!one.hasUses) continue;
    const code = await openAgain(one.file);
    if (typeof code === 'string') unread.push({ path: one.file, why: code });
    else open.push({ file: one.file, code, uses: kernelUses(code.source) });
  }
  const wanted = open.flatMap(({ code: { source }, uses }) => wantedKernels(source, uses));
  const learnt = await learn(wanted);
  const locks = new ProjectLocks();
  const findings: ScannedFinding[] = [];
  let suppressed = 0;
  for (const { file, code, uses } of open) {
    const quiet = readSuppressions(code.source);
    for (const finding of findingsOf(code.source, uses, learnt.knowledge(locks.lockOf(file)))) {
      if (quiet.has(finding.span, finding.code)) suppressed += 1;
      else findings.push(placed(file, code, finding));
    }
  }
  return {
    files: wasRead.length,
    lines: wasRead.reduce((sum, { lines }) => sum + lines, 0),
    findings,
    operations: offered(facts, kernels()),
    suppressed,
    unread,
    notes: facts.flatMap(({ file, note }) => (note === null ? [] : [{ path: file, why: note }])),
    problems: learnt.problems,
  };
}

async function openAgain(file: string): Promise<CodeFile | string> {
  try {
    const { text, note } = codeText(await readFile(file));
    return text === null ? note : openCode(file, text);
  } catch (error) {
    return whyNot(error);
  }
}

function placed(file: string, { placeOf }: CodeFile, finding: Finding): ScannedFinding {
  return {
    file,
    finding,
    place: placeOf(finding.span),
    edits: finding.fixes.map(({ edits }) => edits.map(({ span, text }) => ({ place: placeOf(span), text }))),
  };
}

function offered(facts: readonly FileFacts[], kernels: readonly KernelSummary[]): readonly ScannedOperation[] {
  return facts.flatMap(({ file, operations }) =>
    operations.flatMap((operation) => {
      const offers = offersFor(operation.site, kernels);
      return offers.length === 0 ? [] : [{ ...operation, file, offers }];
    }),
  );
}
