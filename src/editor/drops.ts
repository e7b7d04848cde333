import * as v from 'valibot';
import * as vscode from 'vscode';
import { languageOf } from '../code/parseSource';
import { kernelIdProblem } from '../kernels/kernelId';
import { KERNEL_MIME, type LoadedKernel } from '../kernels/kernelCall';
import { dropText } from './dropText';
import { libraryStyle, readNow, writeAt } from './insertLoad';
import type { KnowledgeSource } from './knowledgeSource';

const MOST_TEXT = 100_000;
const KIND = vscode.DocumentDropOrPasteEditKind.Text.append('kernelLens');
const KernelsSchema = v.array(
  v.object({
    id: v.pipe(
      v.string(),
      v.check((id) => kernelIdProblem(id) === null),
    ),
    language: v.picklist(['python', 'javascript']),
    version: v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  }),
);

/** A kernel dragged from the sidebar into code becomes the load of it, with its import; elsewhere what such a text has for it. */
export class KernelDrops implements vscode.DocumentDropEditProvider {
  static readonly metadata: vscode.DocumentDropEditProviderMetadata = {
    providedDropEditKinds: [KIND],
    dropMimeTypes: [KERNEL_MIME],
  };

  constructor(private readonly knowledge: KnowledgeSource) {}

  async provideDocumentDropEdits(
    document: vscode.TextDocument,
    position: vscode.Position,
    data: vscode.DataTransfer,
    token: vscode.CancellationToken,
  ): Promise<vscode.DocumentDropEdit | undefined> {
    const item = data.get(KERNEL_MIME);
    if (item === undefined) return undefined;
    const [kernel] = readKernels(await item.asString());
    if (kernel === undefined) return undefined;
    await this.knowledge.begin();
    const known = { ...kernel, version: kernel.version ?? (await this.knowledge.newestVersion(kernel.id)) };
    const language = languageOf(document.languageId);
    const title = 'Insert the load of the kernel';
    if (language === null || (language === 'python') !== (kernel.language === 'python')) {
      const text = dropText(known, document.languageId);
      return text === null ? undefined : new vscode.DocumentDropEdit(text, title, KIND);
    }
    const library = await libraryStyle(this.knowledge, document.uri, known);
    if (library === null) return undefined;
    const reading = await readNow(document, language);
    const { source } = reading;
    const offset = reading.offset(document, position);
    if (token.isCancellationRequested || source === null || offset === null) return undefined;
    const written = writeAt(source, { from: offset, to: offset }, known, library, 'load');
    // Where it cannot be written as it should be, nothing is.
    if ('refused' in written) {
      void vscode.window.showWarningMessage(written.refused);
      return new vscode.DocumentDropEdit('', title, KIND);
    }
    const drop = new vscode.DocumentDropEdit('', title, KIND);
    drop.additionalEdit = new vscode.WorkspaceEdit();
    for (const edit of written.edits) {
      const placed = reading.placeEdit(edit);
      if (placed === null) return undefined;
      drop.additionalEdit.replace(placed.place.document.uri, placed.place.range, placed.text);
    }
    return drop;
  }
}

/** Empty where it is not what the sidebar drags. */
function readKernels(text: string): readonly LoadedKernel[] {
  if (text.length > MOST_TEXT) return [];
  try {
    const read = v.safeParse(KernelsSchema, JSON.parse(text));
    return read.success ? read.output : [];
  } catch {
    return [];
  }
}
