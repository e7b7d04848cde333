// Asks the Hub, behind the editor's back and frugally, for kernels that open documents are about. No vscode in here.
import type { Catalogue } from '../hub/catalogueTypes';
import { kernelIdProblem } from '../kernels/kernelId';

const MOST_AT_ONCE = 4;
/** A kernel that could not be looked at, for the Hub's sake, may be asked for again after this, milliseconds. */
const AGAIN_AFTER = 5 * 60_000;
/** Where these are the answer, there is no such kernel for this person. */
const MISSING: ReadonlySet<unknown> = new Set(['not-found', 'unauthorized']);

export interface AskedKernel {
  readonly id: string;
  /** Null: the newest. */
  readonly version: number | null;
}

export interface DetailAskerParts {
  readonly catalogue: Pick<Catalogue, 'details' | 'seen'>;
  /** The Hub is not asked at all. */
  readonly offline: boolean;
  /** Called after each answer, a refusal too. */
  readonly onAnswer: () => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Each kernel is asked for once, and at most four at a time; of one Hub. */
export class DetailAsker {
  private readonly queue: AskedKernel[] = [];
  private readonly asked = new Map<string, 'waiting' | 'answered' | { readonly failedAt: number }>();
  private readonly gone = new AbortController();
  /** Repositories that are not there, or not for this token. */
  private readonly absent = new Set<string>();
  private running = 0;

  constructor(private readonly parts: DetailAskerParts) {}

  /** What is no id of a kernel is not asked for. */
  ask(kernels: readonly AskedKernel[]): void {
    if (this.parts.offline || this.gone.signal.aborted) return;
    for (const kernel of kernels) {
      if (kernelIdProblem(kernel.id) === null && this.isNew(kernel)) {
        this.asked.set(keyOf(kernel), 'waiting');
        this.queue.push(kernel);
      }
    }
    this.next();
  }

  /** Whether an answer may still come: it is under way, or nobody has asked. */
  isOpen(kernel: AskedKernel): boolean {
    const state = this.asked.get(keyOf(kernel));
    return !this.parts.offline && (state === undefined || state === 'waiting');
  }

  isMissing(id: string): boolean {
    return this.absent.has(id);
  }

  dispose(): void {
    this.queue.length = 0;
    this.gone.abort();
  }

  private isNew(kernel: AskedKernel): boolean {
    const before = this.asked.get(keyOf(kernel));
    if (before === undefined) return true;
    return typeof before === 'object' && this.now() - before.failedAt > AGAIN_AFTER;
  }

  private next(): void {
    while (this.running < MOST_AT_ONCE) {
      const kernel = this.queue.shift();
      if (kernel === undefined) return;
      this.running += 1;
      void this.look(kernel);
    }
  }

  private async look(kernel: AskedKernel): Promise<void> {
    try {
      await this.parts.catalogue.details(kernel.id, kernel.version, this.gone.signal);
      this.asked.set(keyOf(kernel), 'answered');
      this.absent.delete(kernel.id);
    } catch (error) {
      // A version that is not there says nothing about the repository.
      if (kernel.version === null && MISSING.has(hubErrorKind(error))) {
        this.absent.add(kernel.id);
        this.asked.set(keyOf(kernel), 'answered');
      } else this.asked.set(keyOf(kernel), { failedAt: this.now() });
    }
    this.running -= 1;
    if (this.gone.signal.aborted) return;
    this.parts.onAnswer();
    this.next();
  }

  private now(): number {
    return this.parts.now?.() ?? Date.now();
  }
}

/** The kind of a HubError, whichever bundle its class is of; null: it is another error. */
export function hubErrorKind(error: unknown): string | null {
  if (!(error instanceof Error) || error.name !== 'HubError') return null;
  return 'kind' in error && typeof error.kind === 'string' ? error.kind : null;
}

function keyOf({ id, version }: AskedKernel): string {
  return `${id}@${version ?? ''}`;
}
