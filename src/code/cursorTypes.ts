// What can be said of the place where the cursor or the pointer is.
import type { KernelUse, Loader } from './kernelUse';
import type { ParsedSource } from './parsedSource';
import type { Span } from './span';

/** The kernel that the code at the cursor is about, as far as it is written. */
export interface CursorKernel {
  readonly loader: Loader;
  readonly id: string | null;
  readonly version: number | null;
}

/** `typed` is what of it stands before the cursor; `span` is what a completion replaces, empty where nothing stands. */
interface AtCursor {
  readonly kernel: CursorKernel;
  readonly language: 'python' | 'javascript';
  readonly span: Span;
  readonly typed: string;
}

export type CursorContext =
  /** Between the quotes of an id. */
  | ({ readonly kind: 'id' } & AtCursor)
  /** Where the name of an argument may stand. `bare`: JavaScript's object of options is not there yet. */
  | ({ readonly kind: 'argument'; readonly given: readonly string[]; readonly bare: boolean } & AtCursor)
  /** At the value of `version` or `revision`; of a string, between its quotes. */
  | ({ readonly kind: 'value'; readonly argument: 'version' | 'revision' } & AtCursor)
  /** After `name.` of a loaded kernel, or `name.layers.`, whose `path` is `['layers']`. */
  | ({ readonly kind: 'member'; readonly path: readonly string[] } & AtCursor);

/** What all contexts say. */
export function atCursor(source: ParsedSource, use: KernelUse, span: Span, offset: number): AtCursor {
  const id = use.id?.value;
  const version = use.version?.value.value;
  return {
    kernel: {
      loader: use.loader,
      id: typeof id === 'string' ? id : null,
      version: typeof version === 'number' ? version : null,
    },
    language: source.language === 'python' ? 'python' : 'javascript',
    span,
    typed: source.text.slice(span.from, offset),
  };
}

/** Whether the id of a use is a repository; others name a layer. */
export function namesRepository({ loader }: KernelUse): boolean {
  return !loader.startsWith('use_kernel_') && !loader.startsWith('replace_kernel_');
}

/** Whether the cursor touches a span. */
export function touches({ from, to }: Span, offset: number): boolean {
  return from <= offset && offset <= to;
}
