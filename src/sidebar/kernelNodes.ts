// The elements of the Kernels tree. Menus hand them to commands, which read the few fields that they need.
import type { KernelGroup, KernelSummary } from '../kernels/kernelSummary';
import type { Fact } from './kernelFacts';

export interface GroupNode {
  readonly kind: 'group';
  readonly group: KernelGroup;
  readonly count: number;
}

export interface KernelNode {
  readonly kind: 'kernel';
  /** `org/name`. */
  readonly id: string;
  /** A kernel's row stands for its newest version, which the list may not know yet. */
  readonly version: null;
  readonly kernel: KernelSummary;
}

export interface FactNode {
  readonly kind: 'fact';
  /** Of the kernel. */
  readonly id: string;
  /** The version that the row stands for; null: it stands for something else. */
  readonly version: number | null;
  readonly kernel: KernelSummary;
  /** Keys from the kernel down to the row. */
  readonly path: string;
  readonly fact: Fact;
}

/** What a group has beyond those that are shown. */
export interface MoreNode {
  readonly kind: 'more';
  readonly group: KernelGroup;
  readonly hidden: number;
}

export type ListNode = GroupNode | KernelNode | FactNode | MoreNode;
