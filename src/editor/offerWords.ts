// How offers are called in lists and menus. No vscode in here.
import type { OperationSite } from '../code/operation';
import type { Offer } from '../insert/insertTypes';
import { shownText } from '../kernels/shownText';

/** `Use gelu_tanh of kernels-community/activation for F.gelu…` */
export function offerTitle(site: OperationSite, { id, member }: Offer): string {
  return `Use ${shownText(member.name)} of ${shownText(id)} for ${shownText(site.name)}…`;
}

/** An item of the list of kernels; what looks like an icon's name is none. */
export function offerItem(
  { id, version, member, signature, note }: Offer,
  state: 'works' | 'likely',
): { readonly label: string; readonly description: string; readonly detail: string } {
  const call = member.kind === 'function' ? `${member.name}${signature ?? ''}` : null;
  const parts = [id, version === null ? '' : `v${version}`, state === 'works' ? 'works here' : 'should run here'];
  return {
    label: plain(member.kind === 'function' ? member.name : `${member.name} (layer)`),
    description: plain(parts.filter((part) => part !== '').join(' · ')),
    // A long signature would leave no room for the kernel's name.
    detail: plain([note, call].filter((part) => part !== null).join(' · ')),
  };
}

function plain(text: string): string {
  return shownText(text, 160).replaceAll('$(', '( ');
}
