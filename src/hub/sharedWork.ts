// Work that several callers want at once is done once.

interface Work<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  callers: number;
}

/** Work under way, by key. It is called off when all who wait for it have called it off. */
export class SharedWork<T> {
  private readonly running = new Map<string, Work<T>>();

  /** Joins the work with this key, or begins it. Rejects with the signal's reason once `signal` aborts. */
  async join(key: string, begin: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const work = this.running.get(key) ?? this.start(key, begin);
    work.callers += 1;
    let leave = (): void => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => {
        work.callers -= 1;
        if (work.callers === 0) {
          this.forget(key, work);
          work.controller.abort();
        }
        reject(signal.reason as Error);
      };
    });
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([work.result, left]);
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  private start(key: string, begin: (signal: AbortSignal) => Promise<T>): Work<T> {
    const controller = new AbortController();
    const result = begin(controller.signal);
    const work: Work<T> = { result, controller, callers: 0 };
    this.running.set(key, work);
    const done = (): void => {
      this.forget(key, work);
    };
    result.then(done, done);
    return work;
  }

  private forget(key: string, work: Work<T>): void {
    if (this.running.get(key) === work) this.running.delete(key);
  }
}
