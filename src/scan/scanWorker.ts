// The thread that reads files: dist/scanWorker.mjs.
import { parentPort } from 'node:worker_threads';
import { fileFacts } from './fileFacts';
import type { FromWorker, ToWorker } from './workerMessages';

const port = parentPort;
if (port === null) throw new Error('This file is run by kernel-lens scan.');

port.on('message', ({ files, wanted }: ToWorker) => {
  const work = async (): Promise<void> => {
    const facts: FromWorker = [];
    for (const file of files) facts.push(await fileFacts(file, wanted));
    port.postMessage(facts);
  };
  // What fileFacts could not say ends the thread, and is said by who started it.
  void work();
});
