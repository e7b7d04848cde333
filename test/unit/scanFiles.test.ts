import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { codeText, lineCount, mayHold } from '../../src/scan/codeBytes';
import { openCode } from '../../src/scan/codeFile';
import { fileFacts } from '../../src/scan/fileFacts';
import { ProjectLocks } from '../../src/scan/projectLock';
import { TextPlaces } from '../../src/scan/textPlace';
import { walkFiles } from '../../src/scan/walkFiles';

const CALL = 'from kernels import get_kernel\nget_kernel("a/b")\n';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kernel-lens-scan-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function put(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
}

async function walked(...roots: string[]): Promise<string[]> {
  const { files } = await walkFiles(
    roots.map((root) => path.join(folder, root)),
    new AbortController().signal,
  );
  return files.map((file) => path.relative(folder, file).split(path.sep).join('/'));
}

describe('which files are read', () => {
  test('code and notebooks; nothing that a build or an installer wrote', async () => {
    await put({
      'a.py': '',
      'b.PYI': '',
      'c.ipynb': '',
      'd.mts': '',
      'e.txt': '',
      'sub/f.tsx': '',
      'node_modules/x/g.js': '',
      '__pycache__/h.py': '',
      '.git/i.py': '',
      '.venv/j.py': '',
      'environment/pyvenv.cfg': '',
      'environment/lib/k.py': '',
      'build/torch-universal/l.py': '',
      'x.egg-info/m.py': '',
    });
    expect(await walked('.')).toEqual(['a.py', 'b.PYI', 'c.ipynb', 'd.mts', 'sub/f.tsx']);
    expect(await walked('build', 'build/torch-universal')).toEqual(['build/torch-universal/l.py']);
  });

  test('links are not followed, so that a loop is no trap', async () => {
    await put({ 'a/b.py': '' });
    await symlink(folder, path.join(folder, 'a', 'loop'));
    await symlink(path.join(folder, 'a', 'b.py'), path.join(folder, 'c.py'));
    await symlink('nowhere', path.join(folder, 'broken.py'));
    expect(await walked('.')).toEqual(['a/b.py']);
    expect(await walked('a/loop')).toEqual(['a/b.py']);
  });

  test('a path that is not there throws, and one that is no code is said', async () => {
    await put({ 'a.txt': '' });
    const signal = new AbortController().signal;
    await expect(walkFiles([path.join(folder, 'gone')], signal)).rejects.toThrow(/ENOENT/);
    const { unread } = await walkFiles([path.join(folder, 'a.txt')], signal);
    expect(unread.map(({ why }) => why)).toEqual([expect.stringContaining('by its name')]);
  });

  test('a folder that may not be read is said', async ({ skip }) => {
    skip(process.platform === 'win32', 'Windows has no such folders');
    skip(process.getuid?.() === 0, 'root may read everywhere');
    await put({ 'shut/a.py': '', 'b.py': '' });
    await chmod(path.join(folder, 'shut'), 0);
    const { files, unread } = await walkFiles([folder], new AbortController().signal);
    await chmod(path.join(folder, 'shut'), 0o700);
    expect(files).toHaveLength(1);
    expect(unread.map(({ why }) => why)).toEqual(['may not be read']);
  });
});

describe('files as they come', () => {
  const facts = (name: string): ReturnType<typeof fileFacts> =>
    fileFacts(path.join(folder, name), { operations: true });

  test.each<[string, string | Uint8Array, Partial<Awaited<ReturnType<typeof fileFacts>>>]>([
    ['plain.py', CALL, { hasUses: true, lines: 2, unread: null }],
    ['mark.py', `\ufeff${CALL}`, { hasUses: true, unread: null, note: null }],
    ['windows.py', CALL.replaceAll('\n', '\r\n'), { hasUses: true, lines: 2 }],
    ['tabs.py', `if True:\n\t    from kernels import get_kernel\n        \tget_kernel("a/b")\n`, { unread: null }],
    ['other.py', 'print("kernel")\n', { hasUses: false, lines: 1 }],
    ['binary.py', new Uint8Array([0x7f, 0x45, 0, 1, 2, 3]), { unread: 'not text', lines: 0 }],
    [
      'latin.py',
      Buffer.concat([Buffer.from(CALL), Buffer.from([0x23, 0xe9, 0x0a])]),
      { hasUses: true, note: 'not UTF-8, read all the same' },
    ],
    ['broken.py', `${CALL}def f(:\n  get_kernel("`, { hasUses: true }],
    ['deep.py', `from kernels import get_kernel\n${'('.repeat(20_000)}`, { hasUses: false, unread: null }],
    ['empty.py', '', { hasUses: false, lines: 0, unread: null }],
    ['no.ipynb', 'kernels', { unread: 'not a notebook: it is no JSON' }],
    ['old.ipynb', '{"worksheets": [], "kernels": 1}', { unread: 'not a notebook of format 4' }],
    ['julia.ipynb', notebook('julia', [CALL]), { hasUses: false, unread: null }],
    ['good.ipynb', notebook('python', ['%pip install kernels', CALL]), { hasUses: true, unread: null }],
  ])('%s', async (name, content, expected) => {
    await put({ [name]: content });
    expect(await facts(name)).toMatchObject(expected);
  });

  test('200,000 lines are read', async () => {
    await put({ 'long.py': `${CALL}${'x = 1\n'.repeat(200_000)}` });
    expect(await facts('long.py')).toMatchObject({ hasUses: true, lines: 200_002, unread: null });
  });

  test('a file that is gone, or larger than code is, is said', async () => {
    expect(await facts('gone.py')).toMatchObject({ unread: 'is gone' });
    await put({ 'huge.py': Buffer.alloc(33 * 1024 * 1024, '#') });
    expect(await facts('huge.py')).toMatchObject({ unread: 'larger than 32 MiB', lines: 0 });
  });

  test('operations are found, and a comment keeps them quiet', async () => {
    const code = 'import torch.nn.functional as F\ny = F.gelu(x)\nz = F.silu(x)  # kernel-lens: ignore\n';
    await put({ 'model.py': code });
    const { operations } = await facts('model.py');
    expect(operations.map(({ site, place }) => [site.kind, place.start.line])).toEqual([['gelu', 2]]);
  });

  test('any bytes are taken', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await put({ 'any.py': Buffer.concat([Buffer.from('import kernels\n'), bytes]) });
        expect((await facts('any.py')).unread).not.toBe('Kernel Lens failed on it');
      }),
      { numRuns: 60 },
    );
  });
});

function notebook(language: string, cells: readonly string[]): string {
  return JSON.stringify({
    metadata: { kernelspec: { name: language, language } },
    cells: [
      { cell_type: 'markdown', source: 'from kernels import get_kernel' },
      ...cells.map((cell) => ({ cell_type: 'code', source: cell.split(/(?<=\n)/) })),
    ],
  });
}

test('places in a notebook are those of its cells', () => {
  const code = openCode('a.ipynb', notebook('python', ['%pip install kernels\n', CALL]));
  if (typeof code === 'string') throw new Error(code);
  const from = code.source.text.indexOf('get_kernel("');
  expect(code.placeOf({ from, to: from + 10 })).toEqual({
    cell: 3,
    start: { line: 2, column: 1 },
    end: { line: 2, column: 11 },
  });
});

test('a kernelspec alone is no reason to read a notebook', () => {
  expect(mayHold('a.ipynb', Buffer.from('"kernelspec"'), { operations: false })).toBe(false);
  expect(mayHold('a.ipynb', Buffer.from('"kernelspec" kernels'), { operations: false })).toBe(true);
  expect(mayHold('a.ts', Buffer.from('torch'), { operations: true })).toBe(false);
});

test('lines and columns are those of an editor', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\t', '𝒳', '\n', '\r\n', '\r')), (pieces) => {
      const text = pieces.join('');
      const places = new TextPlaces(text);
      const lines = text.split(/\r\n|\n|\r/);
      for (let offset = 0; offset <= text.length; offset += 1) {
        const { line, column } = places.at(offset);
        expect(lines[line - 1]).toBeDefined();
        // Between CR and LF is the end of the line.
        const end = text.slice(0, offset).endsWith('\r') && text.charAt(offset) === '\n' ? 1 : 0;
        expect(column - 1 - end).toBeLessThanOrEqual(lines[line - 1]?.length ?? 0);
        expect(column).toBeGreaterThan(0);
      }
      expect(places.at(text.length).line).toBe(lines.length);
    }),
  );
});

test.each([
  ['', 0],
  ['a', 1],
  ['a\n', 1],
  ['a\nb', 2],
  ['\n\n', 2],
])('%j has %i lines', (text, lines) => {
  expect(lineCount(Buffer.from(text))).toBe(lines);
});

test('a byte order mark is no part of the code', () => {
  expect(codeText(Buffer.from('\ufeffa')).text).toBe('a');
});

test('kernels.lock is that of the project', async () => {
  const lock = (id: string): string =>
    JSON.stringify([{ dependency: { 'repo-id': id, version: 1 }, lock: { commit: 'a'.repeat(40) } }]);
  await put({
    'one/pyproject.toml': '',
    'one/kernels.lock': lock('x/one'),
    'one/src/a.py': '',
    'two/pyproject.toml': '',
    'two/b.py': '',
    'bad/kernels.lock': '{',
    'bad/pyproject.toml': '',
    'kernels.lock': lock('x/outer'),
    'c.py': '',
  });
  const locks = new ProjectLocks();
  const commitOf = (file: string, id: string): string | null => locks.lockOf(path.join(folder, file)).commit(id, null);
  expect(commitOf('one/src/a.py', 'x/one')).toBe('a'.repeat(40));
  expect(commitOf('one/src/a.py', 'x/outer')).toBeNull();
  expect(locks.lockOf(path.join(folder, 'two/b.py')).hasLockFile).toBe(false);
  expect(locks.lockOf(path.join(folder, 'bad/a.py')).hasLockFile).toBe(false);
  expect(commitOf('c.py', 'x/outer')).toBe('a'.repeat(40));
});
