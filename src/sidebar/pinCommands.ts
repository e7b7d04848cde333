// Commands of the Pinned view: kernelLens.pinKernel, kernelLens.unpinKernel, kernelLens.updatePin, kernelLens.lockPins.
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { ChangedPins, PinChange } from '../hub/changePins';
import { HubError } from '../hub/hubError';
import type { Hub } from '../hub/hubTypes';
import type { UntrustedPublisher } from '../hub/lockKernels';
import type { KernelSummary } from '../kernels/kernelSummary';
import type { Pin } from '../kernels/pins';
import { shownText } from '../kernels/shownText';
import type { Machine } from '../machine/machineTypes';
import type { CommandTable } from './commandTable';
import { kernelTarget } from './kernelTarget';
import { openPinFiles, pinFolder, writePinFiles, type PinSnapshot } from './pinFiles';
import type { PinnedView } from './pinnedView';
import { pinnedVersion, shortCommit } from './pinRows';
import { pickUpdate } from './pinUpdate';

export interface PinCommandParts {
  /** The Hub that the settings name, and what is known of its kernels. */
  readonly open: () => Promise<{
    readonly hub: Hub;
    readonly catalogue: { readonly state: { readonly kernels: readonly KernelSummary[] } };
  }>;
  readonly machine: Machine;
  readonly view: Pick<PinnedView, 'refresh'>;
}

/** A row of the Kernels view stands for the newest version, whatever the list says that it is. */
const KernelRowSchema = v.object({ kind: v.literal('kernel') });
/** A row of the Pinned view. */
const PinRowSchema = v.object({
  id: v.optional(v.string()),
  folder: v.object({ uri: v.custom<vscode.Uri>((value) => value instanceof vscode.Uri) }),
});

/** The commands that pin kernels. Each changes files of the workspace by one edit, which is saved and can be undone. */
export function pinCommands(parts: PinCommandParts): CommandTable {
  return {
    'kernelLens.pinKernel': (argument) => pinKernel(parts, argument),
    'kernelLens.unpinKernel': (argument) => unpinKernel(parts, argument),
    'kernelLens.updatePin': (argument) => updatePin(parts, argument),
    'kernelLens.lockPins': (argument) => lockPins(parts, argument),
  };
}

async function pinKernel(parts: PinCommandParts, argument: unknown): Promise<void> {
  const { hub, catalogue } = await parts.open();
  const { kernels } = catalogue.state;
  const target = await kernelTarget(argument, kernels, 'Pin Kernel');
  if (target === null) return;
  const folder = await pinFolder(null, `Which folder is ${target.id} pinned in?`);
  if (folder === null) return;
  const snapshot = await openPinFiles(folder);
  const isNewest = argument === undefined || argument === null || v.is(KernelRowSchema, argument);
  const wanted = isNewest ? null : target.version;
  const changed = await withProgress(`Pinning ${target.id}`, async (signal) => {
    const version = wanted ?? (await newestVersion(hub, target.id, signal));
    const listed = kernels.find(({ id }) => id === target.id) ?? (await hub.kernel(target.id, signal));
    return change(parts, snapshot, { kind: 'pin', id: target.id, version, language: listed.language }, signal);
  });
  await finish(parts, snapshot, changed, (files, after) => {
    const pin = after.find(({ id }) => id === target.id);
    const what = `${target.id} ${pin === undefined ? '' : pinnedVersion(pin)}`.trim();
    return files.length === 0 ? `${what} is pinned already.` : `Pinned ${what} in ${files.join(' and ')}.`;
  });
}

async function unpinKernel(parts: PinCommandParts, argument: unknown): Promise<void> {
  const chosen = await choosePin(argument, 'Unpin Kernel');
  if (chosen === null) return;
  const { snapshot, pin } = chosen;
  const changed = await withProgress(`Unpinning ${shownText(pin.id)}`, (signal) => {
    return change(parts, snapshot, { kind: 'unpin', id: pin.id }, signal);
  });
  await finish(parts, snapshot, changed, (files) => `Unpinned ${shownText(pin.id)} in ${files.join(' and ')}.`);
}

async function updatePin(parts: PinCommandParts, argument: unknown): Promise<void> {
  const chosen = await choosePin(argument, 'Update Pin');
  if (chosen === null) return;
  const { snapshot, pin } = chosen;
  const { hub } = await parts.open();
  const version = await pickUpdate(hub, pin, parts.machine, withProgress);
  if (version === null) return;
  // What stands in pyproject.toml is for Python, and what stands elsewhere stays there.
  const language = pin.place === 'pyproject' ? 'python' : 'javascript';
  const changed = await withProgress(`Updating ${shownText(pin.id)}`, (signal) => {
    return change(parts, snapshot, { kind: 'pin', id: pin.id, version, language }, signal);
  });
  await finish(parts, snapshot, changed, (files, after) => {
    const now = after.find(({ id, place }) => id === pin.id && place === pin.place) ?? pin;
    return files.length === 0
      ? `${shownText(pin.id)} is at ${pinnedVersion(now)} already.`
      : `Updated ${shownText(pin.id)} from ${pinnedVersion(pin)} to ${pinnedVersion(now)}.`;
  });
}

async function lockPins(parts: PinCommandParts, argument: unknown): Promise<void> {
  const row = v.safeParse(PinRowSchema, argument);
  const folder = await pinFolder(
    row.success ? row.output.folder.uri.toString() : null,
    'Lock the pins of which folder?',
  );
  if (folder === null) return;
  const snapshot = await openPinFiles(folder);
  const before = await pinsOf(snapshot);
  if (before.length === 0) throw new Error(`Nothing is pinned in ${folder.name}. Pin a kernel first.`);
  const changed = await withProgress('Locking the pinned kernels', (signal) => {
    return change(parts, snapshot, { kind: 'lock' }, signal);
  });
  await finish(parts, snapshot, changed, (_, after) => {
    const moved = after.filter(({ id, place, commit }) => {
      return before.some((one) => one.id === id && one.place === place && one.commit !== commit);
    });
    const list = moved.map(({ id, commit }) => `${shownText(id)} @ ${shortCommit(commit ?? '')}`).join(', ');
    return moved.length === 0 ? 'Every pin was current.' : `Locked anew: ${list}.`;
  });
}

/** The pin that a command is for: that of the row, or else one that the person picks. Null when the person left. */
async function choosePin(
  argument: unknown,
  title: string,
): Promise<{ readonly snapshot: PinSnapshot; readonly pin: Pin } | null> {
  const row = v.safeParse(PinRowSchema, argument);
  const named = row.success ? row.output.folder.uri.toString() : null;
  const folder = await pinFolder(named, `${title}: in which folder?`);
  if (folder === null) return null;
  const snapshot = await openPinFiles(folder);
  const pins = await pinsOf(snapshot);
  const id = row.success ? row.output.id : v.is(v.object({ id: v.string() }), argument) ? argument.id : undefined;
  if (id !== undefined) {
    const pin = pins.find((one) => one.id === id);
    if (pin === undefined) throw new Error(`${id} is not pinned in ${folder.name}.`);
    return { snapshot, pin };
  }
  if (pins.length === 0) throw new Error(`Nothing is pinned in ${folder.name}. Pin a kernel first.`);
  const items = pins.map((pin) => ({
    label: shownText(pin.id).replaceAll('$(', '('),
    description: pinnedVersion(pin),
    pin,
  }));
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder: 'Which pin?' });
  return picked === undefined ? null : { snapshot, pin: picked.pin };
}

async function pinsOf({ texts }: Pick<PinSnapshot, 'texts'>): Promise<readonly Pin[]> {
  const { readPins } = await import('../kernels/pins');
  const { pins, problems } = readPins(texts);
  const [problem] = problems;
  if (problem !== undefined) throw problem;
  return pins;
}

async function newestVersion(hub: Hub, id: string, signal: AbortSignal): Promise<number> {
  const newest = (await hub.versions(id, signal)).at(-1);
  if (newest !== undefined) return newest.version;
  throw new Error(`${id} has no version: none of its branches is called vN. Only versions can be pinned.`);
}

async function change(
  { open, machine }: PinCommandParts,
  { texts }: PinSnapshot,
  wanted: PinChange,
  signal: AbortSignal,
): Promise<ChangedPins> {
  const { changePins } = await import('../hub/changePins');
  const { hub } = await open();
  // The form of the lock file is that of the library that is installed.
  await machine.refresh({ force: false }, signal);
  const { python } = machine.state.system;
  const library = 'system' in python ? python.system.kernelsVersion : null;
  return changePins(texts, wanted, { hub, library, allow: askAboutPublisher }, signal);
}

async function askAboutPublisher({ id, message }: UntrustedPublisher): Promise<boolean> {
  const detail =
    `${message}\n\nA kernel is code that runs with your rights. Pinning runs nothing: it writes down the commit ` +
    'that the Hub has now. The kernels library will ask for trust_remote_code when it loads the kernel.';
  const answer = await vscode.window.showWarningMessage(
    `Pin ${shownText(id)}, although the Hub does not vouch for its publisher?`,
    { modal: true, detail },
    'Pin Anyway',
  );
  if (answer === 'Pin Anyway') return true;
  throw new HubError('cancelled', `${shownText(id)} was not pinned.`);
}

async function finish(
  { view }: PinCommandParts,
  { folder, texts }: PinSnapshot,
  { texts: next, note }: ChangedPins,
  sentence: (files: readonly string[], pins: readonly Pin[]) => string,
): Promise<void> {
  const files = await writePinFiles({ folder, texts }, next);
  view.refresh();
  const text = sentence(files, await pinsOf({ texts: next }));
  // What is shown waits for the person; the command has ended.
  if (note === null) void vscode.window.showInformationMessage(text);
  else void vscode.window.showWarningMessage(`${text} ${note}`);
}

/** Shows that the Hub is being asked; the person can call it off. */
async function withProgress<T>(title: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (_, token) => {
    const control = new AbortController();
    const subscription = token.onCancellationRequested(() => {
      control.abort();
    });
    try {
      return await run(control.signal);
    } finally {
      subscription.dispose();
    }
  });
}
