import * as v from 'valibot';
import * as vscode from 'vscode';
import { kernelIdProblem } from '../kernels/kernelId';
import type { KernelSummary } from '../kernels/kernelSummary';
import { shownText } from '../kernels/shownText';
import { kernelLabel } from './kernelRows';

/** Which kernel a command is for. */
export interface KernelTarget {
  /** `org/name`. */
  readonly id: string;
  /** Null: the newest. */
  readonly version: number | null;
}

/** A row of the tree has these among its fields, and so has what another part of the extension passes. */
const TargetSchema = v.object({
  id: v.pipe(
    v.string(),
    v.check((id) => kernelIdProblem(id) === null),
  ),
  version: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0))), null),
});

/**
 * The kernel that a command was called with; where it was called without one, the person is asked.
 * @returns null when the person left. Throws where the argument names no kernel.
 */
export async function kernelTarget(
  argument: unknown,
  kernels: readonly KernelSummary[],
  title: string,
): Promise<KernelTarget | null> {
  if (argument === undefined || argument === null) return pickKernel(kernels, title);
  const parsed = v.safeParse(TargetSchema, argument);
  if (!parsed.success) throw new Error('This command is for a kernel: run it on a row of the Kernels view.');
  return parsed.output;
}

async function pickKernel(kernels: readonly KernelSummary[], title: string): Promise<KernelTarget | null> {
  const items = kernels.map((kernel) => ({
    // A name on the Hub may look like an icon to the list.
    label: kernelLabel(kernel).replaceAll('$(', '('),
    description: shownText(kernel.id).replaceAll('$(', '('),
    detail: shownText(kernel.summary ?? '').replaceAll('$(', '('),
    target: { id: kernel.id, version: kernel.version },
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: 'Which kernel?',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.target ?? null;
}
