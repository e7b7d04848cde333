import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { LiveCatalogue } from '../hub/catalogue';
import type { HubSettings } from '../hub/hubSettings';
import type { Hub } from '../hub/hubTypes';
import { resolveVariants } from '../kernels/variantResolution';
import type { Machine } from '../machine/machineTypes';

const TOKEN_KEY = 'kernelLens.hubToken';

export interface OpenHub {
  readonly settings: HubSettings;
  readonly hub: Hub;
  readonly catalogue: LiveCatalogue;
}

export interface HubConnectionParts {
  readonly secrets: vscode.SecretStorage;
  /** media/catalogue.json. */
  readonly catalogueFile: string;
  /** Where answers of the Hub are kept. */
  readonly cacheFolder: string;
  readonly machine: Machine;
  readonly log: vscode.LogOutputChannel;
}

/** The Hub that the settings name, opened when it is first needed, and another one once they have changed. */
export class HubConnection implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  /** It is another Hub, or another person's view of it: nothing that was shown is good any more. */
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable;
  private opened: Promise<OpenHub> | null = null;

  constructor(private readonly parts: HubConnectionParts) {
    this.subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('kernelLens.hub')) this.reset();
      }),
      parts.secrets.onDidChange(({ key }) => {
        if (key === TOKEN_KEY) this.reset();
      }),
    );
  }

  /** The same one until `onDidChange`. Rejects where the catalogue that ships cannot be read. */
  open(): Promise<OpenHub> {
    this.opened ??= this.connect().catch((error: unknown) => {
      this.opened = null;
      throw error;
    });
    return this.opened;
  }

  /** Keeps a token in the secret store of the editor; empty: forgets it. */
  async setToken(token: string): Promise<void> {
    if (token === '') await this.parts.secrets.delete(TOKEN_KEY);
    else await this.parts.secrets.store(TOKEN_KEY, token);
  }

  /** Where the token that is used comes from; null: none is. */
  async tokenSource(): Promise<string | null> {
    return (await this.open()).settings.token?.source ?? null;
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.changed.dispose();
  }

  private reset(): void {
    this.opened = null;
    this.changed.fire(undefined);
  }

  private async connect(): Promise<OpenHub> {
    const { secrets, catalogueFile, cacheFolder, machine, log } = this.parts;
    const [{ hubSettings }, { createHub }, { createCatalogue }, { DiskCache }, { readBuiltInCatalogue }] =
      await Promise.all([
        import('../hub/hubSettings'),
        import('../hub/hubClient'),
        import('../hub/catalogue'),
        import('../hub/diskCache'),
        import('../hub/builtInCatalogue'),
      ]);
    const settings = hubSettings({
      endpoint: endpointSetting(),
      token: await secrets.get(TOKEN_KEY),
      env: process.env,
      home: homedir(),
    });
    if (settings.tokenProblem !== null) log.warn(settings.tokenProblem);
    const builtIn = readBuiltInCatalogue(await readFile(catalogueFile, 'utf8'));
    const onProblem = (message: string): void => {
      log.warn(message);
    };
    const cache = new DiskCache({ folder: cacheFolder, scope: settings.scope, onProblem });
    let catalogue: LiveCatalogue | null = null;
    const hub = createHub(settings, {
      // Looked up at each call: VS Code gives extensions a fetch that knows its proxy settings.
      fetch: (input, init) => fetch(input, init),
      answers: cache,
      onWait: (ms, why) => {
        catalogue?.waits(ms, why);
      },
    });
    catalogue = createCatalogue({
      hub,
      builtIn: builtIn.kernels,
      builtInAt: builtIn.at,
      cache,
      takenHere: (variants) => {
        const { python } = machine.state.system;
        return 'missing' in python ? null : resolveVariants(variants, python.system).chosen;
      },
    });
    return { settings, hub, catalogue };
  }
}

function endpointSetting(): string {
  const value = vscode.workspace.getConfiguration('kernelLens').get<unknown>('hub.endpoint');
  return typeof value === 'string' ? value : '';
}
