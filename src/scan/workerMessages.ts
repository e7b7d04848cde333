// What goes between a scan and its threads.
import type { FileFacts, Wanted } from './fileFacts';

export interface ToWorker {
  readonly files: readonly string[];
  readonly wanted: Wanted;
}

/** In the order of the files asked about. */
export type FromWorker = FileFacts[];
