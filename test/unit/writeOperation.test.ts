import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { OperationSite } from '../../src/code/operation';
import { parseWhole } from '../../src/code/parseSource';
import { readPythonNames } from '../../src/code/pythonNames';
import { pythonUses } from '../../src/code/pythonUses';
import { torchOperations } from '../../src/code/torchOperations';
import { readBuiltInCatalogue } from '../../src/hub/builtInCatalogue';
import type { Form, LibraryStyle, Offer, Written } from '../../src/insert/insertTypes';
import { offersFor } from '../../src/insert/offers';
import { writeOperation } from '../../src/insert/writeOperation';
import { applied, errorNodes } from './appliedEdits';
import { OPERATION_SOURCES } from './operationSources';

const file = path.join(import.meta.dirname, '../../media/catalogue.json');
const { kernels } = readBuiltInCatalogue(readFileSync(file, 'utf8'));
const NEWEST: LibraryStyle = { kernelsVersion: '0.17.2', trustRemoteCode: false };
const FORMS: readonly Form[] = ['plain', 'module', 'fallback', 'switch', 'locked'];

function sitesOf(text: string): readonly OperationSite[] {
  const source = parseWhole(text, 'python');
  return torchOperations(source, readPythonNames(source));
}

function write(
  text: string,
  form: Form,
  change: { offer?: Partial<Offer>; library?: LibraryStyle; nth?: number } = {},
): Written {
  const site = sitesOf(text)[change.nth ?? 0];
  const [offer] = site === undefined ? [] : offersFor(site, kernels);
  if (site === undefined || offer === undefined) throw new Error('No operation, or no offer.');
  const source = parseWhole(text, 'python');
  return writeOperation({
    source,
    site,
    offer: { ...offer, ...change.offer },
    form,
    library: change.library ?? NEWEST,
  });
}

function textOf(text: string, written: Written): string {
  if ('refused' in written) throw new Error(written.refused);
  return applied(text, written.edits);
}

const GELU = 'import torch\nimport torch.nn.functional as F\n\n\ndef f(x):\n    return F.gelu(x)\n';

describe('every form of every operation', () => {
  const variants: readonly [string, (text: string) => string][] = [
    ['as it is', (text) => text],
    ['CRLF', (text) => text.replaceAll('\n', '\r\n')],
    ['tabs', (text) => text.replaceAll('    ', '\t')],
    ['single quotes', (text) => `${text.replaceAll('"""', "'''").replaceAll('"', "'")}\n\nWORDS = ('a', 'b', 'c')\n`],
    ['an astral character in front', (text) => `# 🜁\n${text}`],
  ];
  const cases = Object.entries(OPERATION_SOURCES).flatMap(([name, text]) =>
    variants.map(([variant, change]) => [name, variant, change(text)] as const),
  );

  it.each(cases)('%s, %s', (_, variant, text) => {
    const source = parseWhole(text, 'python');
    expect(errorNodes(text)).toBe(0);
    const sites = sitesOf(text);
    expect(sites.length).toBeGreaterThan(0);
    let count = 0;
    for (const site of sites) {
      const offers = offersFor(site, kernels);
      // One is enough where only the file's style differs.
      for (const offer of variant === 'as it is' ? offers : offers.slice(0, 1)) {
        for (const form of FORMS) {
          const written = writeOperation({ source, site, offer, form, library: NEWEST });
          if ('refused' in written) {
            expect(written.refused).toMatch(/^[A-Z`].*\.$/su);
            continue;
          }
          count += 1;
          const after = applied(text, written.edits);
          expect(errorNodes(after), after).toBe(0);
          if (variant === 'CRLF') expect(after.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/u);
          if (variant === 'tabs') expect(after).not.toMatch(/^ {4}/mu);
          if (variant === 'single quotes') expect(after.replaceAll('"""', '')).not.toContain('"');
          const read = parseWhole(after, 'python');
          const uses = pythonUses(read, readPythonNames(read));
          expect(
            uses.map(({ id }) => id?.value),
            after,
          ).toContain(offer.id);
          expect(written.pin === null).toBe(form !== 'locked');
        }
      }
    }
    expect(count).toBeGreaterThan(0);
  });
});

describe('the call, as the installed library takes it', () => {
  it.each<[string | null, boolean, Partial<Offer>, string]>([
    ['0.17.2', false, {}, 'get_kernel("kernels-community/activation", version=1)'],
    [null, false, {}, 'get_kernel("kernels-community/activation", version=1)'],
    ['0.12.0', false, {}, 'get_kernel("kernels-community/activation", version=1)'],
    ['0.11.7', false, {}, 'get_kernel("kernels-community/activation", revision="v1")'],
    ['0.17.2', false, { version: null }, 'get_kernel("kernels-community/activation", revision="main")'],
    ['0.17.2', true, {}, 'get_kernel("kernels-community/activation", version=1, trust_remote_code=True)'],
    ['0.13.0', true, {}, 'get_kernel("kernels-community/activation", version=1)'],
  ])('kernels %s, trusted %s', (kernelsVersion, trustRemoteCode, offer, call) => {
    const written = write(GELU, 'module', { offer, library: { kernelsVersion, trustRemoteCode } });
    expect(textOf(GELU, written)).toContain(`activation = ${call}\n`);
  });

  it.each([
    ['0.17.2', 'get_locked_kernel('],
    ['0.16.0', 'load_kernel('],
    [null, 'load_kernel('],
  ])('locked with kernels %s', (kernelsVersion, call) => {
    const written = write(GELU, 'locked', { library: { kernelsVersion, trustRemoteCode: false } });
    const text = textOf(GELU, written);
    expect(text).toContain(`activation = ${call}"kernels-community/activation", lockfile=KERNELS_LOCK)`);
    expect(written).toMatchObject({ pin: { id: 'kernels-community/activation', version: 1 } });
  });

  it('locks nothing that has no versions', () => {
    expect(write(GELU, 'locked', { offer: { version: null } })).toHaveProperty('refused');
  });
});

describe('what is written', () => {
  it('is a helper, where the output has to be allocated', () => {
    expect(textOf(GELU, write(GELU, 'module'))).toBe(`import torch
import torch.nn.functional as F
from kernels import get_kernel

activation = get_kernel("kernels-community/activation", version=1)


def kernel_gelu(x):
    """GELU by kernels-community/activation; by PyTorch where the kernel cannot."""
    if torch.is_grad_enabled() and x.requires_grad:
        return F.gelu(x)
    dense = x.contiguous()
    out = torch.empty_like(dense)
    activation.gelu(out, dense)
    return out


def f(x):
    return kernel_gelu(x)
`);
  });

  it('is used again at the next place, word for word', () => {
    for (const form of ['module', 'fallback', 'switch', 'locked'] as const) {
      const text = 'import torch.nn.functional as F\n\n\ndef f(x, y):\n    a = F.gelu(x)\n    return a + F.gelu(y)\n';
      const first = textOf(text, write(text, form));
      const second = textOf(first, write(first, form, { nth: sitesOf(first).length - 1 }));
      expect(second.match(/def kernel_gelu/gu)).toHaveLength(1);
      expect(second.match(/kernels-community\/activation", /gu)).toHaveLength(1);
      expect(second).toContain('a + kernel_gelu(y)');
    }
  });

  it('uses what the module has loaded already', () => {
    const text = `import kernels\nimport torch.nn.functional as F\n\nacts = kernels.get_kernel('kernels-community/activation', version=1)\n\n\ndef f(x):\n    return F.gelu(x)\n`;
    const after = textOf(text, write(text, 'module'));
    expect(after).toContain('    acts.gelu(out, dense)');
    expect(after.match(/get_kernel/gu)).toHaveLength(1);
  });

  it('takes no name that the file has', () => {
    const text =
      'import torch.nn.functional as F\n\nactivation = 3\n\n\ndef kernel_gelu():\n    pass\n\n\ndef f(x):\n    return F.gelu(x)\n';
    const after = textOf(text, write(text, 'module'));
    expect(after).toContain('activation_2 = get_kernel(');
    expect(after).toContain('return kernel_gelu_2(x)');
  });

  it('keeps parameters and their names, of modules', () => {
    const text = 'from torch import nn\n\nnorm = nn.RMSNorm(64, eps=1e-6)\n';
    const after = textOf(text, write(text, 'module'));
    expect(after).toContain('class KernelRMSNorm(nn.RMSNorm):');
    expect(after).toContain('norm = KernelRMSNorm(64, eps=1e-6)\n');
  });

  it('puts a body written by hand below, where the kernel cannot do all', () => {
    const text = OPERATION_SOURCES['hand-written RMSNorm'] ?? '';
    const after = textOf(text, write(text, 'fallback'));
    expect(after).toContain('return self.weight * hidden_states.to(input_dtype)');
    expect(after.indexOf('rms_norm_fn')).toBeLessThan(after.indexOf('input_dtype ='));
  });

  it('lets PyTorch compute attention that the kernel computes differently', () => {
    const text =
      'import torch.nn.functional as F\n\n\ndef f(q, k, v, m):\n    return F.scaled_dot_product_attention(q, k, v, attn_mask=m, is_causal=True)\n';
    const after = textOf(text, write(text, 'module'));
    for (const guard of ['mask is not None', 'q.shape[-2] != k.shape[-2]', 'q.dtype not in'])
      expect(after).toContain(guard);
    expect(after).toContain('return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=True)');
    expect(after).toContain('kernel_attention(q, k, v, mask=m)');
  });

  it('computes a convolution without the layer that is only known where it stands', () => {
    const text = OPERATION_SOURCES['convolution'] ?? '';
    const after = textOf(text, write(text, 'fallback'));
    expect(after).toContain(
      'F.conv1d(x, weight, bias=bias, padding=weight.shape[-1] - 1, groups=x.shape[1])[..., :x.shape[-1]]',
    );
    expect(after).toContain('kernel_causal_conv1d(x, self.conv.weight, self.conv.bias)');
  });

  it('takes a softmax apart into rows', () => {
    const text = 'import torch.nn.functional as F\n\n\ndef f(x):\n    return F.softmax(x, dim=-1)\n';
    expect(textOf(text, write(text, 'module'))).toContain('dense.reshape(-1, dense.shape[-1]).contiguous()');
  });

  it('draws a share of the calls with numbers of its own', () => {
    const after = textOf(GELU, write(GELU, 'switch'));
    expect(after).toContain('kernel_draw = random.Random()');
    expect(after).toContain('USE_ACTIVATION_KERNEL = kernel_share("USE_ACTIVATION_KERNEL")');
  });
});

describe('what is refused', () => {
  it.each<[string, string, RegExp]>([
    ['a plain call within a lambda', 'import torch.nn.functional as F\nf = lambda x: F.gelu(x)\n', /form that loads/u],
    [
      'a place with a syntax error',
      'import torch.nn.functional as F\n\ndef f(x):\n    y = = 3\n    return F.gelu(x)\n',
      /syntax error/u,
    ],
  ])('%s', (_, text, reason) => {
    const written = write(text, 'plain');
    expect('refused' in written ? written.refused : '').toMatch(reason);
  });

  it('an id that is none', () => {
    expect(write(GELU, 'module', { offer: { id: 'a/b"\nimport os' } })).toHaveProperty('refused');
  });

  it('a place that is not there', () => {
    const [site] = sitesOf(GELU);
    const [offer] = site === undefined ? [] : offersFor(site, kernels);
    if (site === undefined || offer === undefined) throw new Error('No operation.');
    const source = parseWhole('import torch\n', 'python');
    expect(writeOperation({ source, site, offer, form: 'module', library: NEWEST })).toHaveProperty('refused');
  });
});
