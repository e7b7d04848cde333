// Faults that tests have ordered, and what each does to an answer.
import type { Answer } from './answer';
import type { Fault, Faults, LoggedRequest } from './hubTypes';

/** An answer, and how it is sent. */
export interface Sending {
  readonly answer: Answer;
  /** What Content-Length says. */
  readonly length: number;
  /** After how many bytes of the body the connection breaks; null: it does not. */
  readonly breakAfter: number | null;
}

export class FaultList implements Faults {
  #faults: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): () => void {
    const entry = { fault, left: fault.times ?? Infinity };
    this.#faults.push(entry);
    return () => {
      this.#faults = this.#faults.filter((other) => other !== entry);
    };
  }

  clear(): void {
    this.#faults = [];
  }

  /** The fault that strikes this request; it is counted. */
  take(request: LoggedRequest): Fault | null {
    const entry = this.#faults.find(({ fault: { match }, left }) => {
      return left > 0 && (match instanceof RegExp ? match.test(request.path) : match(request));
    });
    if (!entry) return null;
    entry.left -= 1;
    return entry.fault;
  }
}

/** @param fault null: the answer goes out as it is */
export function damaged(answer: Answer, fault: Fault | null): Sending {
  const whole = (changed: Answer): Sending => ({ answer: changed, length: changed.body.length, breakAfter: null });
  switch (fault?.kind) {
    case 'status':
      return whole({
        status: fault.status ?? 500,
        headers: { 'content-type': 'text/plain; charset=utf-8', ...fault.headers },
        body: Buffer.from(fault.body ?? 'The service is not available.'),
      });
    case 'headers':
      return whole({ ...answer, headers: { ...answer.headers, ...fault.headers } });
    case 'garbage': {
      const body = Buffer.from(fault.body ?? '<!doctype html><title>Sign in to the network</title>');
      return whole({ status: 200, headers: { 'content-type': 'text/html', ...fault.headers }, body });
    }
    case 'corrupt': {
      const body = Buffer.from(answer.body);
      body[0] = (body[0] ?? 0) ^ 0xff;
      return whole({ ...answer, body });
    }
    case 'cut':
      return { answer, length: answer.body.length, breakAfter: Math.floor(answer.body.length / 2) };
    case 'reset':
      return { answer, length: 0, breakAfter: 0 };
    case 'wrong-length': {
      const by = fault.lengthBy ?? 1_000;
      const linked = answer.headers['x-linked-size'];
      const headers = linked === undefined ? {} : { 'x-linked-size': String(Number(linked) + by) };
      const body = by < 0 ? answer.body.subarray(0, by) : answer.body;
      return {
        answer: { ...answer, headers: { ...answer.headers, ...headers }, body },
        length: Math.max(0, answer.body.length + by),
        breakAfter: by < 0 ? null : body.length,
      };
    }
    case 'delay':
    case undefined:
      return whole(answer);
  }
}
