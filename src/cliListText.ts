// The table of `kernel-lens list`.
import { shownText } from './kernels/shownText';
import { platformTitle } from './kernels/platformTitle';
import type { KernelSummary } from './kernels/kernelSummary';
import { shortCount } from './kernels/shortCount';
import type { System } from './kernels/system';
import type { WorksHere } from './kernels/worksHere';

export interface ListedKernel {
  readonly kernel: KernelSummary;
  readonly here: WorksHere;
}

/** Characters of a kernel's id; longer ones are cut. */
const LONGEST_ID = 60;
/** The column of numbers, which stand at its right. */
const DOWNLOADS = 3;
const GAP = '  ';

/**
 * One line a kernel under a heading; a reason stands last, cut to the terminal where there is one.
 * @param width columns of the terminal; undefined: as wide as it needs to be
 */
export function listTable(listed: readonly ListedKernel[], system: System, width: number | undefined): string {
  const rows = listed.map(({ kernel, here }) => [
    shownText(kernel.id, LONGEST_ID),
    kernel.version === null ? '' : `v${kernel.version}`,
    [...new Set(kernel.backends.map(({ platform }) => platformTitle(platform)))].join(' '),
    kernel.downloads === null ? '' : shortCount(kernel.downloads),
    hereText(here, system),
  ]);
  const heading = ['kernel', 'version', 'for', 'downloads', 'works here'];
  const widths = heading.map((name, column) =>
    rows.reduce((widest, row) => Math.max(widest, length(row[column] ?? '')), length(name)),
  );
  // What is known of no kernel gets no column: downloads of the built-in list, say.
  const columns = [...heading.keys()].filter((column) => rows.some((row) => row[column] !== ''));
  return [heading, ...rows]
    .map((row) => {
      const cells = columns.map((column) => {
        const cell = row[column] ?? '';
        const space = ' '.repeat((widths[column] ?? 0) - length(cell));
        return column === DOWNLOADS ? space + cell : cell + space;
      });
      const line = cells.join(GAP).trimEnd();
      return `${width === undefined ? line : shownText(line, Math.max(width, 40))}\n`;
    })
    .join('');
}

/** What stands for a whole table where a part of the machine is missing: said once, not in every row. */
export function missingNotes(listed: readonly ListedKernel[], system: System): string[] {
  const parts: [KernelSummary['language'], System['python'] | System['webgpu'], string][] = [
    ['python', system.python, 'kernels for Python'],
    ['javascript', system.webgpu, 'WebGPU kernels'],
  ];
  return parts.flatMap(([language, part, what]) =>
    'missing' in part && listed.some(({ kernel }) => kernel.language === language)
      ? [`whether ${what} run here cannot be told: ${part.missing}`]
      : [],
  );
}

/** A sign and a word or the reason. */
export function hereText(here: WorksHere, system: System): string {
  switch (here.state) {
    case 'works':
      return '✓ yes';
    case 'likely':
      return '✓ likely';
    case 'fails':
      return `✗ ${shownText(here.reason, 200)}`;
    case 'unknown': {
      const said = [system.python, system.webgpu].some((part) => 'missing' in part && part.missing === here.reason);
      return said ? '?' : `? ${shownText(here.reason, 200)}`;
    }
  }
}

function length(text: string): number {
  return Array.from(text).length;
}
