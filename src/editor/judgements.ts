import type * as vscode from 'vscode';
import type { Finding } from '../findings/finding';
import { findingsOf } from '../findings/findingsOf';
import type { Knowledge } from '../findings/knowledge';
import type { KnowledgeSource } from './knowledgeSource';
import type { Reading } from './reading';

/** What is found in code that was read, by what is known now; found once for each of the two. */
export class Judgements {
  private readonly found = new WeakMap<Reading, { readonly by: Knowledge; readonly findings: readonly Finding[] }>();

  constructor(private readonly knowledge: Pick<KnowledgeSource, 'of'>) {}

  /** What is known for code of a reading. */
  known(reading: Reading): Knowledge {
    return this.knowledge.of(uriOf(reading));
  }

  /** Without those that a comment keeps quiet. */
  findings(reading: Reading): readonly Finding[] {
    const { source, code } = reading;
    if (source === null) return [];
    const by = this.known(reading);
    const before = this.found.get(reading);
    if (before?.by === by) return before.findings;
    const findings = findingsOf(source, code.uses, by).filter(({ span, code: what }) => {
      return !code.suppressions.has(span, what);
    });
    this.found.set(reading, { by, findings });
    return findings;
  }
}

/** The folder of a notebook's cells is that of the notebook. */
function uriOf({ parts }: Reading): vscode.Uri {
  const [first] = parts;
  if (first === undefined) throw new RangeError('what was read has a document');
  return first.document.uri;
}
