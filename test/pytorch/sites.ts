// The operations of a file, and what the kernels of the tests offer for them.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { OperationSite } from '../../src/code/operation';
import { parseWhole } from '../../src/code/parseSource';
import type { ParsedSource } from '../../src/code/parsedSource';
import { readPythonNames } from '../../src/code/pythonNames';
import { torchOperations } from '../../src/code/torchOperations';
import { readBuiltInCatalogue } from '../../src/hub/builtInCatalogue';
import type { LibraryStyle } from '../../src/insert/insertTypes';
import type { KernelSummary } from '../../src/kernels/kernelSummary';

export const LIBRARY: LibraryStyle = { kernelsVersion: '0.17.2', trustRemoteCode: false };

const root = path.join(import.meta.dirname, '../..');

/** The rows of those kernels that the Hub of the tests serves in PyTorch. */
export function computingKernels(): readonly KernelSummary[] {
  const served = Object.keys(
    JSON.parse(readFileSync(path.join(root, 'test/hub/torchKernels/versions.json'), 'utf8')) as object,
  );
  const all = readBuiltInCatalogue(readFileSync(path.join(root, 'media/catalogue.json'), 'utf8'));
  return all.kernels.filter(({ id }) => served.includes(id));
}

export function sitesOf(text: string): { readonly source: ParsedSource; readonly sites: readonly OperationSite[] } {
  const source = parseWhole(text, 'python');
  return { source, sites: torchOperations(source, readPythonNames(source)) };
}
