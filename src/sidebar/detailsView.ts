// What the details page shows, gathered from the catalogue and the machine.
import type { Aged } from '../hub/catalogueTypes';
import { kernelCall, type LoadedKernel } from '../kernels/kernelCall';
import type { KernelDetails } from '../kernels/kernelDetails';
import type { KernelSummary } from '../kernels/kernelSummary';
import type { System } from '../kernels/system';
import { parseVariantName } from '../kernels/variantName';
import { judgeDetails, judgeSummary, type WorksHere } from '../kernels/worksHere';
import type { SafeHtml } from './safeHtml';

/** What is known of the repository; `problem`: why there is nothing, in words for people. */
export type DetailsOpened =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly problem: string }
  | { readonly state: 'open'; readonly details: Aged<KernelDetails> };

export interface DetailsView {
  /** `org/name`. */
  readonly id: string;
  /** The row of the catalogue; null: it has none. */
  readonly summary: KernelSummary | null;
  readonly opened: DetailsOpened;
  readonly system: System;
  /** The card of what is opened, rendered; null: there is none. */
  readonly card: SafeHtml | null;
  /** The Hub's address, without a slash at its end. */
  readonly endpoint: string;
}

/** The details where they are there. */
export function detailsOf({ opened }: DetailsView): KernelDetails | null {
  return opened.state === 'open' ? opened.details.value : null;
}

/** The kernel with the version that is shown, as calls and commands want it. */
export function shownKernel(view: DetailsView): LoadedKernel {
  const { id, summary } = view;
  const details = detailsOf(view);
  const javascript =
    summary === null
      ? details?.variants.includes('webgpu') === true &&
        !details.variants.some((name) => parseVariantName(name) !== null)
      : summary.language === 'javascript';
  const version = details === null ? (summary?.version ?? null) : (details.version?.version ?? null);
  return { id, language: javascript ? 'javascript' : 'python', version };
}

/** The lines that load the kernel. */
export function loadingLines(view: DetailsView): string {
  const kernel = shownKernel(view);
  const call = kernelCall(kernel);
  return kernel.language === 'python'
    ? `from kernels import get_kernel\n\nkernel = ${call}`
    : `import { getKernel } from "@huggingface/kernels";\n\nconst kernel = await ${call};`;
}

/** Whether it runs here, as far as is known. */
export function verdictOf(view: DetailsView): WorksHere {
  const details = detailsOf(view);
  if (details !== null) return judgeDetails(details, view.system);
  if (view.summary !== null) return judgeSummary(view.summary, view.system);
  return { state: 'unknown', reason: 'Its builds have not been looked at.' };
}
