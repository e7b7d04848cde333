// Where a statement may be put into a file, asked of Python itself: at every offset the file stays the program it was, with one
// statement and one import more.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, inject, test } from 'vitest';
import { parseWhole } from '../../src/code/parseSource';
import type { TextEdit } from '../../src/code/span';
import { writeLoad } from '../../src/insert/writeLoad';
import { temporaryFolders } from '../hub/temporaryFolders';

const run = promisify(execFile);
const folders = temporaryFolders();
afterAll(() => folders.remove());

const KERNEL = { id: 'kernels-community/activation', version: 1 };
const LIBRARY = { kernelsVersion: '0.17.2', trustRemoteCode: false };

const FILES = [
  '',
  '\n',
  'x = 1',
  '#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n"""What it does.\n\nAnd more."""\n\nfrom __future__ import annotations\n\nimport torch\n',
  'import torch\nimport torch.nn as nn\n\n\nclass Net(nn.Module):\n    """A net."""\n\n    def __init__(self, a, b=(1, 2)):\n' +
    '        super().__init__()\n        self.a = [\n            1,\n\n            2,\n        ]\n\n    @property\n    def c(self):\n' +
    '        """Doc."""\n        return self.a\n\n    def forward(self, x):\n        # A comment.\n        if x:\n            y = x * 2\n' +
    '        elif (x and\n              self.a):\n            y = """text\n  more\n\nend"""\n        else:\n            y = 3\n' +
    '        return nn.functional.gelu(\n            y,\n        )\n\n\nnet = Net(1); net.eval()\nif net: print(net)\n',
  'import os\r\n\r\ndef f(a,\r\n      b):\r\n    for i in a:\r\n        with b as c, \\\r\n             a as d:\r\n            yield i\r\n\r\n\r\n    return 1\r\n',
  'import os, sys\nfrom kernels import (\n    has_kernel,\n    get_kernel,\n)\n\ntry:\n\timport torch\nexcept ImportError:\n\ttorch = None\nfinally:\n\n\tpass\n\nasync def g():\n\tasync with a:\n\t\tawait b\n\n\n\nwhile True:\n\tbreak\nelse:\n\tpass\n',
  'match a:\n    case 1:\n        b = 1\n\n    # Two.\n    case [x, y] if x:\n        b = 2\n\n    case _:\n        pass\n\nlambda: 0\n',
  '@decorated\n@again(\n    1,\n)\ndef f(): return 1\n\n@one\nclass A: pass\n\nactivation = "𝒙é"  # taken\nprint(f"{activation!r:>{10}} {1 + 1}")\n',
  'def f():\n    """Only a docstring."""\n\n\ndef g(): ...\n\n\nx = [i for i in range(3)\n     if i]\n\n\n\n# The end.\n#   indented\n',
];

function applied(text: string, edits: readonly TextEdit[]): string {
  return edits.reduceRight((all, { span, text: added }) => all.slice(0, span.from) + added + all.slice(span.to), text);
}

test('a load is put only where the program stays what it was', async () => {
  const cases: { before: string; after: string; offset: number }[] = [];
  let refusals = 0;
  for (const before of FILES) {
    const source = parseWhole(before, 'python');
    for (let offset = 0; offset <= before.length; offset += 1) {
      const written = writeLoad(source, offset, KERNEL, LIBRARY);
      if ('refused' in written) refusals += 1;
      else cases.push({ before, after: applied(before, written.edits), offset });
    }
  }
  const folder = await folders.make();
  const file = path.join(folder, 'cases.json');
  await writeFile(file, JSON.stringify(cases));
  const { stdout } = await run(inject('python'), ['-I', path.join(import.meta.dirname, 'written_places.py'), file]);
  expect(JSON.parse(stdout)).toEqual([]);
  expect(cases.length).toBeGreaterThan(1_000);
  expect(refusals).toBeLessThan(cases.length / 50);
});
