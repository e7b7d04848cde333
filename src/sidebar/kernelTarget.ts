import * as v from 'valibot';
import * as vscode from 'vscode';
import { kernelIdProblem } from '../kernels/kernelId';
import type { KernelSummary } from '../kernels/kernelSummary';
import { shownText } from '../kernels/shownText';
import { kernelLabel } from './kernelRows';
import { typedKernel } from './typedKernel';

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

interface KernelItem extends vscode.QuickPickItem {
  readonly target: KernelTarget;
}

/** Asks for one of the kernels that are known here, or for one that is typed in full. */
function pickKernel(kernels: readonly KernelSummary[], title: string): Promise<KernelTarget | null> {
  const known = kernels.map(kernelItem);
  const ids = new Set(kernels.map(({ id }) => id));
  const pick = vscode.window.createQuickPick<KernelItem>();
  pick.title = title;
  pick.placeholder = 'Which kernel? Choose one, or type organisation/name';
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.items = known;
  pick.onDidChangeValue((text) => {
    const target = typedKernel(text);
    const isNew = target !== null && (target.version !== null || !ids.has(target.id));
    const items = isNew ? [...known, typedItem(text, target)] : known;
    // Setting the items anew loses the place in the list.
    if (items.length !== pick.items.length || isNew) pick.items = items;
  });
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve((pick.selectedItems[0] ?? pick.activeItems[0])?.target ?? null);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(null);
      pick.dispose();
    });
    pick.show();
  });
}

/** A name on the Hub may look like an icon to the list. */
function kernelItem(kernel: KernelSummary): KernelItem {
  return {
    label: kernelLabel(kernel).replaceAll('$(', '('),
    description: shownText(kernel.id).replaceAll('$(', '('),
    detail: shownText(kernel.summary ?? '').replaceAll('$(', '('),
    target: { id: kernel.id, version: null },
  };
}

function typedItem(text: string, target: KernelTarget): KernelItem {
  return { label: shownText(text), description: 'as typed', alwaysShow: true, target };
}
