import { describe, expect, test } from 'vitest';
import { benchmarkClasses } from '../../src/code/benchmarkClasses';
import type { BenchmarkClass, CodeArgument, KernelUse } from '../../src/code/kernelUse';
import { parseWhole } from '../../src/code/parseSource';
import { readPythonNames } from '../../src/code/pythonNames';
import { pythonUses } from '../../src/code/pythonUses';
import type { Span } from '../../src/code/span';

function uses(text: string): readonly KernelUse[] {
  const source = parseWhole(text, 'python');
  return pythonUses(source, readPythonNames(source));
}

/** The only use of a text that begins with the import of everything. */
function only(code: string): { use: KernelUse; words: (span: Span | null | undefined) => string | null } {
  const text = `from kernels import *\n${code}`;
  const [use, other] = uses(text);
  if (use === undefined || other !== undefined) throw new Error(`There is not one use in ${code}`);
  return { use, words: (span) => (span ? text.slice(span.from, span.to) : null) };
}

function valueOf(argument: CodeArgument | null): unknown {
  return argument?.value.value;
}

describe('a call of a loader', () => {
  test.each<
    [string, Partial<Record<'loader' | 'id' | 'version' | 'revision' | 'trust' | 'lockfile' | 'layer', unknown>>]
  >([
    ['get_kernel("a/b", version=1)', { loader: 'get_kernel', id: 'a/b', version: 1 }],
    ['get_kernel(version=2, repo_id="a/b")', { id: 'a/b', version: 2 }],
    ['get_kernel("a/b", revision="main", trust_remote_code=True)', { id: 'a/b', revision: 'main', trust: true }],
    ['get_kernel(\n  "a/"  # the first\n  "b",\n)', { id: 'a/b' }],
    ['get_kernel()', { id: undefined }],
    ['get_kernel("a/b", version=)', { id: 'a/b', version: undefined }],
    ['has_kernel("a/b", version=3)', { loader: 'has_kernel', id: 'a/b', version: 3 }],
    ['get_kernel_variants("a/b", version=3)', { id: 'a/b', loader: 'get_kernel_variants', version: 3 }],
    ['install_kernel("a/b", version=3)', { id: 'a/b', loader: 'install_kernel', version: 3 }],
    ['load_kernel("a/b", lockfile="x")', { loader: 'load_kernel', id: 'a/b', lockfile: 'x' }],
    ['get_locked_kernel("a/b", lockfile=None)', { id: 'a/b', loader: 'get_locked_kernel', lockfile: null }],
    [
      'LayerRepository("a/b", layer_name="L", version=1)',
      { loader: 'LayerRepository', id: 'a/b', layer: 'L', version: 1 },
    ],
    ['LockedLayerRepository("a/b", layer_name="L", lockfile="x")', { id: 'a/b', layer: 'L', lockfile: 'x' }],
    ['FuncRepository("a/b", func_name="f", revision="v1")', { id: 'a/b', layer: 'f', revision: 'v1' }],
    ['LockedFuncRepository("a/b", func_name="f")', { id: 'a/b', loader: 'LockedFuncRepository', layer: 'f' }],
    ['replace_kernel_forward_from_hub(A, "RMSNorm")', { loader: 'replace_kernel_forward_from_hub', id: 'RMSNorm' }],
    ['replace_kernel_forward_from_hub(A, layer_name="RMSNorm")', { id: 'RMSNorm' }],
    [
      '@use_kernel_forward_from_hub("RMSNorm")\nclass A: pass',
      { loader: 'use_kernel_forward_from_hub', id: 'RMSNorm' },
    ],
    ['@use_kernel_func_from_hub(func_name="f")\ndef f(): pass', { loader: 'use_kernel_func_from_hub', id: 'f' }],
    ['N = "a/b"\nget_kernel(N, version=1)', { id: 'a/b', version: 1 }],
    ['def f(n): get_kernel(n, version=1)', { id: undefined, version: 1 }],
  ])('%s', (code, expected) => {
    const { use } = only(code);
    const { version, revision, trust, lockfile, layer } = use;
    const read = {
      loader: use.loader,
      id: use.id?.value,
      version: valueOf(version),
      revision: valueOf(revision),
      trust: valueOf(trust),
      lockfile: valueOf(lockfile),
      layer: valueOf(layer),
    };
    expect(read).toEqual({
      ...Object.fromEntries(Object.keys(read).map((key) => [key, undefined])),
      loader: use.loader,
      ...expected,
    });
  });

  test.each([
    ['get_kernel()', true],
    ['get_kernel(version=1)', true],
    ['get_kernel(*rest)', false],
    ['get_kernel(**rest)', false],
    ['get_kernel(name)', false],
  ])('%s gives no id: %s', (code, none) => {
    expect(only(code).use.id === null).toBe(none);
  });

  test('its places', () => {
    const { use, words } = only('k = get_kernel("a/b", version = 1, **rest)');
    expect(words(use.loaderSpan)).toBe('get_kernel');
    expect(words(use.call.span)).toBe('get_kernel("a/b", version = 1, **rest)');
    expect(words(use.call.callee)).toBe('get_kernel');
    expect(words(use.call.between)).toBe('"a/b", version = 1, **rest');
    expect(words(use.id?.inner)).toBe('a/b');
    expect(words(use.version?.span)).toBe('version = 1');
    expect(words(use.version?.nameSpan)).toBe('version');
    expect(words(use.call.arguments[2]?.span)).toBe('**rest');
    expect(use.call.arguments.map(({ spread }) => spread)).toEqual([null, null, 'map']);
  });

  test('its places behind characters of two units and Windows line ends', () => {
    const text = '# 😀\r\nimport kernels\r\nx = "😀"; k = kernels.get_kernel(\r\n\t"a/b")\r\nk.f()\r\n';
    const [use] = uses(text);
    expect(text.slice(use?.loaderSpan.from, use?.loaderSpan.to)).toBe('get_kernel');
    expect(text.slice(use?.id?.inner?.from, use?.id?.inner?.to)).toBe('a/b');
    expect(use?.members.map(({ span }) => text.slice(span.from, span.to))).toEqual(['f']);
  });

  test.each([
    ['get_kernel("kernels-community/act', 'kernels-community/act'],
    ['get_kernel("kernels-community/act\nprint(3)\n', 'kernels-community/act'],
    ['get_kernel("kernels-community/act\ny = 3\nz = "b"\n', 'kernels-community/act'],
    ["k = get_kernel('a/b\n\ndef f(x):\n    return x\n", 'a/b'],
    ['get_kernel("', ''],
    ['get_kernel("\nx = 1\n', ''],
    ['get_kernel("a/b", ver\nx = 1\n', 'a/b'],
  ])('half-typed: %j', (code, id) => {
    const { use, words } = only(code);
    expect(words(use.id?.inner)).toBe(id);
    expect(use.id?.value).toBe(id);
  });

  test.each([
    'from kernels import get_kernel\ndef f(get_kernel): get_kernel("a/b")',
    'from mine import get_kernel  # not of kernels\nget_kernel("a/b")',
    'from .kernels import get_kernel\nget_kernel("a/b")',
    'from kernels import get_kernel\nget_kernel',
    'from kernels import get_kernel\n"get_kernel(1)"  # get_kernel(2)',
    'from kernels import get_local_kernel\nget_local_kernel("a")',
    'import kernels\nkernels.get_kernel',
    'from kernels import use_kernel_forward_from_hub\n@use_kernel_forward_from_hub\nclass A: pass',
  ])('none in %j', (text) => {
    expect(uses(text)).toEqual([]);
  });
});

describe('what a kernel is kept under, and what is taken out of it', () => {
  test.each<[string, string | null, string[]]>([
    ['k = get_kernel("a/b")\nk.gelu(o, x)', 'k', ['gelu()']],
    ['k: object = get_kernel("a/b")\nk.gelu(o, x)', 'k', ['gelu()']],
    ['k = (get_kernel("a/b"))\ndef f(): return k.layers.RMSNorm(1)', 'k', ['layers.RMSNorm()']],
    ['k = get_kernel("a/b") if c else None\nk.f', 'k', ['f']],
    ['if (k := get_kernel("a/b")): k.f()', 'k', ['f()']],
    ['f(k := get_kernel("a/b"))\nk.f()', 'k', ['f()']],
    ['k = None\ntry:\n  k = get_kernel("a/b")\nexcept E: pass\nk.f()', 'k', ['f()']],
    ['k = None\ndef load():\n  global k\n  k = get_kernel("a/b")\nk.f()', 'k', ['f()']],
    ['get_kernel("a/b").gelu(o, x)', null, ['gelu()']],
    ['k = get_kernel("a/b")\ngelu = k.gelu\ngelu(o, x)', 'k', ['gelu', 'gelu()']],
    ['gelu = get_kernel("a/b").gelu\ngelu(o, x)', null, ['gelu', 'gelu()']],
    ['k = get_kernel("a/b")\nm = k\nm.f()', 'k', ['f()']],
    ['k = get_kernel("a/b")\nl = k.layers\nl.A()', 'k', ['layers', 'layers.A()']],
    ['k = get_kernel("a/b")\nk = other\nk.f()', 'k', []],
    ['a = b = get_kernel("a/b")\na.f()', null, []],
    ['a, b = get_kernel("a/b"), 1\na.f()', null, []],
    ['k = [get_kernel("a/b")]\nk.f()', null, []],
    ['k = get_kernel("a/b") or x\nk.f()', null, []],
    [
      'class A:\n  def __init__(self):\n    self.k = get_kernel("a/b")\n  def f(self, k): self.k.f(k.g)',
      'self.k',
      ['f()'],
    ],
    [
      'class A:\n  def i(self):\n    self.k = get_kernel("a/b")\n    self.k = 1\n  def f(self): self.k.f()',
      'self.k',
      [],
    ],
    [
      'class A:\n  def i(self):\n    self.k = None\n    self.k = get_kernel("a/b")\n  def f(self): self.k.f()',
      'self.k',
      ['f()'],
    ],
    ['class A:\n  def i(self): self.k = get_kernel("a/b")\nclass B:\n  def f(self): self.k.f()', 'self.k', []],
    ['class A:\n  k = get_kernel("a/b")\n  def f(self): self.k.f()', 'k', ['f()']],
    ['class A:\n  def i(self):\n    self.f = get_kernel("a/b").f\n  def g(self): self.f(1)', null, ['f', 'f()']],
    ['k = has_kernel("a/b")\nk.f()', null, []],
    ['k = get_kernel("a/b")\nk.', 'k', []],
    ['k = get_kernel("a/b")\nk = k\nk.f()', 'k', []],
  ])('%j', (code, name, members) => {
    const { use, words } = only(code);
    expect(use.keptAs?.name ?? null).toBe(name);
    expect(words(use.keptAs?.span)).toBe(name);
    expect(use.members.map((one) => [...one.path, one.name].join('.') + (one.call === null ? '' : '()'))).toEqual(
      members,
    );
  });

  test('the places of a member', () => {
    const { use, words } = only('k = get_kernel("a/b")\ny = k.layers.RMSNorm(x, eps=1)');
    const [member] = use.members;
    expect(words(member?.span)).toBe('RMSNorm');
    expect(words(member?.expression)).toBe('k.layers.RMSNorm');
    expect(member?.path).toEqual(['layers']);
    expect(words(member?.call?.between)).toBe('x, eps=1');
  });
});

describe('classes that `kernels benchmark` runs', () => {
  function found(text: string): readonly BenchmarkClass[] {
    const source = parseWhole(text, 'python');
    return benchmarkClasses(source, readPythonNames(source));
  }

  test.each<[string, [string, string[]][]]>([
    [
      'from kernels.benchmark import Benchmark\nclass A(Benchmark):\n  def benchmark_a(self): pass\n  def setup(self): pass\n  @x\n  def benchmark_b(self): pass',
      [['A', ['a', 'b']]],
    ],
    ['from kernels import Benchmark as B\nclass A(B): pass', [['A', []]]],
    ['import kernels\nclass A(kernels.benchmark.Benchmark, metaclass=M): pass', [['A', []]]],
    [
      'from kernels import Benchmark\nclass A(Benchmark):\n  def benchmark_a(self): pass\nclass C(A):\n  def benchmark_c(self): pass\n  def benchmark_a(self): pass',
      [
        ['A', ['a']],
        ['C', ['a', 'c']],
      ],
    ],
    ['from kernels import Benchmark\nclass A(metaclass=Benchmark): pass', []],
    ['from mine import Benchmark  # kernels\nclass A(Benchmark): pass', []],
    ['import kernels\nclass A(B): pass\nclass B(A): pass', []],
  ])('%j', (text, classes) => {
    const read = found(text);
    expect(read.map(({ name, workloads }) => [name, workloads])).toEqual(classes);
    for (const { name, span } of read) expect(text.slice(span.from, span.to)).toBe(name);
  });
});
