// What a file holds that is worth a closer look: all that a worker does.
import { readFile, stat } from 'node:fs/promises';
import { kernelUses } from '../code/kernelUses';
import type { OperationSite } from '../code/operation';
import { readPythonNames } from '../code/pythonNames';
import { readSuppressions } from '../code/suppressions';
import { torchOperations } from '../code/torchOperations';
import { codeText, lineCount, mayHold, MOST_BYTES } from './codeBytes';
import { openCode, type CodePlace } from './codeFile';
import { whyNot } from './walkFiles';

export interface PlacedOperation {
  readonly site: OperationSite;
  readonly place: CodePlace;
}

/** Of one file; plain data, as it crosses threads. */
export interface FileFacts {
  readonly file: string;
  readonly lines: number;
  /** Why it was not read; null: it was. */
  readonly unread: string | null;
  /** What is odd about it, read all the same. */
  readonly note: string | null;
  /** It calls a kernel library. */
  readonly hasUses: boolean;
  readonly operations: readonly PlacedOperation[];
}

export interface Wanted {
  readonly operations: boolean;
}

/** Never throws. */
export async function fileFacts(file: string, wanted: Wanted): Promise<FileFacts> {
  const nothing = { file, lines: 0, unread: null, note: null, hasUses: false, operations: [] };
  try {
    const { size } = await stat(file);
    if (size > MOST_BYTES) return { ...nothing, unread: `larger than ${MOST_BYTES / 1024 / 1024} MiB` };
    const bytes = await readFile(file);
    return { ...nothing, lines: lineCount(bytes), ...factsOfBytes(file, bytes, wanted) };
  } catch (error) {
    return {
      ...nothing,
      unread: error instanceof Error && 'code' in error ? whyNot(error) : 'Kernel Lens failed on it',
    };
  }
}

function factsOfBytes(file: string, bytes: Buffer, wanted: Wanted): Partial<FileFacts> {
  if (bytes.includes(0)) return { unread: 'not text', lines: 0 };
  if (!mayHold(file, bytes, wanted)) return {};
  const { text, note } = codeText(bytes);
  if (text === null) return { unread: note };
  const code = openCode(file, text);
  if (typeof code === 'string') return { unread: code };
  const { source, placeOf } = code;
  const hasUses = kernelUses(source).length > 0;
  const suppressions = readSuppressions(source);
  const sites =
    wanted.operations && source.language === 'python' ? torchOperations(source, readPythonNames(source)) : [];
  const operations = sites
    .filter(({ nameSpan }) => !suppressions.has(nameSpan, 'lens'))
    .map((site) => ({ site, place: placeOf(site.nameSpan) }));
  return { note, hasUses, operations };
}
