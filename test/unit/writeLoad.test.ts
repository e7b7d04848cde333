import { describe, expect, test } from 'vitest';
import { parseWhole } from '../../src/code/parseSource';
import type { LibraryStyle } from '../../src/insert/insertTypes';
import { writeLoad } from '../../src/insert/writeLoad';
import { applied } from './appliedEdits';

const KERNEL = { id: 'kernels-community/activation', version: 1 };
const LIBRARY: LibraryStyle = { kernelsVersion: '0.17.2', trustRemoteCode: false };

/** The file after, or the reason; `|` is the cursor. */
function insert(marked: string, kernel: { id: string; version: number | null } = KERNEL, library = LIBRARY): string {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const written = writeLoad(parseWhole(text, 'python'), offset, kernel, library);
  return 'refused' in written ? `refused: ${written.refused}` : applied(text, written.edits);
}

const LOAD = 'activation = get_kernel("kernels-community/activation", version=1)';
const IMPORT = 'from kernels import get_kernel';

describe('a load at the cursor', () => {
  test.each([
    ['an empty file', '|', `${IMPORT}\n\n${LOAD}\n`],
    ['an empty line', 'import torch\n\n|\nx = 1\n', `import torch\n${IMPORT}\n\n${LOAD}\nx = 1\n`],
    ['a line with code', 'import torch\nx = 1|\ny = 2\n', `import torch\n${IMPORT}\nx = 1\n${LOAD}\ny = 2\n`],
    [
      'a call over lines',
      'import torch\nx = f(\n    1,|\n)\n',
      `import torch\n${IMPORT}\nx = f(\n    1,\n)\n${LOAD}\n`,
    ],
    [
      'the head of a function',
      'import torch\ndef f(|a):\n    """Doc."""\n    return a\n',
      `import torch\n${IMPORT}\ndef f(a):\n    """Doc."""\n    ${LOAD}\n    return a\n`,
    ],
    [
      'a return',
      'import torch\ndef f(a):\n\treturn |a\n',
      `import torch\n${IMPORT}\ndef f(a):\n\t${LOAD}\n\treturn a\n`,
    ],
    [
      'a decorator',
      "import torch\n\n@a('b|')\ndef f():\n    pass\n",
      `import torch\n${IMPORT}\n\nactivation = get_kernel('kernels-community/activation', version=1)\n@a('b')\ndef f():\n    pass\n`,
    ],
    ['the imports', `import| torch\n${IMPORT}\nx = 1\n`, `import torch\n${IMPORT}\n\n${LOAD}\n\nx = 1\n`],
    [
      'a name that is taken',
      'import torch\nactivation = 1\n|',
      `import torch\n${IMPORT}\nactivation = 1\nactivation_2 = get_kernel("kernels-community/activation", version=1)`,
    ],
    ['a comment', 'import torch\nx = 1\n# no|te\ny = 2\n', `import torch\n${IMPORT}\nx = 1\n# note\n${LOAD}\ny = 2\n`],
    ['an open block', 'import torch\ndef f():\n|', `import torch\n${IMPORT}\ndef f():\n    ${LOAD}`],
    ['lines of CR LF', 'import torch\r\nx = 1|\r\n', `import torch\r\n${IMPORT}\r\nx = 1\r\n${LOAD}\r\n`],
  ])('in %s', (_place, before, after) => {
    expect(insert(before)).toBe(after);
  });

  test('is as the installed library takes it', () => {
    expect(
      insert('|', { id: 'me/mine-too', version: 3 }, { kernelsVersion: '0.17.2', trustRemoteCode: true }),
    ).toContain('mine_too = get_kernel("me/mine-too", version=3, trust_remote_code=True)');
    expect(insert('|', { id: 'me/mine', version: null })).toContain('get_kernel("me/mine", revision="main")');
  });

  test.each(['x = f(1, |\ny = 2\n', 'import torch\nx = ] |\n'])('is refused in broken code: %j', (before) => {
    expect(insert(before)).toMatch(/^refused: .*finish that statement/u);
  });

  test('is refused for what is no kernel, and in other languages', () => {
    expect(insert('|', { id: 'a"\nimport os', version: 1 })).toMatch(/^refused: /u);
    expect(writeLoad(parseWhole('', 'typescript'), 0, KERNEL, LIBRARY)).toHaveProperty('refused');
  });
});

describe('a kernel in the text of another', () => {
  test.each([
    ['get_kernel("kernels-community/re|lu", version=3)', 'get_kernel("kernels-community/activation", version=1)'],
    ["get_kernel('|', revision='main')", "get_kernel('kernels-community/activation', revision='main')"],
    ['get_kernel(version=2, repo_id="a/b|")', 'get_kernel(version=1, repo_id="kernels-community/activation")'],
  ])('%s', (before, after) => {
    expect(insert(`from kernels import get_kernel\nk = ${before}\n`)).toBe(
      `from kernels import get_kernel\nk = ${after}\n`,
    );
  });

  test('leaves a version that is no number, and says so', () => {
    const text = 'from kernels import get_kernel\nk = get_kernel("a/b", version=V)\n';
    const written = writeLoad(parseWhole(text, 'python'), text.indexOf('a/b'), KERNEL, LIBRARY);
    expect(written).toMatchObject({ notes: [expect.stringContaining('still that of the kernel before')] });
  });
});
