// What the pointer rests on.
import { namesRepository, touches } from './cursorTypes';
import type { KernelUse, MemberUse } from './kernelUse';
import type { Span } from './span';

/** `span` is what the hover is of, the whole name or id. */
export type HoverTarget =
  | { readonly kind: 'kernel'; readonly use: KernelUse; readonly id: string; readonly span: Span }
  | {
      readonly kind: 'member';
      readonly use: KernelUse;
      readonly id: string;
      readonly member: MemberUse;
      readonly span: Span;
    };

/** What of a kernel stands at a place; null: nothing. @param uses those of the text that `offset` counts in */
export function hoverTarget(uses: readonly KernelUse[], offset: number): HoverTarget | null {
  for (const use of uses) {
    const id = use.id?.value;
    if (use.id === null || typeof id !== 'string' || !namesRepository(use)) continue;
    const kernel = (span: Span): HoverTarget => ({ kind: 'kernel', use, id, span });
    const written = use.id.inner ?? use.id.span;
    if (touches(written, offset)) return kernel(written);
    if (use.keptAs !== null && touches(use.keptAs.span, offset)) return kernel(use.keptAs.span);
    for (const member of use.members) {
      const { span, expression } = member;
      const name = { from: expression.from, to: expression.from + (use.keptAs?.name.length ?? 0) };
      if (touches(name, offset)) return kernel(name);
      if (touches(span, offset)) return { kind: 'member', use, id, member, span };
    }
  }
  return null;
}
