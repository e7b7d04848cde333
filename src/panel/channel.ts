// One end of the conversation between the page and the extension. Both ends are this class, with the contracts swapped.
import * as v from 'valibot';
import type { Answer, Argument, Contract, Request, Result } from './protocol';

/** Answers what the other end asks. A throw becomes an `err` answer with the error's message. */
export type Handlers<C extends Contract> = {
  readonly [M in keyof C & string]: (argument: Argument<C, M>) => Promise<Result<C, M>> | Result<C, M>;
};

const EnvelopeSchema = v.variant('type', [
  v.object({ type: v.literal('request'), id: v.string(), method: v.string(), argument: v.unknown() }),
  v.object({ type: v.literal('ok'), id: v.string(), result: v.unknown() }),
  v.object({ type: v.literal('err'), id: v.string(), message: v.string() }),
]);

/** A request that was refused, timed out, or whose answer did not follow the contract. */
export class ChannelError extends Error {
  override readonly name = 'ChannelError';
}

interface Waiting {
  readonly method: string;
  settle(answer: Answer): void;
  fail(error: ChannelError): void;
}

/**
 * `Asks` are the requests this end makes, `Answers` those it serves. Everything that arrives is parsed here; what does not
 * follow the contract is answered with an error when it carries an id, and reported to `onStray` when it does not.
 */
export class Channel<Asks extends Contract, Answers extends Contract> {
  private readonly waiting = new Map<string, Waiting>();
  private closed = false;

  constructor(
    private readonly asks: Asks,
    private readonly answers: Answers,
    private readonly handlers: Handlers<Answers>,
    private readonly post: (message: Request<Asks> | Answer) => void,
    private readonly onStray: (what: string) => void,
  ) {}

  /**
   * Asks the other end. Rejects with a ChannelError when it refuses, when nothing came after `limitMs` milliseconds (null:
   * a person is being waited for, there is no limit), or when this end is closed.
   */
  call<M extends keyof Asks & string>(
    method: M,
    argument: Argument<Asks, M>,
    limitMs: number | null,
  ): Promise<Result<Asks, M>> {
    const id = crypto.randomUUID();
    return new Promise<Result<Asks, M>>((resolve, reject) => {
      if (this.closed) {
        reject(new ChannelError(`${method} was not sent: the page is closed`));
        return;
      }
      const timer =
        limitMs === null
          ? undefined
          : setTimeout(() => {
              this.waiting.delete(id);
              reject(new ChannelError(`${method} was not answered within ${limitMs / 1000} s`));
            }, limitMs);
      this.waiting.set(id, {
        method,
        settle: (answer) => {
          clearTimeout(timer);
          if (answer.type === 'err') {
            reject(new ChannelError(answer.message));
            return;
          }
          const parsed = v.safeParse(this.contractOf(this.asks, method).result, answer.result);
          if (parsed.success) resolve(parsed.output);
          else reject(new ChannelError(`the answer to ${method} is not understood: ${problemOf(parsed.issues)}`));
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.post({ type: 'request', id, method, argument } as Request<Asks>);
    });
  }

  /** Takes a message of the other end, whatever it is. Resolves when it has been dealt with; never rejects. */
  async receive(message: unknown): Promise<void> {
    const parsed = v.safeParse(EnvelopeSchema, message);
    if (!parsed.success) {
      this.onStray(`a message that is not understood: ${problemOf(parsed.issues)}`);
      return;
    }
    const envelope = parsed.output;
    if (envelope.type === 'request') {
      await this.serve(envelope.id, envelope.method, envelope.argument);
      return;
    }
    const waiting = this.waiting.get(envelope.id);
    this.waiting.delete(envelope.id);
    // Late: the request timed out, or was asked by a page that has since been reloaded.
    if (waiting === undefined) this.onStray(`an answer to no open request`);
    else waiting.settle(envelope.type === 'ok' ? { ...envelope, result: envelope.result } : envelope);
  }

  /** Fails every open request. Nothing is sent any more. */
  close(): void {
    this.closed = true;
    const open = [...this.waiting.values()];
    this.waiting.clear();
    for (const waiting of open)
      waiting.fail(new ChannelError(`${waiting.method} was not answered: the page was closed`));
  }

  private async serve(id: string, method: string, argument: unknown): Promise<void> {
    let answer: Answer;
    try {
      const schema = Object.hasOwn(this.answers, method) ? this.contractOf(this.answers, method).argument : undefined;
      if (schema === undefined) throw new ChannelError(`there is no request ${JSON.stringify(method)}`);
      const parsed = v.safeParse(schema, argument);
      if (!parsed.success) throw new ChannelError(`${method} is not understood: ${problemOf(parsed.issues)}`);
      const handler = this.handlers[method as keyof Answers & string];
      answer = { type: 'ok', id, result: await handler(parsed.output) };
    } catch (error) {
      answer = { type: 'err', id, message: error instanceof Error ? error.message : String(error) };
    }
    if (!this.closed) this.post(answer);
  }

  private contractOf<C extends Contract>(contract: C, method: string): C[string] {
    return contract[method] as C[string];
  }
}

function problemOf(issues: [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const [issue] = issues;
  const path = v.getDotPath(issue);
  return path === null ? issue.message : `${path}: ${issue.message}`;
}
