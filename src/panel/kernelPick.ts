import * as vscode from 'vscode';
import type { KernelChoices } from './kernelChoices';
import { pickKernelFolder, type PageActions } from './pageActions';
import type { PythonChoices } from './pythonChoices';
import type { PythonSubject } from './pythonSubjects';

/** What the person means. `hub`: one of the Hub, which is yet to be asked. */
export type PickedKernel =
  | { readonly kind: 'webgpu'; readonly key: string }
  | { readonly kind: 'python'; readonly subject: PythonSubject }
  | { readonly kind: 'hub' };

export interface KernelPickParts {
  readonly choices: KernelChoices;
  readonly pythonChoices: PythonChoices;
  readonly actions: PageActions;
}

interface PickItem extends vscode.QuickPickItem {
  readonly take: () => Promise<PickedKernel | null>;
}

interface Heading extends vscode.QuickPickItem {
  readonly take?: undefined;
}

/** Asks which kernel of either language: those that are known here, a folder, or the Hub. @returns null when the person left */
export async function pickKernel(parts: KernelPickParts): Promise<PickedKernel | null> {
  const { choices, pythonChoices } = parts;
  await Promise.all([choices.refresh(), pythonChoices.refreshPins()]);
  const webGpu = choices.kernels.map(({ choice }): PickItem => ({
    label: `$(symbol-function) ${choice.label}`,
    description: choice.problem === null ? choice.detail : `${choice.detail} · not trusted`,
    take: () => Promise.resolve({ kind: 'webgpu', key: choice.key }),
  }));
  const python = pythonChoices.setup().kernels.map(({ key, label, detail }): PickItem => ({
    label: `$(symbol-method) ${label.replaceAll('$(', '(')}`,
    description: detail.replaceAll('$(', '('),
    take: () => {
      const subject = pythonChoices.subject(key);
      return Promise.resolve(subject === null ? null : { kind: 'python', subject });
    },
  }));
  const elsewhere: readonly PickItem[] = [
    {
      label: '$(folder-opened) Choose a Folder…',
      description: 'with the builds of a kernel in build/',
      take: () => folderKernel(parts),
    },
    {
      label: '$(cloud-download) From the Hub…',
      description: 'of PyTorch or WebGPU',
      take: () => Promise.resolve({ kind: 'hub' }),
    },
  ];
  const picked = await vscode.window.showQuickPick(
    [...headed('WebGPU', webGpu), ...headed('Python', python), ...headed('Elsewhere', elsewhere)],
    { title: 'Profile Kernel', placeHolder: 'Which kernel?', matchOnDescription: true },
  );
  return (await picked?.take?.()) ?? null;
}

async function folderKernel({ actions }: KernelPickParts): Promise<PickedKernel | null> {
  const folder = await pickKernelFolder();
  if (folder === null) return null;
  const { folderLanguage } = await import('../hub/kernelLanguage');
  if (folder.scheme === 'file' && (await folderLanguage(folder.fsPath)) === 'python') {
    return { kind: 'python', subject: { kind: 'folder', uri: folder.toString() } };
  }
  return { kind: 'webgpu', key: await actions.addWebGpuFolder(folder) };
}

function headed(label: string, items: readonly PickItem[]): (PickItem | Heading)[] {
  return items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}
