// One use of a kernel library with all that its rules ask.
import type { CodeArgument, KernelUse } from '../code/kernelUse';
import type { ParsedSource } from '../code/parsedSource';
import { kernelIdProblem } from '../kernels/kernelId';
import type { KernelDetails } from '../kernels/kernelDetails';
import type { Finding } from './finding';
import type { KernelKnowledge, Knowledge } from './knowledge';
import { factsOf, libraryRules, type LibraryRules, type LoaderFacts } from './loaders';

export interface JudgedUse {
  readonly source: ParsedSource;
  readonly use: KernelUse;
  readonly uses: readonly KernelUse[];
  readonly knowledge: Knowledge;
  readonly facts: LoaderFacts;
  readonly rules: LibraryRules;
  readonly inPython: boolean;
  /** Its closing parenthesis is there. What is still being typed lacks nothing. */
  readonly closed: boolean;
  /** `*args` or `**kwargs` may bring anything. */
  readonly spreads: boolean;
  /** A repository that can be one; null: none is given, only running the code can tell, or it is none. */
  readonly id: string | null;
  /** Of that repository, at the version asked for; null: there is no id. */
  readonly known: KernelKnowledge | null;
  /** The version asked for, by `version=` or a revision `vN`; null: none, or only running the code can tell. */
  readonly version: number | null;
  /** What the Hub has at exactly what is loaded; null: not known. */
  readonly details: KernelDetails | null;
}

export type Rule = (judged: JudgedUse) => readonly Finding[];

export function judgedUse(
  source: ParsedSource,
  use: KernelUse,
  uses: readonly KernelUse[],
  knowledge: Knowledge,
): JudgedUse {
  const facts = factsOf(use.loader);
  const inPython = use.loader !== 'getKernel';
  const value = namesKernel(use) ? use.id?.value : undefined;
  const id = typeof value === 'string' && kernelIdProblem(value) === null ? value : null;
  const version = versionAsked(use);
  const known = id === null ? null : knowledge.kernel(id, version);
  return {
    source,
    use,
    uses,
    knowledge,
    facts,
    rules: libraryRules(knowledge.kernelsVersion),
    inPython,
    closed: source.text.charAt(use.call.between.to) === ')',
    spreads: use.call.arguments.some(({ spread }) => spread !== null),
    id,
    known,
    version,
    details: known === null ? null : exactDetails(use, facts, known, version),
  };
}

/** The loaders that take a layer's name take no kernel. */
export function namesKernel({ loader }: KernelUse): boolean {
  return !loader.startsWith('use_kernel_') && !loader.startsWith('replace_kernel_');
}

/** An argument that is given by its name, with a value that is not None; null: there is none. */
export function given(argument: CodeArgument | null): CodeArgument | null {
  const named = argument?.name ?? null;
  return named === null || argument?.value.value === null ? null : argument;
}

function versionAsked(use: KernelUse): number | null {
  const version = given(use.version)?.value.value;
  if (typeof version === 'number') return Number.isSafeInteger(version) && version >= 0 ? version : null;
  const revision = given(use.revision)?.value.value;
  const branch = typeof revision === 'string' ? /^v(\d{1,15})$/.exec(revision)?.[1] : undefined;
  return given(use.version) === null && branch !== undefined ? Number(branch) : null;
}

function exactDetails(
  use: KernelUse,
  facts: LoaderFacts,
  { details, lockedCommit }: KernelKnowledge,
  version: number | null,
): KernelDetails | null {
  if (details === null) return null;
  if (facts.locked) return details.commit === lockedCommit ? details : null;
  if (version !== null) return details.version?.version === version ? details : null;
  const { value: revision } = given(use.revision)?.value ?? {};
  if (revision === details.commit) return details;
  // Without either, the newest version is what it is about to be.
  return given(use.version) === null && given(use.revision) === null ? details : null;
}
