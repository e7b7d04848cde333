// Generated TOML documents, written in every way the format allows, for tests of edits.
import fc from 'fast-check';

const bareKey = fc.stringMatching(/^[a-z][a-z0-9_-]{0,6}$/);
const blank = fc.constantFrom('', ' ', '  ', '\t');
const comment = fc.constantFrom('', ' # a comment', '\t# "a/b" = 1', '# [tool.kernels.dependencies]', ' # é 😀 \' " {');
const scalar = fc.constantFrom(
  '1',
  '-0',
  '1_000',
  '0x1F',
  '1.0',
  '6.02e23',
  'inf',
  'true',
  '1979-05-27 07:32:00Z',
  '1979-05-27',
  '07:32:00.5',
  '""',
  '"a # b"',
  '"\\"x\\" = 1"',
  "'C:\\dir'",
  '"😀 é"',
  '"""two\nlines ""quoted"" \\\n   joined"""',
  "'''[tool.kernels.dependencies]\n\"a/b\" = 1'''",
  '""""ends with a quote""""',
);
const list = fc
  .array(scalar, { maxLength: 3 })
  .map((values) => (values.length > 1 ? `[ ${values.join(',# c\n  ')},\n]` : `[${values.join('')}]`));
const inlineTable = fc
  .uniqueArray(fc.tuple(bareKey, scalar), { maxLength: 3, selector: ([key]) => key })
  .map((pairs) => `{${pairs.map(([key, value]) => ` ${key} = ${value}`).join(',')} }`);
const value = fc.oneof({ weight: 4, arbitrary: scalar }, list, inlineTable, fc.constant('[{ x = 1 }, { x = [2] }]'));

const pairs = fc
  .uniqueArray(fc.tuple(bareKey, value, blank, comment), { maxLength: 4, selector: ([key]) => key })
  .map((all) => all.map(([key, text, space, end]) => `${space}${key} =${space}${text}${end}\n`).join(''));
const space = fc.constantFrom('', '\n', '\n\n', '# a comment on its own\n', '\n# two\n# lines\n\n');
const section = fc
  .tuple(fc.constantFrom('[project]', '[[list]]', '[tool.black]', '[ other . "x.y" ]', '["é"]'), pairs, space)
  .map(([header, body, after]) => `${header}\n${body}${after}`);

const pin = fc.tuple(fc.constantFrom('"a/b"', "'a/b'", '"a\\u002fb"'), fc.constantFrom('1', '22', '0x3', '">=0.1"'));
const other = fc.constantFrom('', '"c/d" = 2', "'c/d'=2 # two");
/** `tool.kernels.dependencies` in the forms that a table can be written in. `first`: it has to stand before any header. */
const table = fc.tuple(pin, other, comment, fc.boolean()).chain(([[key, version], second, end, empty]) => {
  const first = empty ? '' : `${key} = ${version}`;
  const lines = [first, second].filter((line) => line !== '');
  const items = lines.map((line) => line.replace(/ #.*/, '')).join(', ');
  return fc.constantFrom(
    { first: false, text: '' },
    { first: false, text: `[tool.kernels.dependencies]${end}\n${lines.map((line) => `${line}\n`).join('')}` },
    {
      first: false,
      text: `[tool.kernels]\nx = 1\n  [tool.kernels.dependencies]${end}\n${lines.map((line) => `  ${line}\n`).join('')}`,
    },
    { first: false, text: `[tool.kernels]\ndependencies = {${items}}${end}\n` },
    { first: false, text: `[tool.kernels]\nx = 1\ndependencies = { ${items} }${end}\n` },
    { first: true, text: `tool = { other = { x = 1 }, kernels = { dependencies = { ${items} } } }${end}\n` },
    { first: true, text: `tool = { kernels.dependencies = { ${items} } }${end}\n` },
    { first: true, text: `tool = {}${end}\n` },
    { first: false, text: `[tool]\n${lines.map((line) => `kernels.dependencies.${line}\n`).join('')}` },
    { first: true, text: lines.map((line) => `tool . kernels.dependencies.${line}\n`).join('') },
    { first: false, text: `[tool.kernels]\n${lines.map((line) => `dependencies.${line}\n`).join('')}x = 1\n` },
  );
});

/** Valid TOML 1.0, half of it with `\r\n`, some with a byte order mark, some without a line end at the end. */
export const tomlDocument: fc.Arbitrary<string> = fc
  .record({
    start: pairs,
    before: fc.uniqueArray(section, { maxLength: 3, selector: (text) => text.split('\n')[0] }),
    after: space,
    table,
    crlf: fc.boolean(),
    mark: fc.boolean(),
    cut: fc.boolean(),
    last: fc.boolean(),
  })
  .filter(({ table, before }) => {
    // A table that is written inline cannot be extended by a header.
    return !table.text.startsWith('tool =') || before.every((text) => !text.startsWith('[tool'));
  })
  .map(({ start, before, after, table, crlf, mark, cut, last }) => {
    const sections = before.join('');
    const body = table.first
      ? start.replaceAll(/^\s*tool\b.*\n/gm, '') + table.text + sections
      : start + (last ? sections + table.text : table.text + after + sections);
    const ended = cut ? body.replace(/\n+$/, '') : body;
    return (mark ? '\ufeff' : '') + (crlf ? ended.replaceAll('\n', '\r\n') : ended);
  });
