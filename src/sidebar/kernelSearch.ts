import * as vscode from 'vscode';
import type { Catalogue } from '../hub/catalogueTypes';
import { HubError } from '../hub/hubError';
import type { HubQuery } from '../hub/hubTypes';
import type { KernelFilter, KernelOrder } from '../kernels/kernelFilter';
import type { KernelList } from './kernelList';

/** After this pause in typing the Hub is asked, milliseconds. */
const PAUSE_MS = 400;
/** Fewer letters are in too many names for the Hub's answer to be of use. */
const FEWEST_LETTERS = 3;

const HUB_ORDERS: Readonly<Record<KernelOrder, HubQuery['sort']>> = {
  trending: 'trendingScore',
  downloads: 'downloads',
  likes: 'likes',
  updated: 'lastModified',
  name: 'downloads',
};

export interface SearchParts {
  readonly list: KernelList;
  readonly catalogue: Catalogue;
  /** Why the Hub gave nothing; null: it answered, or was not asked. */
  readonly onProblem: (problem: HubError | null) => void;
  readonly log: vscode.LogOutputChannel;
}

const CLEAR: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('clear-all'), tooltip: 'Clear Search' };

/**
 * Asks for words and filters the tree with them at every key. After a pause the Hub is asked too, and what it knows
 * joins the tree; the next key takes the question back. What was typed last stays when the box is closed.
 */
export function searchKernels({ list, catalogue, onProblem, log }: SearchParts): void {
  const input = vscode.window.createInputBox();
  input.title = 'Search Kernels';
  input.placeholder = 'name, operation, function or layer';
  input.prompt = 'The Kernels view follows as you type.';
  input.value = list.filter.text;
  input.buttons = [CLEAR];
  let asking = new AbortController();

  const ask = async (filter: KernelFilter, signal: AbortSignal): Promise<void> => {
    input.busy = true;
    try {
      const [author = null] = filter.publishers.length === 1 ? filter.publishers : [];
      await catalogue.search({ search: filter.text.trim(), author, sort: HUB_ORDERS[filter.order] }, signal);
      if (!signal.aborted) onProblem(null);
    } catch (error) {
      if (error instanceof HubError) {
        if (!signal.aborted && error.kind !== 'cancelled') onProblem(error);
      } else log.error(`the search failed: ${String(error)}`);
    } finally {
      if (!signal.aborted) input.busy = false;
    }
  };
  const type = (text: string): void => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    input.busy = false;
    list.filter = { ...list.filter, text };
    onProblem(null);
    if (text.trim().length < FEWEST_LETTERS) return;
    const timer = setTimeout(() => void ask(list.filter, signal), PAUSE_MS);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
    });
  };
  input.onDidChangeValue(type);
  input.onDidTriggerButton(() => {
    input.value = '';
    type('');
  });
  input.onDidAccept(() => {
    input.hide();
  });
  input.onDidHide(() => {
    // A question that has been put is answered into the tree; one that waits for a pause is not worth putting.
    input.dispose();
  });
  input.show();
}
