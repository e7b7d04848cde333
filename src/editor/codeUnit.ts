import { setTimeout as sleep } from 'node:timers/promises';
import type * as vscode from 'vscode';
import { parseInSlices } from '../code/parseSource';
import type { CodeLanguage, ParsedSource } from '../code/parsedSource';
import { mayConcernKernels, readCode } from './codeReading';
import { LineIndex } from '../code/lineIndex';
import { Reading, type UnitText } from './reading';
import { changeBetween } from './textChange';

/** How long nobody types before the code is read again, milliseconds. */
const QUIET_MS = 150;
/** Of a large text. */
const QUIET_LARGE_MS = 1500;

interface Work {
  readonly versions: string;
  readonly abort: AbortController;
  readonly outcome: Promise<Reading | null>;
}

export interface CodeUnitParts {
  readonly language: CodeLanguage;
  /** Which documents, in which versions. */
  readonly versions: () => string;
  readonly take: () => UnitText;
  /** The code was read, of its own accord or because somebody asked. */
  readonly onRead: (reading: Reading) => void;
  /** Whether anybody is looking, so that it is worth reading without being asked. */
  readonly isVisible: () => boolean;
  readonly onProblem: (error: unknown) => void;
}

/** What is read as one text: a document, or the cells of one language of a notebook. Read once for each version. */
export class CodeUnit implements vscode.Disposable {
  private reading: Reading | null = null;
  private work: Work | null = null;
  private waiting: NodeJS.Timeout | null = null;
  private gone = false;

  constructor(private readonly parts: CodeUnitParts) {}

  /** What was read of the text as it is now; null: it has not been read. */
  get current(): Reading | null {
    return this.reading?.versions === this.parts.versions() ? this.reading : null;
  }

  /** Null: the text has changed in the meantime, or it concerns no kernels. Rejects where reading fails, which is a mistake of ours. */
  read(): Promise<Reading | null> {
    const versions = this.parts.versions();
    if (this.gone) return Promise.resolve(null);
    if (this.reading?.versions === versions) return Promise.resolve(this.reading);
    if (this.work?.versions !== versions) this.work = this.begin(versions);
    return this.work.outcome;
  }

  /** It is another text now: what is being read of the one before is given up. */
  changed(): void {
    if (this.work !== null && this.work.versions !== this.parts.versions()) this.giveUp();
    if (this.waiting !== null) clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.waiting = null;
      if (this.parts.isVisible()) this.read().catch(this.parts.onProblem);
    }, QUIET_MS);
  }

  dispose(): void {
    this.gone = true;
    if (this.waiting !== null) clearTimeout(this.waiting);
    this.giveUp();
    this.reading = null;
  }

  private giveUp(): void {
    this.work?.abort.abort();
    this.work = null;
  }

  private begin(versions: string): Work {
    this.giveUp();
    const abort = new AbortController();
    const outcome = this.readAll(versions, abort.signal).catch((error: unknown) => {
      if (abort.signal.aborted) return null;
      throw error;
    });
    return { versions, abort, outcome };
  }

  private async readAll(versions: string, signal: AbortSignal): Promise<Reading | null> {
    // Reading a large text anew takes seconds: nobody does that between two letters.
    if (this.reading?.isLarge === true) await sleep(QUIET_LARGE_MS, undefined, { signal });
    if (this.parts.versions() !== versions) return null;
    const taken = this.parts.take();
    const source = mayConcernKernels(taken.text) ? await this.parse(taken.text, signal) : null;
    const lines = new LineIndex(taken.text);
    const code = source === null ? null : await readCode(source, lines.lines, signal);
    signal.throwIfAborted();
    const reading = new Reading(versions, taken, lines, source, code);
    this.reading = reading;
    this.work = null;
    this.parts.onRead(reading);
    return reading;
  }

  private parse(text: string, signal: AbortSignal): Promise<ParsedSource> {
    const previous = this.reading?.source ?? null;
    if (previous === null) return parseInSlices(text, this.parts.language, { signal });
    const change = changeBetween(previous.text, text);
    return parseInSlices(text, this.parts.language, { previous, changes: change === null ? [] : [change], signal });
  }
}
