// Files read by several threads at once. A thread that dies costs the file that it died of, and nothing else.
import { Worker } from 'node:worker_threads';
import type { FileFacts, Wanted } from './fileFacts';
import type { FromWorker, ToWorker } from './workerMessages';

export interface PoolOptions {
  /** Of dist/scanWorker.mjs. */
  readonly workerPath: string;
  readonly threads: number;
  readonly wanted: Wanted;
  readonly signal: AbortSignal;
  /** Called after each batch, with how many files are done. */
  readonly onProgress?: (done: number) => void;
}

/** Files of one message: enough to keep a thread busy, few enough to share out evenly. */
const BATCH = 24;

/** In the order of the files. Rejects only when aborted. */
export async function readInThreads(files: readonly string[], options: PoolOptions): Promise<readonly FileFacts[]> {
  const queue = batches(files, BATCH);
  const facts = new Map<string, FileFacts>();
  const threads = Math.max(1, Math.min(options.threads, queue.length));
  await Promise.all(
    Array.from({ length: threads }, async () => {
      let thread = new Thread(options.workerPath);
      try {
        for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
          options.signal.throwIfAborted();
          const done = await thread.read({ files: batch, wanted: options.wanted }, options.signal);
          for (const one of done ?? []) facts.set(one.file, one);
          if (done === null) {
            await thread.end();
            thread = new Thread(options.workerPath);
            // Of several, the one that did it is found by asking again, one at a time.
            const [file] = batch;
            if (batch.length > 1) queue.push(...batches(batch, 1));
            else if (file !== undefined) facts.set(file, failed(file));
          }
          options.onProgress?.(facts.size);
        }
      } finally {
        await thread.end();
      }
    }),
  );
  return files.map((file) => facts.get(file) ?? failed(file));
}

function failed(file: string): FileFacts {
  return { file, lines: 0, unread: 'Kernel Lens failed on it', note: null, hasUses: false, operations: [] };
}

function batches<T>(items: readonly T[], size: number): (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}

class Thread {
  private readonly worker: Worker;

  constructor(path: string) {
    this.worker = new Worker(path);
    // A failure between two questions is met by the next one.
    this.worker.on('error', () => undefined);
  }

  /** Null: the thread died of it. */
  async read(question: ToWorker, signal: AbortSignal): Promise<FromWorker | null> {
    const { worker } = this;
    return new Promise((resolve, reject) => {
      const onMessage = (answer: FromWorker): void => {
        settle(() => {
          resolve(answer);
        });
      };
      const onEnd = (): void => {
        settle(() => {
          resolve(null);
        });
      };
      const onAbort = (): void => {
        settle(() => {
          reject(signal.reason as Error);
        });
      };
      const settle = (then: () => void): void => {
        worker.off('message', onMessage).off('error', onEnd).off('exit', onEnd);
        signal.removeEventListener('abort', onAbort);
        then();
      };
      worker.on('message', onMessage).on('error', onEnd).on('exit', onEnd);
      signal.addEventListener('abort', onAbort);
      worker.postMessage(question);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
