// What a test sees of the Hub that it has started.

export interface HubOptions {
  /** Where a company's mirror has the Hub: `/mirror/hf`. Without a slash at its end; empty: at the root. */
  readonly prefix?: string;
  /**
   * Token to user. A user's name decides what it opens: `reader` sees what is private and has been granted what is
   * gated, any other name nothing of that. Left out: `hf_reader` is `reader`, `hf_visitor` is `visitor`.
   */
  readonly tokens?: Readonly<Record<string, string>>;
  /** That many kernels of the organisation `generated`, besides the real ones. */
  readonly generated?: number;
  /** Also kernels whose names, files and fields are made to do harm. */
  readonly hostile?: boolean;
  /** Also the kernels that compute with PyTorch, some in place of those of the same name that do not. */
  readonly torchKernels?: boolean;
  /**
   * A folder of more repositories, `<org>/<name>/<branch>/…`, in place of others of their names. Its organisations are
   * trusted unless they are known not to be.
   */
  readonly repositories?: string;
  /** Kernels are found as models, too: `kernels benchmark` looks for them there. */
  readonly models?: boolean;
  /** Entries on a page of a folder's listing; 1,000 as on the Hub when left out. */
  readonly treePageSize?: number;
  /** Of the first origin; 0 or left out: any that is free. */
  readonly port?: number;
}

export interface LoggedRequest {
  readonly method: string;
  /** With its query, as sent: of a mirror, the prefix included. */
  readonly path: string;
  /** `files`: the second origin, where large files lie. */
  readonly origin: 'hub' | 'files';
  readonly authorization: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The status answered with; 0: no answer was sent yet. */
  readonly status: number;
  /** Of the answer's body, as far as it was sent. */
  readonly bytes: number;
  /** Whether the client went away before the whole answer was sent. */
  readonly aborted: boolean;
}

export interface Fault {
  /** Against the path with its query. A function sees the whole request. */
  readonly match: RegExp | ((request: LoggedRequest) => boolean);
  /** How many requests it strikes; left out: all. */
  readonly times?: number;
  /**
   * - `status`: answers with `status`, `headers` and `body` alone.
   * - `headers`: the ordinary answer with these headers over its own.
   * - `delay`: waits `ms` before the ordinary answer.
   * - `cut`: the connection breaks after half of the body.
   * - `reset`: the connection breaks before any answer.
   * - `wrong-length`: every header that states a length is `lengthBy` off. Below 0 the body is cut to it, so that it
   *   arrives whole as far as HTTP can tell.
   * - `garbage`: 200 with a page of HTML, or `body`, and nothing that the Hub would say in its headers.
   * - `corrupt`: the ordinary answer with its first byte changed.
   */
  readonly kind: 'status' | 'headers' | 'delay' | 'cut' | 'reset' | 'wrong-length' | 'garbage' | 'corrupt';
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly ms?: number;
  /** Bytes; 1,000 when left out. */
  readonly lengthBy?: number;
}

export interface Faults {
  /** Among several that match, the one added first strikes. Returns the function that takes it away. */
  add(fault: Fault): () => void;
  clear(): void;
}

export interface TestHub {
  /** Without a slash at its end, the prefix included. */
  readonly endpoint: string;
  /** Where large files lie. A token has no business there: a request that brings one gets 400. */
  readonly secondOrigin: string;
  /** In the order in which they came. */
  readonly requests: readonly LoggedRequest[];
  clearRequests(): void;
  readonly faults: Faults;
  /** What `revision` of a kernel points at, 40 hexadecimal digits. Throws where there is none. */
  commitOf(id: string, revision: string): string;
  /** Puts a commit on a branch, as a publisher's upload does; null removes a file. Returns the new commit. */
  publish(id: string, branch: string, files: Readonly<Record<string, string | Uint8Array | null>>): string;
  /** Ends every connection, also those that wait. */
  close(): Promise<void>;
}
