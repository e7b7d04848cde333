import type { SyntaxNode } from '@lezer/common';
import { describe, expect, test } from 'vitest';
import { parseWhole } from '../../src/code/parseSource';
import { readCall } from '../../src/code/pythonCalls';
import { readPythonNames, type PythonNames } from '../../src/code/pythonNames';

/** The callee of the last call of `HERE`'s line: `names.resolve` of what stands where the code says `HERE(`. */
function calls(text: string): { names: PythonNames; nodes: SyntaxNode[] } {
  const source = parseWhole(text, 'python');
  const nodes: SyntaxNode[] = [];
  source.tree.iterate({
    enter: ({ name, node }) => {
      if (name === 'CallExpression') nodes.push(node);
    },
  });
  return { names: readPythonNames(source), nodes };
}

/** What the callee of the last call stands for. */
function resolved(text: string): string | null {
  const { names, nodes } = calls(text);
  const callee = nodes.at(-1)?.firstChild;
  if (!callee) throw new Error('The case has no call.');
  return names.resolve(callee);
}

const GELU = 'torch.nn.functional.gelu';

describe('what a callee stands for', () => {
  test.each([
    ['a module', 'import torch\ntorch.nn.functional.gelu(x)', GELU],
    ['a module with its package', 'import torch.nn.functional\ntorch.nn.functional.gelu(x)', GELU],
    ['an alias of a module', 'import torch.nn.functional as F\nF.gelu(x)', GELU],
    ['a module of a package', 'from torch.nn import functional as F\nF.gelu(x)', GELU],
    ['a name', 'from torch.nn.functional import gelu\ngelu(x)', GELU],
    ['an alias of a name', 'from torch.nn.functional import (relu, gelu as g,)\ng(x)', GELU],
    ['an assigned name', 'import torch.nn.functional as F\ngelu = F.gelu\ngelu(x)', GELU],
    ['two assignments deep', 'import torch\nnn = torch.nn\nF = nn.functional\nF.gelu(x)', GELU],
    ['one of two targets', 'import torch\na = b = torch.nn\nb.functional.gelu(x)', GELU],
    ['a walrus', 'import torch\nif (nn := torch.nn): nn.functional.gelu(x)', GELU],
    ['a walrus among arguments', 'import torch\nf(nn := torch.nn)\nnn.functional.gelu(x)', GELU],
    ['parentheses', 'import torch.nn.functional as F\n(F.gelu)(x)', GELU],
    ['parentheses with a comment', 'import torch.nn.functional as F\n( # why\n F).gelu(x)', GELU],
    ['an import within a function', 'def f(x):\n  import torch.nn.functional as F\n  F.gelu(x)', GELU],
    ['an import within try', 'try:\n  import torch.nn.functional as F\nexcept ImportError:\n  raise\nF.gelu(x)', GELU],
    [
      'the same import twice',
      'try:\n  import torch.nn as n\nexcept E:\n  from torch import nn as n\nn.functional.gelu(x)',
      GELU,
    ],
    ['None where it failed', 'try:\n  from torch.nn.functional import gelu\nexcept E:\n  gelu = None\ngelu(x)', GELU],
    ['a declared name', 'import torch\nnn: object\nnn = torch.nn\nnn.functional.gelu(x)', GELU],
    ['an import for types', 'if TYPE_CHECKING:\n  import torch.nn.functional as F\nF.gelu(x)', GELU],
    ['a global one', 'def f():\n  global F\n  import torch.nn.functional as F\nF.gelu(x)', GELU],
    [
      'a nonlocal one',
      'def f():\n  F = None\n  def g():\n    nonlocal F\n    import torch.nn.functional as F\n  F.gelu(x)',
      GELU,
    ],
    [
      'within a class, outside its names',
      'import torch.nn.functional as F\nclass A:\n  F = 1\n  def f(self): F.gelu(x)',
      GELU,
    ],
    ['a default', 'import torch.nn.functional as F\ndef f(F=F.gelu(x)): pass', GELU],
    ['the first iterable', 'import torch.nn.functional as F\n[F for F in F.gelu(x)]', GELU],
    ['a lambda beside', 'import torch.nn.functional as F\n(lambda F: 0, F.gelu(x))', GELU],
    ['a module of classes', 'from torch.nn.modules.activation import GELU\nGELU()', 'torch.nn.GELU'],
    ['modules of classes', 'from torch.nn import modules\nmodules.GELU()', 'torch.nn.GELU'],
    ['a part of kernels', 'from kernels.utils import get_kernel\nget_kernel()', 'kernels.get_kernel'],
    ['kernels itself', 'import kernels as k\nk.layer.LayerRepository()', 'kernels.LayerRepository'],
    ['all of kernels', 'from kernels import *\nget_kernel()', 'kernels.get_kernel'],
    ['all of kernels, in a function', 'from kernels import *\ndef f():\n  get_kernel()', 'kernels.get_kernel'],
    ['half-typed code behind it', 'import torch.nn.functional as F\nF.gelu(x)\ny = F.', GELU],
  ])('%s', (_what, text, name) => {
    expect(resolved(text)).toBe(name);
  });

  test.each([
    ['nothing', 'gelu(x)'],
    ['a relative import', 'from .functional import gelu\ngelu(x)'],
    ['three points', 'from ...nn import functional\nfunctional.gelu(x)'],
    ['a package without a name', 'from . import functional as F\nF.gelu(x)'],
    ['a parameter', 'import torch.nn.functional as F\ndef f(F):\n  F.gelu(x)'],
    ['a parameter with a star', 'import torch.nn.functional as F\ndef f(*, a=1, **F):\n  F.gelu(x)'],
    ['a parameter of a lambda', 'import torch.nn.functional as F\nlambda a, F=1: F.gelu(x)'],
    ['a local', 'import torch.nn.functional as F\ndef f():\n  F.gelu(x)\n  F = 1\n  F.gelu(x)'],
    ['a local of a function around', 'import torch.nn.functional as F\ndef f(F):\n  def g():\n    F.gelu(x)'],
    ['a name of a class', 'import torch.nn.functional as F\nclass A:\n  F = 1\n  F.gelu(x)'],
    ['a loop', 'import torch.nn.functional as F\nfor a, (F, b) in c: pass\nF.gelu(x)'],
    ['a comprehension', 'import torch.nn.functional as F\n[F.gelu(x) for F in y]'],
    ['a generator among arguments', 'import torch.nn.functional as F\nsum(F.a for F in y if F.gelu(x))'],
    ['with', 'import torch.nn.functional as F\nwith a as F: F.gelu(x)'],
    ['except', 'import torch.nn.functional as F\ntry: pass\nexcept E as F: F.gelu(x)'],
    ['a pattern', 'import torch.nn.functional as F\nmatch y:\n  case [1, F]: F.gelu(x)'],
    ['a pattern with as', 'import torch.nn.functional as F\nmatch y:\n  case (1 | 2) as F: F.gelu(x)'],
    ['del', 'import torch.nn.functional as F\ndel F\nF.gelu(x)'],
    ['an addition', 'import torch.nn.functional as F\nF += 1\nF.gelu(x)'],
    ['a tuple', 'import torch\nF, G = torch.nn.functional, 1\nF.gelu(x)'],
    ['two things', 'if a:\n  import torch.nn.functional as F\nelse:\n  import mine as F\nF.gelu(x)'],
    ['a choice', 'import torch\nF = torch.nn.functional if a else b\nF.gelu(x)'],
    ['self', 'import torch\nclass A:\n  def f(self):\n    self.gelu = torch.nn.functional.gelu\n    self.gelu(x)'],
    ['what a call gives', 'import torch\nnn = torch.nn()\nnn.gelu(x)'],
    ['a place of a list', 'import torch\ntorch.nn["functional"].gelu(x)'],
    ['all of a module that is not known', 'from torch.nn.functional import *\ngelu(x)'],
    ['all of another behind kernels', 'from kernels import *\nfrom mine import *\nget_kernel(x)'],
    ['itself', 'gelu = gelu\ngelu(x)'],
    ['a circle', 'a = b.c\nb = a.c\nb.gelu(x)'],
    ['a function of that name', 'from torch.nn.functional import gelu\ndef gelu(x): pass\ngelu(x)'],
  ])('not known: %s', (_what, text) => {
    expect(resolved(text)).toBeNull();
  });

  test('a decorator', () => {
    const source = parseWhole(
      'from kernels import layer as l\n@l.use_kernel_forward_from_hub("x")  # c\nclass A: pass',
      'python',
    );
    const node = source.tree.topNode.getChild('DecoratedStatement')?.getChild('Decorator');
    if (!node) throw new Error('The case has no decorator.');
    const names = readPythonNames(source);
    expect(names.resolve(node)).toBe('kernels.use_kernel_forward_from_hub');
    const { span, callee } = readCall(source, names, node);
    expect(source.text.slice(span.from, span.to)).toBe('l.use_kernel_forward_from_hub("x")');
    expect(source.text.slice(callee.from, callee.to)).toBe('l.use_kernel_forward_from_hub');
  });
});

describe('the value of an expression', () => {
  test.each<[string, unknown]>([
    ['"a"', 'a'],
    ['\'a\' "b"', 'ab'],
    ['("a"\n  "b")', 'ab'],
    ['"""a\r\nb"""', 'a\nb'],
    ['r"\\d"', '\\d'],
    ['R"\\\\"', '\\\\'],
    ['u"a"', 'a'],
    ['b"a"', undefined],
    ['"a" b"b"', undefined],
    ['f"a{{b}}"', 'a{b}'],
    ['f"a{b}"', undefined],
    ['"a" f"{b}"', undefined],
    ['"\\n\\x41\\u00e9\\U0001F600\\101\\q\\\n"', '\nAé😀A\\q'],
    ['"\\N{BULLET}"', undefined],
    ['"\\U00110000"', undefined],
    ['"\\x4"', undefined],
    ['0x1F', 31],
    ['0b11', 3],
    ['0o17', 15],
    ['1_000', 1000],
    ['9007199254740993', undefined],
    ['1e-5', 1e-5],
    ['1.', 1],
    ['1.e-5', 1e-5],
    ['.5', 0.5],
    ['2j', undefined],
    ['-1', -1],
    ['- -1.5', 1.5],
    ['+3', 3],
    ['not True', false],
    ['-"a"', undefined],
    ['True', true],
    ['False', false],
    ['None', null],
    ['((3))', 3],
    ['once', 7],
    ['-once', -7],
    ['alias', 7],
    ['twice', undefined],
    ['added', undefined],
    ['set_by_function', undefined],
    ['unknown', undefined],
    ['(1, 2)', undefined],
    ['1 + 1', undefined],
    ['circle', undefined],
  ])('%j is %j', (expression, value) => {
    const text = `once = 7\nalias = once\ntwice = 1\ntwice = 1\nadded = 1\nadded += 1\nset_by_function = 1
def f():
  global set_by_function
  set_by_function = 2
circle = circle
g(${expression})\n`;
    const { names, nodes } = calls(text);
    const argument = nodes.at(-1)?.getChild('ArgList')?.firstChild?.nextSibling;
    if (!argument) throw new Error('The case has no argument.');
    const read = names.valueOf(argument);
    expect(read.value).toBe(value);
    expect(text.slice(read.span.from, read.span.to)).toBe(expression);
  });

  test.each([
    ['"a/b"', 'a/b'],
    ["r'''a/b'''", 'a/b'],
    ['""', ''],
    ['"a" "b"', null],
    ['f"a/b"', null],
    ['b"a/b"', null],
    ['1', null],
  ])('between the quotes of %s is %j', (expression, inner) => {
    const text = `f(${expression})`;
    const { names, nodes } = calls(text);
    const argument = nodes.at(-1)?.getChild('ArgList')?.firstChild?.nextSibling;
    const found = argument ? names.valueOf(argument).inner : null;
    expect(found && text.slice(found.from, found.to)).toBe(inner);
  });
});

describe('who reads a name', () => {
  test.each([
    ['its scope, functions and lambdas', 'k = 1\nk.a\ndef f(): return k\nlambda: k\nf(k=k, a=[k for i in k])', 6],
    ['not where it is hidden', 'k = 1\ndef f(k): k\nclass A:\n  k = 2\n  k\n[k for k in x]', 0],
    ['not names of arguments and attributes', 'k = 1\nf(k=2)\nx.k\n"k"\n# k\nkk\nk_', 0],
    ['None beside it', 'k = None\ndef f():\n  global k\n  k = 1\n  k.a\nk.b', 2, 2],
    ['nobody, where it is two things', 'k = 1\nk = 2\nk', 0],
    ['nobody, where a function sets it', 'k = 1\ndef f():\n  global k\n  k = 2\nk', 0],
    ['the one in a function', 'k = 0\ndef f():\n  k = 1\n  return k\nk', 1, 1],
  ])('%s', (_what, text, count, nth = 0) => {
    const source = parseWhole(text, 'python');
    const targets: SyntaxNode[] = [];
    source.tree.iterate({
      enter: ({ name, node }) => {
        if (name === 'AssignStatement' && node.firstChild !== null) targets.push(node.firstChild);
      },
    });
    const target = targets[text.includes('None') ? 1 : nth];
    if (target === undefined) throw new Error('The case assigns nothing.');
    expect(readPythonNames(source).usesOf(target)).toHaveLength(count);
  });
});
