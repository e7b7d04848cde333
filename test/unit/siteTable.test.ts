import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineIndex } from '../../src/code/lineIndex';
import { SiteTable, type Site } from '../../src/editor/siteTable';

/** Every `f(…)` of a text. */
function table(text: string): SiteTable<Site> {
  const sites = [...text.matchAll(/f\([^)]*\)/g)].map(({ index, 0: code }) => ({
    kind: 'call',
    span: { from: index, to: index + code.length },
  }));
  return new SiteTable(text, new LineIndex(text), sites);
}

/** Where in `after` the `nth` site of `before` is found; null: nowhere. */
function foundAt(before: string, nth: number, after: string): number | null {
  const old = table(before);
  const site = old.sites[nth];
  if (site === undefined) throw new RangeError('there is no such site');
  return table(after).find(old.key(site), before === after)?.span.from ?? null;
}

const ONE = 'a\ny = f(x)\nb\n';
const TWO = 'a\ny = f(x)\nb\nc\ny = f(x)\nd\n';
const TWINS = 'a\ny = f(x)\na\ny = f(x)\na\n';

test.each([
  ['where it was', ONE, 0, ONE, 6],
  ['moved down', ONE, 0, `new\nlines\n${ONE}`, 16],
  ['with another line above it', ONE, 0, 'other\ny = f(x)\nb\n', 10],
  ['not, since it was deleted', ONE, 0, 'a\nb\n', null],
  ['not, since its code is another', ONE, 0, 'a\ny = f(z)\nb\n', null],
  ['the second of two, by what is around it', TWO, 1, `new\n${TWO}`, TWO.lastIndexOf('f(') + 4],
  ['not in place of the other one, which is still there', TWO, 0, 'a\nb\nc\ny = f(x)\nd\n', null],
  ['the second of twins, in the same text', TWINS, 1, TWINS, TWINS.lastIndexOf('f(')],
  ['not of twins, in another text', TWINS, 1, `new\n${TWINS}`, null],
  ['not where a twin was added', ONE, 0, `${ONE}${ONE}`, null],
])('a site is found %s', (_, before, nth, after, at) => {
  expect(foundAt(before, nth, after)).toBe(at);
});

test('what is found is the code that was clicked, whatever else has changed', () => {
  const line = fc.constantFrom('a', 'y = f(x)', 'z = f(x)', 'f(q)');
  const code = fc.array(line, { minLength: 1, maxLength: 8 }).map((all) => all.join('\n'));
  fc.assert(
    fc.property(code, code, (before, after) => {
      const [old, now] = [table(before), table(after)];
      for (const site of old.sites) {
        const found = now.find(old.key(site), before === after);
        if (before === after) expect(found?.span).toEqual(site.span);
        if (found === null) continue;
        expect(after.slice(found.span.from, found.span.to)).toBe(before.slice(site.span.from, site.span.to));
        // Never a guess among equals: another one like it has other lines around it.
        const twins = now.sites.filter((one) => JSON.stringify(now.key(one)) === JSON.stringify(now.key(found)));
        if (before !== after) expect(twins).toHaveLength(1);
      }
    }),
  );
});
