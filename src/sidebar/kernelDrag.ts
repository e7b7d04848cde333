import * as vscode from 'vscode';
import { kernelCall, KERNEL_MIME, type LoadedKernel } from '../kernels/kernelCall';
import type { ListNode } from './kernelNodes';

/** Kernels can be dragged out of the tree, as what an editor of ours reads and as the call that loads them. */
export class KernelDrag implements vscode.TreeDragAndDropController<ListNode> {
  readonly dragMimeTypes = [KERNEL_MIME, 'text/plain'];
  readonly dropMimeTypes = [];

  handleDrag(nodes: readonly ListNode[], data: vscode.DataTransfer): void {
    const kernels = nodes.flatMap((node) => loadedKernel(node) ?? []);
    if (kernels.length === 0) return;
    data.set(KERNEL_MIME, new vscode.DataTransferItem(JSON.stringify(kernels)));
    data.set('text/plain', new vscode.DataTransferItem(kernels.map(plainText).join('\n')));
  }
}

/** Without its version no call can be written, and a list may not know it. */
function plainText(kernel: LoadedKernel): string {
  return kernel.version === null ? kernel.id : kernelCall(kernel);
}

/** A version's row stands for it, a kernel's for the newest. */
function loadedKernel(node: ListNode): LoadedKernel | null {
  if (node.kind === 'kernel') {
    const { id, language, version } = node.kernel;
    return { id, language, version };
  }
  if (node.kind !== 'fact' || node.version === null) return null;
  return { id: node.id, language: node.kernel.language, version: node.version };
}
