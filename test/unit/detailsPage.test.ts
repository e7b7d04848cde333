import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KernelDetails } from '../../src/kernels/kernelDetails';
import type { System } from '../../src/kernels/system';
import { cardHtml } from '../../src/sidebar/cardHtml';
import { detailsHtml, type DetailsFrame } from '../../src/sidebar/detailsHtml';
import { readDetailsMessage, readDetailsState } from '../../src/sidebar/detailsMessages';
import type { DetailsView } from '../../src/sidebar/detailsView';
import { webAddress } from '../../src/sidebar/safeHtml';

const TAGS = /^(p|h[3-6]|a|span|em|strong|s|code|pre|ul|ol|li|blockquote|hr|br|table|thead|tbody|tr|th|td)$/;
const ATTRIBUTES =
  /^(?:href="https?:\/\/[^"]*"|title="[^"]*"|data-action="open"|class="[^"]*"|start="\d+"|align="\w+")$/;

/** What is not allowed of the tags that a text holds. In our HTML `<` stands before tags alone. */
function forbidden(html: string): string[] {
  return [...html.matchAll(/<(\/?)([^\s>]*)([^>]*)>/g)].flatMap(([tag, , name = '', attributes = '']) => {
    const all = [...attributes.matchAll(/[\w-]+="[^"]*"/g)].map(([attribute]) => attribute);
    const rest = attributes.replace(/[\w-]+="[^"]*"/g, '').trim();
    return TAGS.test(name) && rest === '' && all.every((attribute) => ATTRIBUTES.test(attribute)) ? [] : [tag];
  });
}

describe('cardHtml', () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;'],
    ['<img src=x onerror=alert(1)>', '&lt;img'],
    ['[a](javascript:alert(1))', '<span>a</span>'],
    ['[a](command:workbench.action.quit)', '<span>a</span>'],
    ['[a](data:text/html,x)', '<span>a</span>'],
    ['[a](file:///etc/passwd)', '<span>a</span>'],
    ['[a](https://user:pass@huggingface.co/)', '<span>a</span>'],
    ['[a](docs/a.md)', '<span>a</span>'],
    ['[a](https://example.com/"onclick=x)', '%22onclick=x'],
    ['<https://example.com/x>', '<a href="https://example.com/x"'],
    ['![logo](https://example.com/x.png)', '[image: logo]'],
    ['[![logo](https://example.com/x.png)](https://example.com)', '<a href="https://example.com/"'],
    ['# Title', '<h3>Title</h3>'],
    ['###### Deep', '<h6>Deep</h6>'],
    ['|a|b|\n|-|:-:|\n|1|2|', '<td align="center">2</td>'],
    ['a\u202eb\u0007', 'a\ufffdb\ufffd'],
    ['a&#x202e;b&rlm;c &#8294;', 'a\ufffdb\ufffdc \ufffd'],
    ['👩‍💻', '👩‍💻'],
    ['x'.repeat(100_000), 'The card goes on'],
  ])('%s', (card, part) => {
    const { text } = cardHtml(card);
    expect(text).toContain(part);
    expect(forbidden(text)).toEqual([]);
  });

  it('makes no tag, attribute or address that is not ours, whatever it is given', () => {
    const pieces =
      '<script> </script> <img onerror=x src=y> [a]( ) javascript: command: https://x.y/ ![ ]( " \' ` ``` & &#x3c; &lt; | --- # > - 1. * _ \\ <!-- --> <a> [r]: [r] \n \t'.split(
        ' ',
      );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 5 })), { maxLength: 25 }),
        (parts) => {
          expect(forbidden(cardHtml(parts.join('')).text)).toEqual([]);
        },
      ),
      { seed: 11, numRuns: 2000 },
    );
  });

  // At ten times the length a parser that is not guarded would take minutes, and run into the time limit.
  it('comes to an end with what is made to be slow', () => {
    for (const piece of ['[', '*a', '`', '> ', '![', '<', '|a', '[a](', '&', '- ']) cardHtml(piece.repeat(5000));
  });
});

const HOSTILE = '"><script>alert(1)</script>\u202e';
const hostileDetails: KernelDetails = {
  id: 'org/name',
  versions: [{ version: 1, branch: 'v1', commit: HOSTILE }],
  version: { version: 1, branch: 'v1', commit: HOSTILE },
  commit: HOSTILE,
  variants: [HOSTILE, `torch-${HOSTILE}`, 'torch-universal', 'webgpu', 'x'.repeat(10_000)],
  metadata: {
    'torch-universal': {
      id: HOSTILE,
      name: HOSTILE,
      version: 1,
      license: HOSTILE,
      upstream: 'javascript:alert(1)',
      source: HOSTILE,
      kernelsMinver: HOSTILE,
      pythonDepends: [HOSTILE],
      kernelDepends: [],
      backendType: HOSTILE,
      archs: [HOSTILE],
    },
  },
  webgpu: [{ variant: HOSTILE, features: [HOSTILE], limits: { [HOSTILE]: 1 } }],
  card: HOSTILE,
  functions: [{ name: HOSTILE, signature: HOSTILE }],
  layers: [HOSTILE],
  benchmarks: [HOSTILE, '../../settings/tokens'],
  license: HOSTILE,
  trusted: false,
  gated: true,
  private: true,
  redirect: { destination: HOSTILE, revision: HOSTILE },
};
const system: System = {
  python: {
    system: {
      backend: { name: 'cpu', version: null },
      cpu: 'x86_64',
      os: 'linux',
      torch: '2.10',
      torchCxx11Abi: true,
      tvmFfi: null,
      macos: null,
      freeThreadedWithoutAbi: false,
      architecture: null,
      kernelsVersion: '0.17.2',
      modules: {},
    },
  },
  webgpu: { missing: HOSTILE },
};
const frame: DetailsFrame = { source: 'https://page', nonce: 'once', script: 'https://page/details.js', styles: [] };
const view: DetailsView = {
  id: 'org/name',
  summary: null,
  opened: { state: 'open', details: { value: hostileDetails, at: '2026-01-02T03:04:05Z', problem: null } },
  system,
  card: cardHtml(HOSTILE),
  endpoint: 'https://hub.example/kernels-mirror',
};

describe('detailsHtml', () => {
  it('shows what strangers wrote as text alone', () => {
    const page = detailsHtml(view, frame);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain(`<script type="module" nonce="once" src="https://page/details.js">`);
    expect(page).not.toMatch(/ (on\w+|style)=|="javascript:|\u202e/);
    expect(page).not.toContain('settings/tokens"');
    const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => new URL(href).origin);
    expect(new Set(links)).toEqual(new Set(['https://hub.example']));
    expect(page.length).toBeLessThan(40_000);
  });

  it('loads nothing but its own files', () => {
    const policy =
      /http-equiv="Content-Security-Policy"[^>]*content="([^"]*)"/.exec(detailsHtml(view, frame))?.[1] ?? '';
    const directives = policy.replaceAll('&#39;', "'").split('; ');
    expect(directives).toContain("default-src 'none'");
    expect(directives).toContain("script-src 'nonce-once'");
    expect(policy).not.toMatch(/unsafe|\*/);
  });

  it.each([
    ['loading', { state: 'loading' }, 'Looking into the repository'],
    ['failed', { state: 'failed', problem: 'The Hub does not answer.' }, 'The Hub does not answer.'],
  ] as const)('says in words that it is %s', (_state, opened, words) => {
    expect(detailsHtml({ ...view, opened }, frame)).toContain(words);
  });

  it('says what is shown and why: verdict, trust, access, the move', () => {
    const page = detailsHtml(view, frame);
    for (const words of [
      'does not list this publisher as trusted',
      'has moved to',
      'private',
      'Ask for it on the Hub',
      'Not known',
      'Versions',
    ]) {
      expect(page).toContain(words);
    }
  });
});

describe('readDetailsMessage', () => {
  it.each([
    { action: 'pin' },
    { action: 'version', version: 2 },
    { action: 'kernel', id: 'org/name' },
    { action: 'open', address: 'https://example.com' },
  ])('reads %o', (message) => {
    expect(readDetailsMessage(message)).toEqual(message);
  });

  it.each([
    null,
    'pin',
    {},
    { action: 'quit' },
    { action: 'version', version: '2' },
    { action: 'open' },
    { action: 'version', version: NaN },
  ])('does not listen to %o', (message) => {
    expect(readDetailsMessage(message)).toBeNull();
  });

  it('reads what an earlier window showed', () => {
    expect(readDetailsState({ id: 'a/b', version: null, scroll: 4 })).toEqual({ id: 'a/b', version: null });
    expect(readDetailsState(undefined)).toBeNull();
  });
});

describe('webAddress', () => {
  it.each([
    ['https://Example.com/a b', 'https://example.com/a%20b'],
    ['HTTP://example.com', 'http://example.com/'],
    ['//example.com', null],
    ['javascript:alert(1)', null],
    [' https://example.com', null],
    ['https://a:b@example.com', null],
    ['https://', null],
    ['vscode://x', null],
  ])('%s', (text, address) => {
    expect(webAddress(text)).toBe(address);
  });
});
