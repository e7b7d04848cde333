import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { FINDING_CODES } from '../../src/findings/finding';
import { FINDING_TITLES } from '../../src/findings/findingTitles';

const page = readFileSync(path.join(import.meta.dirname, '../../docs/findings.md'), 'utf8');

test('docs/findings.md has a part for each code, in order, with its title', () => {
  const parts = [...page.matchAll(/^## ([a-z]+(?:-[a-z]+)+)\n\n_(.+?)\._/gm)].map(([, code, title]) => [code, title]);
  expect(parts).toEqual(FINDING_CODES.map((code) => [code, FINDING_TITLES[code]]));
});
