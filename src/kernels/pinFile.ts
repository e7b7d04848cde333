// kernel-lens.pins.json: pins of WebGPU kernels, and of Python kernels in projects without pyproject.toml. docs/pins.md describes it.
import * as v from 'valibot';
import { kernelIdProblem } from './kernelId';
import { parsePinJson, parsePinValue, PinProblem } from './pinProblem';
import { PIN_FILE } from './pinTexts';

const SCHEMA_ID = 'kernel-lens/pins';
const VERSION = 1;
const REMEDY = 'Restore the file, or delete it and pin again.';

/** One kernel of the file. */
export interface FilePin {
  /** `org/name`. */
  readonly id: string;
  readonly version: number;
  /** 40 or 64 hexadecimal digits. */
  readonly commit: string;
}

// Fields that are not known are kept: a later program may have written them.
const FileSchema = v.looseObject({
  schema: v.literal(SCHEMA_ID),
  version: v.literal(VERSION),
  kernels: v.array(
    v.looseObject({
      id: v.pipe(
        v.string(),
        v.check((id) => kernelIdProblem(id) === null, 'an id is not of the form org/name'),
      ),
      version: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
      commit: v.pipe(
        v.string(),
        v.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i, 'a commit is not 40 or 64 hexadecimal digits'),
        v.toLowerCase(),
      ),
    }),
  ),
});
type PinFile = v.InferOutput<typeof FileSchema>;

/**
 * The pins in the order of the file.
 * @throws PinProblem
 */
export function readPinFile(text: string): readonly FilePin[] {
  return parsePinFile(text).kernels.map(({ id, version, commit }) => ({ id, version, commit }));
}

/**
 * The text with the kernel pinned, in place of another pin of the same kernel.
 * @param text null: there is no file yet.
 * @throws PinProblem
 */
export function setFilePin(text: string | null, pin: FilePin): string {
  const file: PinFile = text === null ? { schema: SCHEMA_ID, version: VERSION, kernels: [] } : parsePinFile(text);
  const present = file.kernels.find(({ id }) => id === pin.id);
  if (text !== null && present?.version === pin.version && present.commit === pin.commit) return text;
  if (present === undefined) return serialise({ ...file, kernels: [...file.kernels, { ...pin }] });
  const changed = { ...present, ...pin };
  return serialise({ ...file, kernels: file.kernels.map((entry) => (entry === present ? changed : entry)) });
}

/**
 * The text without the pin.
 * @throws PinProblem
 */
export function removeFilePin(text: string, id: string): string {
  const file = parsePinFile(text);
  return serialise({ ...file, kernels: file.kernels.filter((entry) => entry.id !== id) });
}

function parsePinFile(text: string): PinFile {
  const value = parsePinJson(text, PIN_FILE, REMEDY);
  if (typeof value === 'object' && value !== null && 'version' in value) {
    const { version } = value;
    if (typeof version === 'number' && version > VERSION) {
      throw new PinProblem(
        PIN_FILE,
        `${PIN_FILE} is of version ${version}, and this Kernel Lens knows version ${VERSION}, so nothing in it was changed. Update Kernel Lens.`,
      );
    }
  }
  const file = parsePinValue(FileSchema, value, PIN_FILE, REMEDY);
  const twice = file.kernels.find((entry, index) => file.kernels.findIndex(({ id }) => id === entry.id) !== index);
  if (twice === undefined) return file;
  throw new PinProblem(
    PIN_FILE,
    `${PIN_FILE} pins ${twice.id} twice, so nothing in it was changed. Remove one of the two.`,
  );
}

function serialise(file: PinFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}
