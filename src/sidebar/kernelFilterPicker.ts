import * as vscode from 'vscode';
import { PLATFORMS, type Platform } from '../kernels/kernelSummary';
import { platformTitle } from '../kernels/platformTitle';
import { shownText } from '../kernels/shownText';
import { KERNEL_ORDERS, type KernelFilter, type KernelOrder } from '../kernels/kernelFilter';
import { ORDER_LABELS } from './kernelsStatus';
import type { KernelList } from './kernelList';

type Choice =
  | { readonly kind: 'works here' | 'benchmarks' }
  | { readonly kind: 'platform'; readonly platform: Platform }
  | { readonly kind: 'publisher'; readonly publisher: string };

interface ChoiceItem extends vscode.QuickPickItem {
  readonly choice: Choice | null;
}

const MOST_PUBLISHERS = 200;

/** Asks which kernels to show: those that run here, platforms, publishers. @returns null when the person left */
export async function pickFilter(list: KernelList): Promise<KernelFilter | null> {
  const { filter } = list;
  const items: ChoiceItem[] = [
    {
      label: 'Runs Here',
      description: 'by what is known of this machine',
      picked: filter.worksHere,
      choice: { kind: 'works here' },
    },
    {
      label: 'Has Benchmarks',
      description: 'scripts in the repository',
      picked: filter.benchmarks,
      choice: { kind: 'benchmarks' },
    },
    separator('Platforms'),
    ...PLATFORMS.map((platform): ChoiceItem => ({
      label: platformTitle(platform),
      picked: filter.platforms.includes(platform),
      choice: { kind: 'platform', platform },
    })),
    separator('Publishers'),
    ...list
      .publishers()
      .slice(0, MOST_PUBLISHERS)
      .map(({ name, kernels }): ChoiceItem => ({
        label: shownText(name, 60).replaceAll('$(', '('),
        description: kernels.toString(),
        picked: filter.publishers.includes(name),
        choice: { kind: 'publisher', publisher: name },
      })),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Filter Kernels',
    placeHolder: 'Which kernels to show; none chosen shows all',
    canPickMany: true,
  });
  if (picked === undefined) return null;
  const choices = picked.map(({ choice }) => choice).filter((choice) => choice !== null);
  return {
    ...filter,
    worksHere: choices.some(({ kind }) => kind === 'works here'),
    benchmarks: choices.some(({ kind }) => kind === 'benchmarks'),
    platforms: choices.flatMap((choice) => (choice.kind === 'platform' ? [choice.platform] : [])),
    publishers: choices.flatMap((choice) => (choice.kind === 'publisher' ? [choice.publisher] : [])),
  };
}

/** Asks for an order. @returns null when the person left */
export async function pickOrder(current: KernelOrder): Promise<KernelOrder | null> {
  const items = KERNEL_ORDERS.map((order) => ({
    label: ORDER_LABELS[order],
    description: order === current ? 'now' : '',
    order,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Sort Kernels',
    placeHolder: 'Within each group, by…',
  });
  return picked?.order ?? null;
}

function separator(label: string): ChoiceItem {
  return { label, kind: vscode.QuickPickItemKind.Separator, choice: null };
}
