import * as vscode from 'vscode';
import type { Knowledge } from '../findings/knowledge';
import { PIN_FILES } from '../kernels/pinTexts';
import { DetailAsker, type AskedKernel } from './detailAsker';
import { kernelKnowledge, NO_KNOWLEDGE } from '../hub/kernelKnowledge';
import type { EditorHub, EditorParts } from './editorParts';
import { NO_PINS, projectPins, type ProjectPins } from '../kernels/projectPins';

/** What changes together is told together, milliseconds. */
const TOGETHER_MS = 100;
/** How long a person waits for the newest version, milliseconds. */
const NEWEST_MS = 4000;

interface OpenSource {
  readonly hub: EditorHub;
  readonly asker: DetailAsker;
  readonly stop: () => void;
}

/** What the editor knows of kernels. Nothing is read or asked before code that concerns them was read. */
export class KnowledgeSource implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  /** Something may be known that was not, or otherwise. */
  readonly onDidChange = this.changed.event;
  private readonly gone = new AbortController();
  private readonly subscriptions: { dispose(): unknown }[];
  private readonly pins = new Map<string, ProjectPins>();
  private readonly known = new Map<string, Knowledge>();
  private opening: Promise<void> | null = null;
  private source: OpenSource | null = null;
  private wanted: AskedKernel[] = [];
  private begun = false;
  /** Which Hub: answers of the one before come too late. */
  private turn = 0;
  private telling: NodeJS.Timeout | null = null;

  constructor(private readonly parts: Pick<EditorParts, 'hub' | 'machine' | 'readPins' | 'log'>) {
    const stop = parts.machine.onChange(() => {
      this.tell();
    });
    this.subscriptions = [
      new vscode.Disposable(stop),
      parts.hub.onDidChange(() => {
        this.close();
        if (this.begun) void this.begin();
        this.tell();
      }),
    ];
  }

  /** Opens the catalogue, and looks at this machine; the first call does, and others wait for it. Never rejects. */
  begin(): Promise<void> {
    if (!this.begun) {
      this.begun = true;
      this.watchPins();
      void this.parts.machine.refresh({ force: false }, this.gone.signal);
    }
    this.opening ??= this.open();
    return this.opening;
  }

  /** As things stand now, for code of a folder. */
  of(document: vscode.Uri): Knowledge {
    const folder = vscode.workspace.getWorkspaceFolder(document);
    const key = folder?.uri.toString() ?? '';
    const before = this.known.get(key);
    if (before !== undefined) return before;
    if (this.source === null) return NO_KNOWLEDGE;
    const { hub, asker } = this.source;
    const knowledge = kernelKnowledge({
      catalogue: hub.catalogue,
      system: this.parts.machine.state.system,
      pins: folder === undefined ? NO_PINS : this.pinsOf(folder),
      isMissing: (id) => asker.isMissing(id),
    });
    this.known.set(key, knowledge);
    return knowledge;
  }

  /** Asks the Hub for what is not known of these, in the background. */
  ask(kernels: readonly AskedKernel[]): void {
    if (this.source === null) this.wanted.push(...kernels);
    else this.source.asker.ask(kernels);
  }

  /** Whether the Hub may still say more of a kernel. */
  isOpen(kernel: AskedKernel): boolean {
    return this.source === null || this.source.asker.isOpen(kernel);
  }

  /** Of a kernel whose version is not in the list; null: it has none, or the Hub gives no answer in time. */
  async newestVersion(id: string): Promise<number | null> {
    const catalogue = this.source?.hub.catalogue;
    const signal = AbortSignal.any([this.gone.signal, AbortSignal.timeout(NEWEST_MS)]);
    const details = await catalogue?.details(id, null, signal).catch(() => null);
    return details?.value.version?.version ?? null;
  }

  /** Whether there is a Python with torch, for which kernels can be judged. */
  get hasTorch(): boolean {
    const { python } = this.parts.machine.state.system;
    return 'system' in python && python.system.torch !== null;
  }

  /** Whether kernels.lock of a document's folder has a kernel, as it is on disk now. Rejects where it cannot be read. */
  async isLocked(document: vscode.Uri, { id, version }: AskedKernel): Promise<boolean> {
    const folder = vscode.workspace.getWorkspaceFolder(document);
    if (folder === undefined) return false;
    return projectPins(await this.parts.readPins(folder)).commit(id, version) !== null;
  }

  /** Of the Python that is meant; null: none, or it has not been looked at. */
  get kernelsVersion(): string | null {
    const { python } = this.parts.machine.state.system;
    return 'system' in python ? python.system.kernelsVersion : null;
  }

  /** The catalogue, asked for anew where it is only what ships: for lists of all kernels. */
  async freshen(): Promise<void> {
    await this.begin();
    const catalogue = this.source?.hub.catalogue;
    if (catalogue === undefined || this.source?.hub.settings.offline === true) return;
    if (catalogue.state.source !== 'live' && !catalogue.state.loading && catalogue.state.problem === null) {
      await catalogue.refresh(this.gone.signal);
    }
  }

  dispose(): void {
    this.gone.abort();
    this.close();
    if (this.telling !== null) clearTimeout(this.telling);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private async open(): Promise<void> {
    const { turn } = this;
    try {
      const hub = await this.parts.hub.open();
      if (this.gone.signal.aborted || turn !== this.turn) return;
      const { catalogue } = hub;
      const tell = (): void => {
        this.tell();
      };
      const asker = new DetailAsker({ catalogue, offline: hub.settings.offline, onAnswer: tell });
      this.source = { hub, asker, stop: catalogue.onChange(tell) };
      asker.ask(this.wanted);
      this.wanted = [];
      this.tell();
    } catch (error) {
      if (turn === this.turn) this.opening = null;
      this.parts.log.error(error instanceof Error ? error.message : String(error));
    }
  }

  private close(): void {
    this.turn += 1;
    this.source?.asker.dispose();
    this.source?.stop();
    this.source = null;
    this.opening = null;
    this.known.clear();
  }

  private tell(): void {
    this.known.clear();
    this.telling ??= setTimeout(() => {
      this.telling = null;
      this.changed.fire(undefined);
    }, TOGETHER_MS);
  }

  private watchPins(): void {
    const watcher = vscode.workspace.createFileSystemWatcher(`**/{${Object.values(PIN_FILES).join(',')}}`);
    const forget = (uri: vscode.Uri): void => {
      this.pins.delete(vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() ?? '');
      this.tell();
    };
    this.subscriptions.push(
      watcher,
      watcher.onDidChange(forget),
      watcher.onDidCreate(forget),
      watcher.onDidDelete(forget),
    );
  }

  /** None until they have been read; that is told. */
  private pinsOf(folder: vscode.WorkspaceFolder): ProjectPins {
    const key = folder.uri.toString();
    const before = this.pins.get(key);
    if (before !== undefined) return before;
    this.pins.set(key, NO_PINS);
    this.parts
      .readPins(folder)
      .then((texts) => {
        this.pins.set(key, projectPins(texts));
        this.tell();
      })
      .catch((error: unknown) => {
        // The Pinned view shows what is wrong with it.
        this.parts.log.warn(error instanceof Error ? error.message : String(error));
      });
    return NO_PINS;
  }
}
