import fc from 'fast-check';
import createMarkdown from 'markdown-it';
import { expect, test } from 'vitest';
import { cardText } from '../../src/editor/cardText';
import { shapesOf } from '../../src/editor/docstringShapes';
import { functionHover, kernelHover, layerHover } from '../../src/editor/hoverText';
import { markdownCode, markdownText } from '../../src/editor/markdownText';
import type { KernelKnowledge } from '../../src/findings/knowledge';
import { keptRows } from '../../src/hub/keptKernels';
import type { KernelDetails } from '../../src/kernels/kernelDetails';
import { readPythonModule } from '../../src/kernels/pythonModule';
import { summary } from './kernelSummaries';

const ID = 'kernels-community/activation';
const KNOWN: KernelKnowledge = {
  summary: summary({ id: ID, summary: 'Activations.', version: 2 }),
  versions: [1, 2],
  details: null,
  missing: false,
  works: { state: 'works', variant: 'torch-cuda' },
  workingVersion: 2,
  trusted: true,
  lockedCommit: null,
  pinned: false,
};

function details(change: Partial<KernelDetails>): KernelDetails {
  return {
    id: ID,
    versions: [],
    version: null,
    commit: 'a'.repeat(40),
    variants: [],
    metadata: {},
    webgpu: null,
    card: null,
    functions: [],
    layers: [],
    benchmarks: [],
    license: null,
    trusted: null,
    gated: false,
    private: false,
    redirect: null,
    ...change,
  };
}

function hover(change: Partial<KernelKnowledge>, version: number | null = 1, measured: readonly string[] = []): string {
  return kernelHover({ id: ID, known: { ...KNOWN, ...change }, version, measured });
}

test('says what a kernel is, whether it runs, and what it has', () => {
  const functions = Array.from({ length: 14 }, (_, i) => ({ name: `f${i}`, signature: '(out, x)' }));
  const text = hover(
    {
      details: details({
        card: '# Title\n\n[![b](x)](y)\n\nSome *fast* `kernels`.\n\nMore.',
        functions,
        layers: ['Gelu'],
      }),
      lockedCommit: '2385e44'.padEnd(40, '0'),
    },
    1,
    ['Measured here: 2.4× FASTER', 'Measured elsewhere: WRONG'],
  );
  expect(text.split('\n\n')).toEqual([
    '**kernels\\-community\\/activation**',
    'Some fast kernels\\.',
    'Runs here, with the build `torch-cuda`.',
    'Measured here\\: 2\\.4× FASTER',
    'Measured elsewhere\\: WRONG',
    'Versions: v2, **v1**',
    'Locked at `2385e4400000`',
    [
      '```python',
      ...functions.slice(0, 12).map(({ name }) => `${name}(out, x)`),
      '# and 2 more',
      '# layers: Gelu',
      '```',
    ].join('\n'),
  ]);
});

test.each<[Partial<KernelKnowledge>, RegExp]>([
  [
    { works: { state: 'fails', reason: 'OS (a) does not match' } },
    /^Does not run here: OS \\\(a\\\) does not match Version 2 has a build for this machine\.$/m,
  ],
  [{ works: { state: 'fails', reason: 'no' }, workingVersion: 1 }, /^Does not run here: no$/m],
  [{ works: { state: 'likely', because: 'It fits' } }, /^Should run here\\\. It fits$/m],
  [{ works: { state: 'unknown', reason: 'No Python' } }, /^Not known whether it runs here: No Python$/m],
  [{ missing: true }, /^The Hub has no such kernel/m],
  [{ trusted: false }, /^The Hub does not count its publisher as trusted\.$/m],
  [{ versions: null }, /^Versions: v2$/m],
  [{}, /^Activations\\\.$/m],
  [{ versions: Array.from({ length: 20 }, (_, i) => i + 1) }, /^Versions: v20, .*v13, and 12 older$/m],
])('with %j says %s', (change, expected) => {
  expect(hover(change)).toMatch(expected);
});

const DOCSTRING = `Attention.

Args:
    q: (batch_size, seqlen, nheads, headdim)
    k (Tensor): of shape [batch, seqlen]
    other: (not, a, parameter)
    causal: bool`;

test('a function has its signature, its shapes and its docstring', () => {
  const text = functionHover(ID, 1, { name: 'attend', signature: '(q, k, causal=False)', docstring: DOCSTRING });
  expect(text).toContain('```python\nattend(q, k, causal=False)\n```');
  expect(text).toContain('of **kernels\\-community\\/activation** v1');
  expect(text).toContain('Shapes: `q: (batch_size, seqlen, nheads, headdim)`, `k: [batch, seqlen]`');
  expect(text).toContain(`\`\`\`text\n${DOCSTRING}\n\`\`\``);
  expect(functionHover(ID, null, { name: 'f', signature: '(x)' })).not.toMatch(/Shapes|text/);
  expect(layerHover(ID, 1, 'Gelu')).toContain('class Gelu');
  expect(shapesOf(DOCSTRING, '(z)')).toEqual([]);
});

const rendered = new createMarkdown({ html: true, linkify: true });
/** What makes an element of its own of something, or an icon. */
const HARM = /<(?:a|img|script|iframe|h\d|table)\b|\$\(/i;
const EVIL = [
  '[click](command:workbench.action.terminal.new)',
  '![x](https://evil.example/x.png)',
  '<img src=x onerror=alert(1)>',
  '<https://evil.example>',
  'https://evil.example www.evil.example a@evil.example',
  '```\n[x](command:y)\n```',
  '~~~\n</code>[x](command:y)',
  '`` [x](command:y)',
  '$(check)',
  '# heading\n| a | b |\n|---|---|',
  '[x]: command:y\n\n[x]',
  '&lt;img&gt; \\[x](command:y)',
];

test('nothing from the Hub becomes a link, a picture, a command or an icon', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...EVIL), fc.string({ unit: 'binary' })), { maxLength: 4 }),
      (parts) => {
        const evil = parts.join(' ');
        const facts = details({
          card: evil,
          functions: [{ name: evil, signature: evil, docstring: evil }],
          layers: [evil],
        });
        const texts = [
          hover({ details: facts, works: { state: 'works', variant: evil }, lockedCommit: evil }, 1, [evil]),
          hover({ summary: summary({ id: ID, summary: evil }), works: { state: 'fails', reason: evil } }),
          kernelHover({ id: evil, known: { ...KNOWN, missing: true }, version: null, measured: [] }),
          functionHover(evil, 1, { name: evil, signature: evil, docstring: `x: (${evil}, ${evil})\n${evil}` }),
          layerHover(evil, null, evil),
        ];
        for (const text of texts) {
          const html = rendered.render(text);
          // In code an icon's name is text: the editor makes icons outside of it only.
          expect(html.replace(/<(pre|code)[\s\S]*?<\/\1>/g, '')).not.toMatch(HARM);
          expect(html).not.toMatch(/<(?:a|img|script)\b/i);
        }
      },
    ),
  );
});

test('escaped text reads as it was written', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const shown = createMarkdown().renderInline(markdownText(text, 1000));
      const plain = createMarkdown().utils.escapeHtml(text.replace(/ {2,}/g, ' ').trim().replaceAll('$(', '$ ('));
      expect(shown).toBe(plain);
    }),
  );
  expect(createMarkdown().renderInline(markdownCode('a`b``c'))).toBe('<code>a`b``c</code>');
});

test.each([
  ['# T\n\nFirst *paragraph*,\non two lines.', 'First paragraph, on two lines.'],
  ['![logo](a)\n\n<p>html</p>\n\n[Words](http://x) here', 'Words here'],
  ['- list\n\n> quote', null],
  ['', null],
])('of the card %j it says %j', (card, expected) => {
  expect(cardText(card)).toBe(expected);
});

test.each([
  ['def f(x):\n    """Does."""', 'Does.'],
  [
    "def f(x) -> Dict[str, 'a']:\n    '''Does.\n\n    More:\n        deep\n    '''\n    pass",
    'Does.\n\nMore:\n    deep',
  ],
  ['def f(x):  # why\n\n    # so\n    r"Does \\d."', 'Does \\d.'],
  ['def f(x):\r\n\t"""Does.\r\n\r\n\tIt."""', 'Does.\n\nIt.'],
  ['def f(x): return "no"', undefined],
  ['def f(x):\n    y = 1\n    "no"', undefined],
  ['def f(x):\n    f"no"', undefined],
  ['def f(x):\n    """never closed', undefined],
  ['def f(x)', undefined],
])('of %j the docstring is %j', (source, docstring) => {
  expect(readPythonModule(source).functions[0]?.docstring).toBe(docstring);
});

test('a docstring is kept, and what was kept before there were any is read', () => {
  const row = summary({ id: ID, functions: [{ name: 'f', signature: '(x)' }] });
  const both = [row, { ...row, functions: [{ name: 'f', signature: '(x)', docstring: 'Does.' }] }];
  expect(keptRows({ dropped: 0, kernels: JSON.parse(JSON.stringify(both)) as unknown })?.kernels).toEqual(both);
});
