// The three files in which a project pins kernels.

export const PYPROJECT = 'pyproject.toml';
export const LOCK_FILE = 'kernels.lock';
export const PIN_FILE = 'kernel-lens.pins.json';

/** Their texts; null: there is no such file. */
export interface PinTexts {
  readonly pyproject: string | null;
  readonly lock: string | null;
  readonly pins: string | null;
}

/** Their names. */
export const PIN_FILES: Readonly<Record<keyof PinTexts, string>> = {
  pyproject: PYPROJECT,
  lock: LOCK_FILE,
  pins: PIN_FILE,
};
