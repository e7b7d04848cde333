// What this program writes into pyproject.toml and kernels.lock, read by the `kernels` library from PyPI.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { parseLockFile, serialiseLockFile } from '../../src/kernels/lockFile';
import { removePyprojectPin, setPyprojectPin } from '../../src/kernels/pyproject';
import { askPython } from '../hub/pythonClient';
import { temporaryFolders } from '../hub/temporaryFolders';
import { currentLockFile } from '../unit/lockFiles';
import { tomlDocument } from '../unit/tomlDocuments';

const folders = temporaryFolders();
afterAll(() => folders.remove());

/** Asks Python about many texts at once. `script` finds them in `cases`. Nothing is asked of a Hub. */
async function askAbout(cases: readonly unknown[], script: string): Promise<unknown> {
  const home = await folders.make();
  const file = path.join(home, 'cases.json');
  await writeFile(file, JSON.stringify(cases));
  const setting = { python: inject('python'), hub: { endpoint: 'http://127.0.0.1:9' }, home };
  return askPython(setting, `cases = json.load(open(${JSON.stringify(file)}, encoding="utf-8"))\n${script}`);
}

describe('kernels.lock', () => {
  test('is written byte for byte as the library writes it', async () => {
    const files = fc.sample(currentLockFile, { numRuns: 500, seed: 1 });
    const written = await askAbout(
      files.map(serialiseLockFile),
      'from kernels._rust import KernelLocks\nresult = [KernelLocks.from_json(text).to_json() for text in cases]',
    );
    expect(written).toEqual(files.map(serialiseLockFile));
  });

  test('is refused where the library refuses it, and only there', async () => {
    const values: readonly unknown[] = [
      null,
      '',
      'x',
      -1,
      0,
      1,
      1.5,
      1e300,
      true,
      [],
      {},
      'a'.repeat(40),
      'A'.repeat(64),
      'g'.repeat(40),
    ];
    const place = fc.constantFrom('repo-id', 'version', 'revision', 'commit', 'dependency', 'lock', 'more');
    const broken = fc.tuple(place, fc.constantFrom(...values, undefined)).map(([key, value]) => {
      const dependency: Record<string, unknown> = { 'repo-id': 'a/b', version: 1 };
      const lock: Record<string, unknown> = { commit: 'c'.repeat(40) };
      const entry: Record<string, unknown> = { dependency, lock };
      const target = key === 'dependency' || key === 'lock' ? entry : key === 'commit' ? lock : dependency;
      target[key] = value;
      return JSON.stringify([entry]);
    });
    const texts = [
      ...new Set(fc.sample(broken, { numRuns: 1000, seed: 1 })),
      '[]',
      '{}',
      '',
      '[',
      'null',
      '[null]',
      '[[]]',
    ];
    const accepted = (await askAbout(
      texts,
      'from kernels._rust import KernelLocks\nresult = [not isinstance(tried(lambda: KernelLocks.from_json(text)), str) for text in cases]',
    )) as readonly boolean[];
    const mine = texts.map((text) => {
      try {
        return parseLockFile(text).form === 'current';
      } catch {
        return false;
      }
    });
    expect(texts.filter((_, index) => mine[index] !== accepted[index])).toEqual([]);
    expect(accepted.filter(Boolean).length).toBeGreaterThan(5);
  });
});

test('an edited pyproject.toml says to Python what it said before, and the pin', async () => {
  const documents = fc.sample(tomlDocument, { numRuns: 1500, seed: 7 });
  const cases = documents.map((text) => ({
    text,
    set: setPyprojectPin(text, 'a/b', 41),
    added: setPyprojectPin(text, 'n/n', 42),
    removed: removePyprojectPin(text, 'a/b'),
  }));
  const wrong = await askAbout(
    cases,
    `
import tomllib
def read(text):
    return tomllib.loads(text.removeprefix("\\ufeff"))
def without(document):
    # Tables that hold nothing else may come and go with the pin.
    pins = document.get("tool", {}).get("kernels", {}).pop("dependencies", {})
    if document.get("tool", {}).get("kernels") == {}:
        del document["tool"]["kernels"]
    if document.get("tool") == {}:
        del document["tool"]
    return pins, document
result = []
for case in cases:
    pins, rest = without(read(case["text"]))
    expected = {
        "set": {**pins, "a/b": 41},
        "added": {**pins, "n/n": 42},
        "removed": {name: value for name, value in pins.items() if name != "a/b"},
    }
    for name, wanted in expected.items():
        found, others = tried(lambda: without(read(case[name])))
        if repr((found, others)) != repr((wanted, rest)) and (found, others) != (wanted, rest):
            result.append([name, case["text"], case[name]])
`,
  );
  expect(wrong).toEqual([]);
});
