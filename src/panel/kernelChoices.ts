import * as v from 'valibot';
import * as vscode from 'vscode';
import { formatShape } from '../profile/format';
import type { HubKernelRef, KernelRef } from '../profile/profileOptions';
import type { KernelChoice, RunChoice } from './protocol';
import { fittingChoice, type RunnableKernel } from './runOptions';

const CHOICE_KEY = 'kernelLens.choice';
const FOLDERS_KEY = 'kernelLens.folders';
const HUB_KEY = 'kernelLens.hubKernels';
const MOST_FOLDERS = 50;
const MOST_HUB_KERNELS = 50;

const UNTRUSTED =
  'This workspace is not trusted, so only bundled kernels run: others are code of strangers for the GPU driver. Trust the workspace to run them.';

/** Only what the picker shows. The worker reads the files whole, judges them and says what is wrong. */
const MetadataSchema = v.object({ name: v.string() });
const BenchSchema = v.object({
  cases: v.array(
    v.object({
      name: v.string(),
      description: v.optional(v.string(), ''),
      tags: v.optional(v.array(v.string()), []),
      inputs: v.optional(v.record(v.string(), v.object({ shape: v.optional(v.array(v.number()), []) })), {}),
    }),
  ),
});
const StoredChoiceSchema = v.object({
  kernels: v.array(v.string()),
  cases: v.nullable(v.record(v.string(), v.array(v.string()))),
  quick: v.boolean(),
});
const FoldersSchema = v.array(v.string());
const HubKernelsSchema = v.array(
  v.object({
    kind: v.literal('hub'),
    id: v.string(),
    version: v.nullable(v.number()),
    commit: v.string(),
    folder: v.string(),
  }),
);

/** The kernels that can be run here, and which of them are chosen. */
export class KernelChoices implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private found: readonly RunnableKernel[] = [];
  private chosen: RunChoice | null;
  private readonly trust: vscode.Disposable;

  constructor(
    private readonly bundledRoot: vscode.Uri,
    private readonly memory: vscode.Memento,
    private readonly quick: () => boolean,
  ) {
    const stored = v.safeParse(StoredChoiceSchema, memory.get(CHOICE_KEY));
    this.chosen = stored.success ? stored.output : null;
    this.trust = vscode.workspace.onDidGrantWorkspaceTrust(() => void this.refresh());
  }

  get kernels(): readonly RunnableKernel[] {
    return this.found;
  }

  /** What is chosen: every bundled kernel with the cases that suit the adapter, until the person chooses otherwise. */
  get choice(): RunChoice {
    return fittingChoice(this.chosen, this.found, this.quick());
  }

  async choose(choice: RunChoice): Promise<void> {
    this.chosen = choice;
    await this.memory.update(CHOICE_KEY, choice);
    this.changed.fire();
  }

  /** Remembers a kernel's folder for this workspace. @returns its key */
  async addFolder(folder: vscode.Uri): Promise<string> {
    const folders = this.addedFolders().filter((known) => known !== folder.toString());
    await this.memory.update(FOLDERS_KEY, [...folders, folder.toString()].slice(-MOST_FOLDERS));
    await this.refresh();
    return folder.toString();
  }

  /** Remembers a fetched kernel of the Hub for this workspace, in place of another version of it. @returns its key */
  async addHubKernel(kernel: HubKernelRef): Promise<string> {
    const others = this.fetchedKernels().filter(({ id }) => id !== kernel.id);
    await this.memory.update(HUB_KEY, [...others, kernel].slice(-MOST_HUB_KERNELS));
    await this.refresh();
    return hubKey(kernel);
  }

  /** Looks again for kernels: bundled, in the workspace's folders, added by hand, and fetched from the Hub. */
  async refresh(): Promise<void> {
    const bundled = await this.bundledKernels();
    const folders = new Map<string, vscode.Uri>();
    const manifests = await vscode.workspace.findFiles(
      '**/build/webgpu/manifest.json',
      '**/node_modules/**',
      MOST_FOLDERS,
    );
    for (const manifest of manifests) {
      const folder = vscode.Uri.joinPath(manifest, '..', '..', '..');
      if (!folder.path.startsWith(`${this.bundledRoot.path}/`)) folders.set(folder.toString(), folder);
    }
    for (const added of this.addedFolders()) folders.set(added, vscode.Uri.parse(added, true));
    const own = await Promise.all([...folders.values()].map((folder) => folderKernel(folder)));
    const fetched = await Promise.all(this.fetchedKernels().map((kernel) => hubKernel(kernel)));
    this.found = [...bundled, ...own, ...fetched].filter((kernel) => kernel !== null);
    this.changed.fire();
  }

  dispose(): void {
    this.trust.dispose();
    this.changed.dispose();
  }

  private addedFolders(): readonly string[] {
    const stored = v.safeParse(FoldersSchema, this.memory.get(FOLDERS_KEY));
    return stored.success ? stored.output : [];
  }

  private fetchedKernels(): readonly HubKernelRef[] {
    const stored = v.safeParse(HubKernelsSchema, this.memory.get(HUB_KEY));
    return stored.success ? stored.output : [];
  }

  private async bundledKernels(): Promise<RunnableKernel[]> {
    const entries = await vscode.workspace.fs.readDirectory(this.bundledRoot);
    const names = entries.filter(([, type]) => type === vscode.FileType.Directory).map(([name]) => name);
    return Promise.all(
      names.sort().map(async (id): Promise<RunnableKernel> => ({
        ref: { kind: 'bundled', id },
        id,
        choice: {
          key: `bundled:${id}`,
          label: shortName(id),
          detail: 'bundled',
          cases: await benchCases(vscode.Uri.joinPath(this.bundledRoot, id, 'build', 'webgpu')),
          problem: null,
        },
      })),
    );
  }
}

/** null when there is no kernel in the folder any more. */
async function folderKernel(folder: vscode.Uri): Promise<RunnableKernel | null> {
  const nested = vscode.Uri.joinPath(folder, 'build', 'webgpu');
  const place = (await exists(vscode.Uri.joinPath(nested, 'manifest.json'))) ? nested : folder;
  if (!(await exists(vscode.Uri.joinPath(place, 'manifest.json')))) return null;
  const metadata = v.safeParse(MetadataSchema, await readJson(vscode.Uri.joinPath(place, 'metadata.json')));
  const id = metadata.success ? metadata.output.name : null;
  const detail = vscode.workspace.asRelativePath(folder);
  const ref: KernelRef = { kind: 'folder', path: folder.fsPath };
  let problem: string | null = null;
  if (!vscode.workspace.isTrusted) problem = UNTRUSTED;
  else if (folder.scheme !== 'file')
    problem = 'A kernel runs from a folder on this machine. Copy it to one and add that.';
  return {
    ref,
    id,
    choice: {
      key: folder.toString(),
      label: id === null ? detail : shortName(id),
      detail,
      cases: await benchCases(place),
      problem,
    },
  };
}

/** null when it is no longer in the cache. */
async function hubKernel(ref: HubKernelRef): Promise<RunnableKernel | null> {
  const place = vscode.Uri.joinPath(vscode.Uri.file(ref.folder), 'build', 'webgpu');
  if (!(await exists(vscode.Uri.joinPath(place, 'manifest.json')))) return null;
  const version = ref.version === null ? ref.commit.slice(0, 12) : `v${ref.version}`;
  return {
    ref,
    id: ref.id,
    choice: {
      key: hubKey(ref),
      label: shortName(ref.id),
      detail: `${ref.id} ${version}`,
      cases: await benchCases(place),
      problem: vscode.workspace.isTrusted ? null : UNTRUSTED,
    },
  };
}

function hubKey({ id }: HubKernelRef): string {
  return `hub:${id}`;
}

async function benchCases(place: vscode.Uri): Promise<KernelChoice['cases']> {
  const bench = v.safeParse(BenchSchema, await readJson(vscode.Uri.joinPath(place, 'bench.json')));
  if (!bench.success) return [];
  // Entries of one name, for other dtypes, are one choice: a case is chosen by its name.
  const names = bench.output.cases.map(({ name }) => name);
  const named = bench.output.cases.filter(({ name }, index) => names.indexOf(name) === index);
  return named.map(({ name, tags, inputs, description }) => {
    const shapes = Object.values(inputs)
      .slice(0, 1)
      .map(({ shape }) => formatShape(shape));
    return { name, detail: [...shapes, ...tags, description].filter((part) => part !== '').join(' · ') };
  });
}

/** undefined when the file is not there or is not JSON. */
async function readJson(file: vscode.Uri): Promise<unknown> {
  try {
    return JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(file)));
  } catch {
    return undefined;
  }
}

async function exists(file: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(file);
    return true;
  } catch {
    return false;
  }
}

function shortName(id: string): string {
  return id.slice(id.lastIndexOf('.') + 1);
}
