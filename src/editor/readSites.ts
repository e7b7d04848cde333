// The places of a text that a click can be for, each kind gathered when it is first asked for. No vscode in here.
import type { KernelUse } from '../code/kernelUse';
import type { LineIndex } from '../code/lineIndex';
import type { OperationSite } from '../code/operation';
import type { Span } from '../code/span';
import type { CodeReading } from './codeReading';
import { SiteTable, type Site } from './siteTable';

export type UseSite = Site & { readonly use: KernelUse };
export type OperationPlace = Site & { readonly operation: OperationSite };
export type LensSite = Site & { readonly name: Span; readonly operation: OperationSite | null };

export class ReadSites {
  private useTable: SiteTable<UseSite> | null = null;
  private operationTable: SiteTable<OperationPlace> | null = null;
  private lensTable: SiteTable<LensSite> | null = null;

  constructor(
    private readonly text: string,
    private readonly lines: LineIndex,
    private readonly code: Pick<CodeReading, 'uses' | 'operations'>,
  ) {}

  /** The calls that load kernels. */
  get uses(): SiteTable<UseSite> {
    this.useTable ??= this.table(this.code.uses.map((use) => ({ kind: use.loader, span: use.call.span, use })));
    return this.useTable;
  }

  /** The operations that a kernel could take over. */
  get operations(): SiteTable<OperationPlace> {
    this.operationTable ??= this.table(
      this.code.operations.map((operation) => ({
        kind: `${operation.kind}, ${operation.form}`,
        span: operation.span,
        operation,
      })),
    );
    return this.operationTable;
  }

  /** Whatever may have a lens. */
  get lenses(): SiteTable<LensSite> {
    this.lensTable ??= this.table([
      ...this.uses.sites.map(({ kind, span, use }) => ({ kind, span, name: use.loaderSpan, operation: null })),
      ...this.operations.sites.map(({ kind, span, operation }) => {
        return { kind, span, name: operation.nameSpan, operation };
      }),
    ]);
    return this.lensTable;
  }

  private table<T extends Site>(sites: readonly T[]): SiteTable<T> {
    return new SiteTable(this.text, this.lines, sites);
  }
}
