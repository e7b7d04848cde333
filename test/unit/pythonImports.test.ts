import { describe, expect, it } from 'vitest';
import { parseWhole } from '../../src/code/parseSource';
import { importEdits, insertAtTop, planImports, type ImportWish } from '../../src/insert/pythonImports';
import { applied, errorNodes } from './appliedEdits';

const GET = { module: 'kernels', name: 'get_kernel' };
const TORCH = { module: 'torch', name: null };
const LOGGING = { module: 'logging', name: null };

function imported(
  text: string,
  wishes: readonly ImportWish[] = [GET],
  at = text.length,
): { text: string; words: readonly string[] } {
  const source = parseWhole(text, 'python');
  const plan = planImports(source, wishes, at);
  return { text: applied(text, importEdits(source, plan)), words: plan.words };
}

describe('imports that are merged into those there', () => {
  it.each([
    ['an empty file', '', 'from kernels import get_kernel\n'],
    ['after the last import', 'import torch\n\nx = 1\n', 'import torch\nfrom kernels import get_kernel\n\nx = 1\n'],
    ['no line end', 'import torch', 'import torch\nfrom kernels import get_kernel\n'],
    ['into one line', 'from kernels import kernelize\n', 'from kernels import kernelize, get_kernel\n'],
    [
      'behind an alias',
      'from kernels import kernelize as k  # why\n',
      'from kernels import kernelize as k, get_kernel  # why\n',
    ],
    [
      'in parentheses',
      'from kernels import (kernelize, Mode)\n',
      'from kernels import (kernelize, Mode, get_kernel)\n',
    ],
    [
      'a list of lines',
      'from kernels import (\n    Mode,  # how\n    kernelize,  # what\n)\n',
      'from kernels import (\n    Mode,  # how\n    get_kernel,\n    kernelize,  # what\n)\n',
    ],
    [
      'a list of lines with CRLF and tabs',
      'from kernels import (\r\n\tMode,\r\n\tkernelize\r\n)\r\n',
      'from kernels import (\r\n\tMode,\r\n\tget_kernel,\r\n\tkernelize\r\n)\r\n',
    ],
    [
      'a continued line',
      'from kernels import Mode, \\\n    kernelize\n',
      'from kernels import Mode, \\\n    kernelize, get_kernel\n',
    ],
    ['CRLF', 'import torch\r\nx = 1\r\n', 'import torch\r\nfrom kernels import get_kernel\r\nx = 1\r\n'],
    [
      'after a docstring',
      '#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n"""Text."""\n\n\ndef f():\n    pass\n',
      '#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n"""Text."""\n\nfrom kernels import get_kernel\n\n\ndef f():\n    pass\n',
    ],
    [
      'after the licence, before a comment of the code',
      '# Licence.\n\n# What f does.\ndef f():\n    pass\n',
      '# Licence.\n\nfrom kernels import get_kernel\n\n# What f does.\ndef f():\n    pass\n',
    ],
    [
      'after the future',
      '"""Text."""\nfrom __future__ import annotations\n\nx = 1\n',
      '"""Text."""\nfrom __future__ import annotations\nfrom kernels import get_kernel\n\nx = 1\n',
    ],
    [
      'not into what is for type checkers',
      'import torch\nif TYPE_CHECKING:\n    from kernels import Mode\nx = 1\n',
      'import torch\nfrom kernels import get_kernel\nif TYPE_CHECKING:\n    from kernels import Mode\nx = 1\n',
    ],
    [
      'not into a function',
      'import torch\n\ndef f():\n    from kernels import get_kernel\n    return get_kernel\n',
      'import torch\nfrom kernels import get_kernel\n\ndef f():\n    from kernels import get_kernel\n    return get_kernel\n',
    ],
    [
      'a group of one line',
      'import os; import torch\nx = 1\n',
      'import os; import torch\nfrom kernels import get_kernel\nx = 1\n',
    ],
    ['not what is relative', 'from .kernels import a\n', 'from .kernels import a\nfrom kernels import get_kernel\n'],
    ['not beside a star', 'from kernels import *\n', 'from kernels import *\nfrom kernels import get_kernel\n'],
    [
      'only a try',
      'try:\n    import torch\nexcept ImportError:\n    torch = None\nx = 1\n',
      'try:\n    import torch\nexcept ImportError:\n    torch = None\nfrom kernels import get_kernel\nx = 1\n',
    ],
  ])('%s', (_, before, after) => {
    expect(imported(before).text).toBe(after);
    expect(errorNodes(after)).toBe(0);
    // Once there, it is used.
    expect(imported(after, [GET], after.length).text).toBe(after);
  });

  it.each([
    ['from kernels import get_kernel\n', 'get_kernel'],
    ['from kernels import get_kernel as gk\n', 'gk'],
    ['import kernels\n', 'kernels.get_kernel'],
    ['import kernels as k\n', 'k.get_kernel'],
    ['try:\n    from kernels import get_kernel\nexcept ImportError:\n    get_kernel = None\n', 'get_kernel'],
  ])('uses %j', (text, word) => {
    expect(imported(text)).toEqual({ text, words: [word] });
  });

  it.each([
    ['import torch\n', 'torch'],
    ['import torch as t\n', 't'],
    ['import torch.nn\n', 'torch'],
  ])('finds torch in %j', (text, word) => {
    expect(imported(text, [TORCH])).toEqual({ text, words: [word] });
  });

  it.each([
    ['import torch.nn.functional as F\n', 'F'],
    ['from torch.nn import functional as fn\n', 'fn'],
    ['from torch import nn\n', 'nn.functional'],
    ['import torch\n', 'torch.nn.functional'],
    ['import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n', 'F'],
  ])('finds functional in %j', (text, word) => {
    expect(imported(text, [{ module: 'torch.nn.functional', name: null }])).toEqual({ text, words: [word] });
  });

  it('takes another name where its own is taken', () => {
    const text = 'def get_kernel(n):\n    return n\n\n\ny = get_kernel(3)\n';
    const { text: after, words } = imported(text);
    expect(words).toEqual(['kernels_get_kernel']);
    expect(after).toContain('from kernels import get_kernel as kernels_get_kernel\n');
  });

  it('does not use a name that a function has for itself', () => {
    const text = 'from kernels import get_kernel\n\ndef f(get_kernel):\n    return get_kernel(1)\n';
    expect(imported(text, [GET], text.indexOf('return')).words).toEqual(['kernels_get_kernel']);
  });

  it('imports only what an import further down would bring too late', () => {
    const text = 'x = 1\ny = 2\nimport kernels\n';
    expect(imported(text, [GET], text.indexOf('y')).text.startsWith('from kernels import get_kernel\n')).toBe(true);
  });

  it('puts several lines in one place', () => {
    expect(imported('import torch\n', [LOGGING, GET]).text).toBe(
      'import torch\nimport logging\nfrom kernels import get_kernel\n',
    );
  });
});

describe('a block after the imports', () => {
  const block = (text: string, lines: readonly string[], at = text.length): string => {
    const source = parseWhole(text, 'python');
    return applied(text, insertAtTop(source, planImports(source, [GET], at), lines));
  };

  it.each([
    [
      'import torch\n\n\nclass A:\n    pass\n',
      ['k = 1'],
      'import torch\nfrom kernels import get_kernel\n\nk = 1\n\n\nclass A:\n    pass\n',
    ],
    ['import torch\nx = 2\n', ['k = 1'], 'import torch\nfrom kernels import get_kernel\n\nk = 1\n\nx = 2\n'],
    [
      'import torch\r\n\r\nx = 2\r\n',
      ['k = 1', '', '', 'def f():', '    return 1'],
      'import torch\r\nfrom kernels import get_kernel\r\n\r\nk = 1\r\n\r\n\r\ndef f():\r\n    return 1\r\n\r\n\r\nx = 2\r\n',
    ],
    ['', ['k = 1'], 'from kernels import get_kernel\n\nk = 1\n'],
    [
      'from kernels import get_kernel\ntry:\n    import x\nexcept ImportError:\n    pass\nclass A: pass\n',
      ['k = 1'],
      'from kernels import get_kernel\ntry:\n    import x\nexcept ImportError:\n    pass\n\nk = 1\n\n\nclass A: pass\n',
    ],
  ])('%j', (text, lines, after) => {
    expect(block(text, lines)).toBe(after);
  });
});
