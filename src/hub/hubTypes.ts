// The Kernel Hub as the rest of the program asks it. Implemented over HTTP in hubClient.ts.
import type { KernelVersion } from '../kernels/kernelDetails';
import type { KernelSummary } from '../kernels/kernelSummary';

export interface HubQuery {
  /** Words; empty: everything. */
  readonly search: string;
  readonly author: string | null;
  readonly sort: 'trendingScore' | 'downloads' | 'likes' | 'lastModified';
}

/** A page of the Hub's list. */
export interface HubPage {
  readonly kernels: readonly KernelSummary[];
  /** Rows that name no kernel, such as `../x`: left out, whatever else they said. */
  readonly dropped: number;
}

/** A file or folder of a repository. */
export interface HubEntry {
  readonly path: string;
  readonly type: 'file' | 'directory';
  /** Bytes; 0 for folders. */
  readonly size: number;
  /** Git blob id. */
  readonly oid: string;
  /** SHA-256 of the contents where the file lies in large-file storage. */
  readonly lfsSha256: string | null;
}

/** Every method throws HubError, and rejects with kind `cancelled` once its signal aborts. */
export interface Hub {
  /** Without a slash at its end; may have a path: `https://mirror.example/hf`. */
  readonly endpoint: string;
  /** Pages of up to 1,000, in the Hub's order. */
  list(query: HubQuery, signal: AbortSignal): AsyncIterable<HubPage>;
  /** `version` and `functions` are not known from it. */
  kernel(id: string, signal: AbortSignal): Promise<KernelSummary>;
  /** Every branch with its commit; tags are not versions. */
  branches(id: string, signal: AbortSignal): Promise<readonly { readonly name: string; readonly commit: string }[]>;
  /** `vN` branches, oldest first. */
  versions(id: string, signal: AbortSignal): Promise<readonly KernelVersion[]>;
  /** What lies directly in `folder` (`''`: the root), or everything below it. Empty where the folder is missing. */
  tree(
    id: string,
    revision: string,
    folder: string,
    options: { readonly recursive: boolean },
    signal: AbortSignal,
  ): Promise<readonly HubEntry[]>;
  /** A small file, at most `maxBytes`; null: there is none. */
  file(id: string, revision: string, path: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | null>;
  /** Whether the organisation is a trusted publisher of kernels; false for users. */
  trusted(organisation: string, signal: AbortSignal): Promise<boolean>;
  /** The name behind the token; null: there is no token. */
  whoAmI(signal: AbortSignal): Promise<string | null>;
}
