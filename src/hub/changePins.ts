// Changes to what a project has pinned, from the texts of its files to their new texts. Nothing is written here.
import { dependencyKey, lockFormOf, parseLockFile, serialiseLockFile } from '../kernels/lockFile';
import type { KernelDependency, KernelLock, LockFile } from '../kernels/lockFile';
import { readPinFile, removeFilePin, setFilePin } from '../kernels/pinFile';
import { lockedCommit } from '../kernels/pins';
import { PYPROJECT, type PinTexts } from '../kernels/pinTexts';
import { readPyprojectPins, removePyprojectPin, setPyprojectPin } from '../kernels/pyproject';
import { HubError } from './hubError';
import { commitOf, LockError, lockKernels, requireTrust, type LockTools } from './lockKernels';
import { lockKernelsOlder } from './lockKernelsOlder';

export type PinChange =
  /** Pins a kernel, or moves its pin to what the branch of the version has now. */
  | {
      readonly kind: 'pin';
      readonly id: string;
      readonly version: number;
      readonly language: 'python' | 'javascript';
    }
  | { readonly kind: 'unpin'; readonly id: string }
  /** Everything anew, as `kernels lock` does. */
  | { readonly kind: 'lock' };

export interface PinTools extends LockTools {
  /** The version of the installed `kernels` library, which decides the form of the lock file; null: none. */
  readonly library: string | null;
}

export interface ChangedPins {
  readonly texts: PinTexts;
  /** What a person should know, in sentences; null: nothing. */
  readonly note: string | null;
}

/**
 * Asks the Hub for what the change needs. Pins that the change does not name keep their commits.
 * @throws PinProblem for a file that cannot be read, LockError, UntrustedPublisher, HubError
 */
export async function changePins(
  texts: PinTexts,
  change: PinChange,
  tools: PinTools,
  signal: AbortSignal,
): Promise<ChangedPins> {
  // A file that cannot be read stops every change before anything is asked.
  const inProject = texts.pyproject === null ? [] : readPyprojectPins(texts.pyproject);
  const inFile = texts.pins === null ? [] : readPinFile(texts.pins);
  switch (change.kind) {
    case 'pin': {
      const { id, version, language } = change;
      const goesToFile = inFile.some((pin) => pin.id === id) || language === 'javascript';
      if (texts.pyproject === null || (goesToFile && !inProject.some((pin) => pin.id === id))) {
        const dependency = { id, version, revision: null };
        await requireTrust(tools, id, signal);
        const commit = await commitOf(tools.hub, dependency, signal);
        return { texts: { ...texts, pins: setFilePin(texts.pins, { id, version, commit }) }, note: null };
      }
      const pyproject = setPyprojectPin(texts.pyproject, id, version);
      return {
        texts: { ...texts, pyproject, lock: await locked({ ...texts, pyproject }, id, tools, signal) },
        note: null,
      };
    }
    case 'unpin': {
      const pins =
        texts.pins !== null && inFile.some((pin) => pin.id === change.id)
          ? removeFilePin(texts.pins, change.id)
          : texts.pins;
      if (texts.pyproject === null || !inProject.some((pin) => pin.id === change.id)) {
        return { texts: { ...texts, pins }, note: null };
      }
      const pyproject = removePyprojectPin(texts.pyproject, change.id);
      const left = { ...texts, pyproject, pins };
      if (texts.lock === null) return { texts: left, note: null };
      try {
        return { texts: { ...left, lock: await locked(left, null, tools, signal) }, note: null };
      } catch (error) {
        if (!isNoLock(error)) throw error;
        const note = `kernels.lock keeps what it had until the kernels are locked again: ${error.message}`;
        return { texts: left, note };
      }
    }
    case 'lock': {
      let { pins } = texts;
      for (const { id, version, commit: present } of inFile) {
        const commit = await commitOf(tools.hub, { id, version, revision: null }, signal);
        if (commit === present) continue;
        await requireTrust(tools, id, signal);
        pins = setFilePin(pins, { id, version, commit });
      }
      const lock =
        inProject.length === 0 ? texts.lock : await locked({ ...texts, lock: null }, null, tools, signal, texts);
      return { texts: { ...texts, lock, pins }, note: null };
    }
  }
}

/** Why kernels could not be locked though every file is in order. */
function isNoLock(error: unknown): error is Error {
  return error instanceof LockError || (error instanceof HubError && error.kind !== 'cancelled');
}

/**
 * The lock file for the pins of pyproject.toml.
 * @param fresh the kernel whose lock is made anew, with what only it stands on; null: only what is missing is.
 * @param present the texts whose lock file shows the form in use
 */
async function locked(
  texts: PinTexts,
  fresh: string | null,
  tools: PinTools,
  signal: AbortSignal,
  present: PinTexts = texts,
): Promise<string> {
  const pins = readPyprojectPins(texts.pyproject ?? '').map(({ id, version, written }) => {
    if (version !== null) return { id, version };
    throw new LockError(
      `${PYPROJECT} pins ${id} to ${JSON.stringify(written)}, and only a version such as 1 can be locked. Change it, then try again.`,
    );
  });
  const shown = present.lock === null ? null : parseLockFile(present.lock);
  const file = texts.lock === null ? null : shown;
  const form = lockFormOf(tools.library, shown?.form ?? null);
  const locks =
    form === 'older'
      ? { form, locks: await lockKernelsOlder(tools, pins, heldOlder(file, pins, fresh), signal) }
      : { form, locks: await currentLocks(tools, pins, file, fresh, signal) };
  const text = serialiseLockFile(locks);
  // A file that says the same in other bytes, such as with a line end at its end, stays.
  return present.lock !== null && shown !== null && serialiseLockFile(shown) === text ? present.lock : text;
}

type NumberedPin = Pick<KernelDependency, 'id'> & { readonly version: number };

async function currentLocks(
  tools: LockTools,
  pins: readonly NumberedPin[],
  file: LockFile | null,
  fresh: string | null,
  signal: AbortSignal,
): Promise<readonly KernelLock[]> {
  const wanted = pins.map(({ id, version }): KernelDependency => ({ id, version, revision: null }));
  const held = heldCurrent(file, pins).filter(({ dependency }) => dependency.id !== fresh);
  const others = wanted.filter(({ id }) => id !== fresh);
  const isHeld = ({ id, version }: KernelDependency): boolean =>
    held.some(({ dependency }) => dependency.id === id && dependency.version === version);
  // A kernel that is new here takes nothing from the others, so that nobody needs to look into them.
  const isNew = fresh !== null && file?.form === 'current' && held.length === file.locks.length && others.every(isHeld);
  const rest = isNew ? held : await lockKernels(tools, others, held, signal);
  const added = await lockKernels(
    tools,
    wanted.filter(({ id }) => id === fresh),
    rest,
    signal,
  );
  return [...new Map([...rest, ...added].map((lock) => [dependencyKey(lock.dependency), lock])).values()];
}

/** What a file locks, in the current form. */
function heldCurrent(file: LockFile | null, pins: readonly NumberedPin[]): readonly KernelLock[] {
  if (file === null) return [];
  if (file.form === 'current') return file.locks;
  return pins.flatMap(({ id, version }) => {
    const commit = lockedCommit(file, { id, version });
    return commit === null ? [] : [{ dependency: { id, version, revision: null }, commit }];
  });
}

/** What a file locks, in the older form. */
function heldOlder(
  file: LockFile | null,
  pins: readonly NumberedPin[],
  fresh: string | null,
): Parameters<typeof lockKernelsOlder>[2] {
  if (file === null) return [];
  if (file.form === 'older') return file.locks.filter(({ id }) => id !== fresh);
  return pins.flatMap(({ id, version }) => {
    const commit = lockedCommit(file, { id, version });
    return commit === null || id === fresh ? [] : [{ id, commit, variants: null }];
  });
}
