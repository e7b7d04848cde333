import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogueText } from '../../scripts/catalogue.mjs';
import { readBuiltInCatalogue } from '../../src/hub/builtInCatalogue';
import { kernelIdProblem } from '../../src/kernels/kernelId';

const shipped = readFileSync(new URL('../../media/catalogue.json', import.meta.url), 'utf8');

test('what ships is made from the data: else run node scripts/catalogue.mjs', async () => {
  expect(shipped).toBe(await catalogueText());
});

test('it has each kernel once, dated, with a version, a platform and a summary', () => {
  const { kernels, at } = readBuiltInCatalogue(shipped);
  expect(new Date(at).toISOString()).toBe(at);
  expect(new Set(kernels.map(({ id }) => id)).size).toBe(kernels.length);
  expect(kernels.filter(({ language }) => language === 'python')).toHaveLength(52);
  expect(kernels.filter(({ language }) => language === 'javascript')).toHaveLength(207);
  for (const kernel of kernels) {
    expect(kernelIdProblem(kernel.id)).toBeNull();
    expect(kernel.version).not.toBeNull();
    expect(kernel.backends).not.toEqual([]);
    expect(kernel.summary).not.toBeNull();
  }
});

test('it claims nothing that only the Hub can say', () => {
  for (const kernel of readBuiltInCatalogue(shipped).kernels) {
    const { trusted, downloads, likes, trending, updatedAt } = kernel;
    expect({ trusted, downloads, likes, trending, updatedAt }).toEqual({
      trusted: null,
      downloads: null,
      likes: null,
      trending: null,
      updatedAt: null,
    });
  }
});

test('few kernels are of no group', () => {
  const { kernels } = readBuiltInCatalogue(shipped);
  expect(kernels.filter(({ group }) => group === 'other').length).toBeLessThan(kernels.length / 15);
});

test.each(['', '{}', 'null', '[]', '{"at":"2026-01-01T00:00:00.000Z","kernels":[{"id":"../x"}]}'])(
  'a damaged one is refused: %s',
  (text) => {
    expect(() => readBuiltInCatalogue(text)).toThrow();
  },
);
