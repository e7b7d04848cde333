// How each form brings a kernel into a module.
import type { KernelUse } from '../code/kernelUse';
import { readPythonNames } from '../code/pythonNames';
import { pythonUses } from '../code/pythonUses';
import type { Words } from './codeWords';
import type { Fallback } from './functionBody';
import { identifier } from './freeName';
import type { Form, WriteRequest } from './insertTypes';
import { loadCall, lockedCall, lockedLoader } from './loadCall';
import type { ModuleBlocks } from './moduleBlocks';
import { planImports } from './pythonImports';
import { pythonString, type PythonStyle } from './pythonStyle';

export type LoadedForm = Extract<Form, 'module' | 'fallback' | 'switch' | 'locked'>;

export interface LoadedKernel extends Fallback {
  /** The name of the module that the kernel is; in the plain form the call that loads it. */
  readonly kernel: string;
  readonly notes: readonly string[];
}

/** What a helper calls its own values: a kernel of such a name would be hidden by them. */
const TAKEN = new Set(
  'x gate up q k v weight bias eps shape mask dropout causal scale gqa cos sin scales dtype input dense out rows packed'.split(
    ' ',
  ),
);

/** What the module needs for it goes into `blocks`; the plain form needs nothing there. */
export function bringKernel(
  form: LoadedForm | 'plain',
  request: WriteRequest,
  blocks: ModuleBlocks,
  words: Words,
  style: PythonStyle,
): LoadedKernel {
  const own = identifier(request.offer.id.split('/')[1] ?? 'kernel').toLowerCase();
  const wanted = TAKEN.has(own) ? `${own}_kernel` : own;
  switch (form) {
    case 'plain':
      return always(load(request, words, style), []);
    case 'module':
      return always(
        keptKernel(request) ?? blocks.define(wanted, (name) => [`${name} = ${load(request, words, style)}`]),
        [],
      );
    case 'locked':
      return locked(wanted, request, blocks, words, style);
    case 'fallback':
      return guarded(wanted, request, blocks, words, style);
    case 'switch':
      return switched(wanted, request, blocks, words, style);
  }
}

function always(kernel: string, notes: readonly string[]): LoadedKernel {
  return { kernel, unless: [], onError: null, notes };
}

function load({ offer, library }: WriteRequest, words: Words, style: PythonStyle): string {
  return loadCall(words('kernels', 'get_kernel'), offer, library, style);
}

/** The name that the module has this kernel by already, at the version that is wanted. */
function keptKernel({ source, site, offer }: WriteRequest): string | null {
  const isSame = ({ loader, id, version, revision, call }: KernelUse): boolean =>
    loader === 'get_kernel' &&
    id?.value === offer.id &&
    (offer.version === null ? revision?.value.value === 'main' : version?.value.value === offer.version) &&
    call.span.to <= site.span.from &&
    isOfModule(call.span.from);
  const isOfModule = (at: number): boolean => {
    const statement = source.tree.resolveInner(at, 1);
    for (let node = statement.parent; node !== null; node = node.parent) {
      if (node.name === 'AssignStatement') return node.parent?.name === 'Script';
    }
    return false;
  };
  const found = pythonUses(source, readPythonNames(source)).find((use) => use.keptAs !== null && isSame(use));
  return found?.keptAs?.name ?? null;
}

function locked(
  wanted: string,
  request: WriteRequest,
  blocks: ModuleBlocks,
  words: Words,
  style: PythonStyle,
): LoadedKernel {
  const { offer, library } = request;
  const loader = lockedLoader(library);
  const path = words('pathlib', 'Path');
  const [lock, file] = [pythonString('kernels.lock', style), pythonString('__file__', style)];
  const lockFile = blocks.define('KERNELS_LOCK', (name) => [
    `${name} = next(`,
    `${style.indent}(path for folder in ${path}(globals().get(${file}, ${lock})).resolve().parents if (path := folder / ${lock}).is_file()),`,
    `${style.indent}${path}(${lock}),`,
    ')',
  ]);
  const call = lockedCall(words('kernels', loader), offer.id, lockFile, library, style);
  const kernel = blocks.define(wanted, (name) => [`${name} = ${call}`]);
  const notes = [
    'Run `kernels lock .` once the pin is in pyproject.toml: the code looks for kernels.lock in its own folder and those above.',
  ];
  if (loader === 'load_kernel') notes.push('`load_kernel` downloads nothing: run `kernels download .` first.');
  return always(kernel, notes);
}

function guarded(
  wanted: string,
  request: WriteRequest,
  blocks: ModuleBlocks,
  words: Words,
  style: PythonStyle,
): LoadedKernel {
  const { source, site, offer, library } = request;
  const { indent } = style;
  const cache = words('functools');
  const logging = words('logging');
  const say = blocks.define('warn_once', (name) => [
    `@${cache}.cache`,
    `def ${name}(kernel):`,
    `${indent}"""Says once, with the error, that PyTorch computes in a kernel's place."""`,
    `${indent}${logging}.getLogger(__name__).warning(${pythonString('%s is not used: PyTorch computes in its place.', style)}, kernel, exc_info=True)`,
  ]);
  const id = pythonString(offer.id, style);
  const attempt = (name: string, word: string, lines: readonly string[]): readonly string[] => [
    'try:',
    ...lines,
    `${indent}${name} = ${loadCall(word, offer, library, style)}`,
    'except Exception:',
    `${indent}${name} = None`,
    `${indent}${say}(${id})`,
  ];
  // Without the library the code still runs, so what the file does not import yet is imported in here.
  const plan = planImports(
    source,
    [{ module: 'kernels', name: 'get_kernel' }],
    site.span.from,
    undefined,
    'at the top',
  );
  const [word = 'get_kernel'] = plan.words;
  const [line = 'from kernels import get_kernel'] = plan.lines;
  const isImported = plan.lines.length === 0 && plan.merged.length === 0;
  const own = (name: string): readonly string[] =>
    attempt(name, 'get_kernel', [`${indent}from kernels import get_kernel`, '']);
  const kernel = blocks.has(own(wanted))
    ? wanted
    : blocks.define(wanted, (name) => attempt(name, word, isImported ? [] : [indent + line, '']));
  return { kernel, unless: [`${kernel} is None`], onError: `${say}(${id})`, notes: [] };
}

function switched(
  wanted: string,
  request: WriteRequest,
  blocks: ModuleBlocks,
  words: Words,
  style: PythonStyle,
): LoadedKernel {
  const { indent } = style;
  const [os, random] = [words('os'), words('random')];
  const variable = `USE_${wanted.toUpperCase()}${wanted.endsWith('kernel') ? '' : '_KERNEL'}`;
  const share = blocks.define('kernel_share', (name) => [
    `def ${name}(variable):`,
    `${indent}"""The share of calls that a kernel computes, of an environment variable: 0 none, 1 all, which is the default."""`,
    `${indent}text = ${os}.environ.get(variable, ${pythonString('1', style)})`,
    `${indent}try:`,
    `${indent}${indent}share = float(text)`,
    `${indent}except ValueError:`,
    `${indent}${indent}share = -1.0`,
    `${indent}if not 0 <= share <= 1:`,
    `${indent}${indent}raise ValueError(f${style.quote}{variable} is {text!r}: set it to 0 (off), 1 (on) or a share between them.${style.quote})`,
    `${indent}return share`,
  ]);
  const setting = blocks.define(variable, (name) => [`${name} = ${share}(${pythonString(variable, style)})`]);
  // Its own, so that the numbers the code draws with a seed stay as they are.
  const draw = blocks.define('kernel_draw', (name) => [`${name} = ${random}.Random()`]);
  const kernel = blocks.define(wanted, (name) => [
    `${name} = ${load(request, words, style)} if ${setting} > 0 else None`,
  ]);
  return {
    kernel,
    unless: [`${kernel} is None`, `${draw}.random() >= ${setting}`],
    onError: null,
    notes: [`${variable}=0 turns the kernel off, 0.1 lets it compute one call in ten.`],
  };
}
