// The Hub as the command line asks it.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { HubFlags } from './cliHubFlags';
import { environment, note, ROOT } from './cliEnvironment';
import { UsageError } from './cliValues';
import { readBuiltInCatalogue } from './hub/builtInCatalogue';
import { createCatalogue, type LiveCatalogue } from './hub/catalogue';
import { DiskCache, type AnswerCache } from './hub/diskCache';
import { createHub } from './hub/hubClient';
import { realClock } from './hub/hubClock';
import { HubGate } from './hub/hubGate';
import type { HubConnection } from './hub/hubRequests';
import { hubSettings, type HubSettings } from './hub/hubSettings';
import type { Hub } from './hub/hubTypes';

export interface CliHub {
  readonly settings: HubSettings;
  readonly connection: HubConnection;
  readonly hub: Hub;
  /** What the Hub said before. */
  readonly cache: AnswerCache;
}

/** A wait that is told each time, milliseconds. */
const LONG_WAIT_MS = 5000;

/** Asks nobody yet. Throws UsageError for an address that is none. */
export function openHub({ endpoint, offline }: HubFlags): CliHub {
  const env = offline ? { ...process.env, HF_HUB_OFFLINE: '1' } : process.env;
  const settings = hubSettings({ endpoint: endpoint ?? undefined, env, home: homedir() });
  if (endpoint !== null && settings.endpointProblem !== null)
    throw new UsageError(`--endpoint: ${settings.endpointProblem}`);
  if (settings.tokenProblem !== null) note(settings.tokenProblem);
  const said = new Set<string>();
  const onWait = (ms: number, why: string): void => {
    // Several requests may wait for the same thing; a short wait is not worth a line each time.
    if (said.has(why) && ms < LONG_WAIT_MS) return;
    said.add(why);
    note(`${why} Trying again in ${Math.max(1, Math.round(ms / 1000))} s.`);
  };
  // One gate for questions and files: a Hub that is too busy for the one is so for the other.
  const gate = new HubGate(realClock, onWait);
  const connection: HubConnection = { fetch: (input, init) => fetch(input, init), onWait, gate };
  const cache = new DiskCache({
    folder: path.join(environment().cacheFolder, 'hub'),
    scope: settings.scope,
    onProblem: note,
  });
  return { settings, connection, hub: createHub(settings, { ...connection, answers: cache }), cache };
}

/** The Hub, opened once, by whoever asks it first. What it returns throws UsageError. */
export function hubOpener(flags: HubFlags): () => CliHub {
  let opened: CliHub | null = null;
  return () => (opened ??= openHub(flags));
}

/** What ships, what was seen before, and what the Hub lists. `takenHere`: which of these builds the machine would take. */
export function openCatalogue(
  { hub, cache }: CliHub,
  takenHere: (variants: readonly string[]) => string | null,
): LiveCatalogue {
  const builtIn = readBuiltInCatalogue(readFileSync(path.join(ROOT, 'media', 'catalogue.json'), 'utf8'));
  return createCatalogue({ hub, builtIn: builtIn.kernels, builtInAt: builtIn.at, cache, takenHere });
}
