// `kernel-lens list`: the catalogue as a table. Works without a network: then it is what ships, or what was seen before.
import process from 'node:process';
import type { ListCommand } from './cliArguments';
import { EXIT, note } from './cliEnvironment';
import { openCatalogue, openHub } from './cliHub';
import { hereJson, jsonText, machineJson, problemJson } from './cliJson';
import { listTable, missingNotes, type ListedKernel } from './cliListText';
import { lookAtMachine } from './cliMachine';
import type { Catalogue, CatalogueState } from './hub/catalogueTypes';
import { HubError } from './hub/hubError';
import { shownText } from './kernels/shownText';
import { judgeSummary, type WorksHere } from './kernels/worksHere';
import { KernelIndex, NO_FILTER, sortKernels } from './kernels/kernelFilter';

const RUNS: ReadonlySet<WorksHere['state']> = new Set(['works', 'likely']);

/** The exit code. Throws HubError only when cancelled. */
export async function runList(command: ListCommand, signal: AbortSignal): Promise<number> {
  const open = openHub(command.hub);
  const catalogue = openCatalogue(open, () => null);
  const [machine] = await Promise.all([lookAtMachine(command.python, signal), ask(catalogue, command, signal)]);
  if (signal.aborted) return EXIT.cancelled;
  const { state } = catalogue;
  const { system } = machine;
  const verdicts = new Map(state.kernels.map((kernel) => [kernel, judgeSummary(kernel, system)]));
  const { search: text, platforms, publishers, worksHere, order } = command;
  const filter = {
    ...NO_FILTER,
    text,
    platforms: [...platforms],
    publishers: [...publishers],
    worksHere,
    order,
  };
  const found = new KernelIndex(sortKernels(state.kernels, order)).find(filter, (kernel) =>
    RUNS.has(verdicts.get(kernel)?.state ?? 'unknown'),
  );
  const listed = found.map((kernel): ListedKernel => ({
    kernel,
    here: verdicts.get(kernel) ?? judgeSummary(kernel, system),
  }));
  note(sourceText(state, open.settings.endpoint, command.hub.offline));
  if (command.json) {
    process.stdout.write(
      jsonText({
        schema: 'kernel-lens/list',
        version: 1,
        endpoint: open.settings.endpoint,
        source: state.source,
        at: state.at,
        problem: problemJson(state.problem),
        machine: machineJson(machine),
        kernels: listed.map(({ kernel, here }) => ({ ...kernel, here: hereJson(here) })),
      }),
    );
    return EXIT.right;
  }
  if (listed.length === 0) {
    note('no kernel fits. Look for fewer words, or leave a filter out.');
    return EXIT.right;
  }
  for (const text of missingNotes(listed, system)) note(shownText(text, 500));
  const { isTTY, columns } = process.stdout;
  process.stdout.write(listTable(listed, system, isTTY ? columns : undefined));
  return EXIT.right;
}

/** The list, and what it may lack of the words that are looked for. What fails is in the catalogue's state. */
async function ask(catalogue: Catalogue, { search, publishers }: ListCommand, signal: AbortSignal): Promise<void> {
  await catalogue.refresh(signal);
  const authors = publishers.length === 0 ? [null] : publishers;
  if ((search === '' && publishers.length === 0) || catalogue.state.problem !== null || signal.aborted) return;
  try {
    for (const author of authors) await catalogue.search({ search, author, sort: 'trendingScore' }, signal);
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
  }
}

/** `1204 kernels as https://huggingface.co lists them now.` */
export function sourceText(
  { source, at, problem, kernels }: Pick<CatalogueState, 'source' | 'at' | 'problem' | 'kernels'>,
  endpoint: string,
  offline: boolean,
): string {
  const count = `${kernels.length} ${kernels.length === 1 ? 'kernel' : 'kernels'}`;
  const day = at.slice(0, 10);
  const sources: Readonly<Record<CatalogueState['source'], string>> = {
    live: `${count} as ${endpoint} lists them now.`,
    cached: `${count} as ${endpoint} listed them on ${day}.`,
    'built in': `${count} of the built-in list, made on ${day}.`,
  };
  // Who said --offline needs no explanation.
  const expected = problem === null || (offline && problem.kind === 'offline');
  return expected ? sources[source] : `${sources[source]} ${problem.message}`;
}
