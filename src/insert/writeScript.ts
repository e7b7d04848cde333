// Writes a load of a WebGPU kernel into a script.
import { countErrors } from '../code/brokenCode';
import { withEdits } from '../code/textEdits';
import { parseWhole } from '../code/parseSource';
import type { KernelUse } from '../code/kernelUse';
import type { ParsedSource } from '../code/parsedSource';
import { readScriptScopes, spelledNames } from '../code/scriptScopes';
import { scriptUses } from '../code/scriptUses';
import { touches } from '../code/cursorTypes';
import type { TextEdit } from '../code/span';
import { kernelIdProblem } from '../kernels/kernelId';
import type { Written } from './insertTypes';
import { loaderAccess, loaderStatement, type LoaderAccess } from './scriptImports';
import { moduleKind } from './scriptModule';
import { scriptPlace } from './scriptPlace';
import { readScriptStyle, type ScriptStyle } from './scriptStyle';
import { scriptVariable } from './scriptVariable';

export interface ScriptLoadOptions {
  /** The outputs of the call stay on the GPU. */
  readonly gpuTensor: boolean;
  /** Names of the kernel's inputs, for a call with placeholders; empty: not known, and none is written. */
  readonly inputs: readonly string[];
  /** The person has agreed to run kernels of this publisher. */
  readonly trustRemoteCode?: boolean;
}

export interface ScriptKernel {
  /** `org/name`. */
  readonly id: string;
  /** N of `vN`; null: it has none, and its `main` is loaded. */
  readonly version: number | null;
}

/** The publisher whose kernels the library loads without being told to trust it. */
const OFFICIAL = 'webgpu-kernels/';

/**
 * Writes `const gelu = await getKernel('org/name', { version: 1 })` next to a place, with the import, and a call of it;
 * within an id that is there, only the id and its version. Refuses where `await` cannot stand, and where what was written would not be read back as meant.
 */
export function writeScriptLoad(
  source: ParsedSource,
  offset: number,
  kernel: ScriptKernel,
  options: ScriptLoadOptions,
): Written {
  const problem = kernelIdProblem(kernel.id);
  if (problem !== null) return { refused: problem };
  if (source.language === 'python')
    return { refused: 'A WebGPU kernel is loaded from JavaScript or TypeScript, not from Python.' };
  const use = scriptUses(source).find(({ id }) => id?.inner && touches(id.inner, offset));
  if (use !== undefined) return replaceId(source, use, kernel);
  const style = readScriptStyle(source);
  const scopes = readScriptScopes(source);
  const taken = spelledNames(source);
  const commonjs = moduleKind(source, scopes) === 'commonjs';
  const brought = commonjs ? loaderStatement(taken, style) : null;
  const access: LoaderAccess = brought === null ? loaderAccess(source, scopes, style) : { ...brought, edit: null };
  const cursor = Math.min(Math.max(offset, 0), source.text.length);
  const place = scriptPlace(source, cursor, access.edit?.span.from ?? 0, style);
  if ('refused' in place) return place;
  if (commonjs && place.top) {
    return {
      refused:
        'This file is a CommonJS module, in which await stands in async functions only. Put the cursor into one, or make the file a module.',
    };
  }
  const variable = scriptVariable(kernel.id, taken);
  const lines = [
    ...(brought === null ? [] : [brought.statement]),
    `const ${variable} = await ${access.callee}(${callArguments(kernel, options, style)})${style.end}`,
    ...example(source, variable, options, style, taken),
  ];
  const follows = /^\s*[([`+\-/]/.test(source.text.slice(place.span.to));
  const body = lines.map((line, i) => (i === 0 ? line : place.indentation + line)).join(style.lineEnd);
  const ended = follows && style.end === '' ? `${body};` : body;
  const load: TextEdit = { span: place.span, text: place.before + ended + place.after };
  const edits = together(source.text, access.edit, load, style);
  return isReadBack(source, edits, kernel, variable)
    ? { edits, pin: null, notes: notesOf(kernel.id, options) }
    : {
        refused:
          'The kernel could not be written here without changing what stands around it. Put the cursor on an empty line.',
      };
}

/** A version that stands there goes with the kernel it was for. */
function replaceId(source: ParsedSource, { id, version, revision }: KernelUse, kernel: ScriptKernel): Written {
  const inner = id?.inner ?? null;
  if (inner === null) return { refused: 'The kernel is not named here as a plain text: change it where it is named.' };
  const edits: TextEdit[] = [{ span: inner, text: kernel.id }];
  const notes: string[] = [];
  const literal = version === null ? '' : source.text.slice(version.value.span.from, version.value.span.to);
  if (kernel.version !== null && revision === null && /^[0-9]+$/.test(literal) && version !== null) {
    edits.push({ span: version.value.span, text: kernel.version.toString() });
  } else if (version !== null || revision !== null) {
    notes.push('The version or revision beside it is still that of the kernel before.');
  }
  return { edits: edits.toSorted((a, b) => a.span.from - b.span.from), pin: null, notes };
}

function callArguments(
  { id, version }: ScriptKernel,
  { trustRemoteCode = false }: ScriptLoadOptions,
  { quote, brace }: ScriptStyle,
): string {
  const chosen = version === null ? `revision: ${quote}main${quote}` : `version: ${version}`;
  const trust = trustRemoteCode && !id.startsWith(OFFICIAL) ? ', trustRemoteCode: true' : '';
  return `${quote}${id}${quote}, {${brace}${chosen}${trust}${brace}}`;
}

/** A call with placeholders, or where the inputs are not known a function that leaves its outputs on the GPU. */
function example(
  { language }: ParsedSource,
  variable: string,
  { gpuTensor, inputs }: ScriptLoadOptions,
  { quote, brace, indent, end }: ScriptStyle,
  taken: ReadonlySet<string>,
): readonly string[] {
  const gpu = gpuTensor ? `, {${brace}output: ${quote}gpu${quote}${brace}}` : '';
  if (inputs.length === 0) {
    if (!gpuTensor) return [];
    const typed = language === 'jsx' ? 'inputs' : `inputs: Parameters<typeof ${variable}>[0]`;
    return [`const ${free(`${variable}OnGpu`, taken)} = (${typed}) => ${variable}(inputs${gpu})${end}`];
  }
  const tensors = inputs.map(
    (name) => `${indent}${key(name, quote)}: {${brace}data: new Float32Array(4), shape: [2, 2]${brace}},`,
  );
  return [`const ${free(`${variable}Outputs`, taken)} = await ${variable}({`, ...tensors, `}${gpu})${end}`];
}

function free(name: string, taken: ReadonlySet<string>): string {
  let found = name;
  for (let number = 2; taken.has(found); number += 1) found = `${name}${number}`;
  return found;
}

/** A name of a port, which comes from the Hub, as the key of an object. */
function key(name: string, quote: string): string {
  if (/^[A-Za-z_]\w*$/.test(name) && name !== '__proto__') return name;
  const escaped = JSON.stringify(name).slice(1, -1).replaceAll('\\"', '"').replaceAll(quote, `\\${quote}`);
  const literal = `${quote}${escaped.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}${quote}`;
  return name === '__proto__' ? `[${literal}]` : literal;
}

/** The import first. Both at one place are one edit. */
function together(
  whole: string,
  added: TextEdit | null,
  load: TextEdit,
  { lineEnd }: ScriptStyle,
): readonly TextEdit[] {
  if (added === null) return [load];
  if (added.span.to < load.span.from) return [added, load];
  if (added.span.from > load.span.to) return [load, added];
  const span = { from: Math.min(added.span.from, load.span.from), to: Math.max(added.span.to, load.span.to) };
  const text = added.text.replace(/[\r\n]+$/, '') + lineEnd + lineEnd + load.text.replace(/^[\r\n]+/, '');
  return [{ span, text: span.to === whole.length ? text + lineEnd : text }];
}

/** Whether the file with the edits has the kernel as it was meant, and no mistake that it did not have. */
function isReadBack(
  source: ParsedSource,
  edits: readonly TextEdit[],
  { id, version }: ScriptKernel,
  variable: string,
): boolean {
  const text = withEdits(source.text, edits);
  if (text === null) return false;
  const written = parseWhole(text, source.language);
  if (countErrors(written.tree) > countErrors(source.tree)) return false;
  return scriptUses(written).some(
    (use) => use.keptAs?.name === variable && use.id?.value === id && (use.version?.value.value ?? null) === version,
  );
}

function notesOf(id: string, { gpuTensor, inputs, trustRemoteCode = false }: ScriptLoadOptions): readonly string[] {
  return [
    ...(inputs.length === 0 ? [] : ['The tensors are placeholders: put your data and its shape in their place.']),
    ...(gpuTensor ? ['The outputs stay on the GPU: call destroy() on each of them when you are done with it.'] : []),
    ...(id.startsWith(OFFICIAL) || trustRemoteCode
      ? []
      : ['The library loads kernels of other publishers than webgpu-kernels only with trustRemoteCode: true.']),
  ];
}
