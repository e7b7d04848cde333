import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWhole } from '../../src/code/parseSource';
import { readPythonNames } from '../../src/code/pythonNames';
import { torchOperations } from '../../src/code/torchOperations';
import { IMPORTS, kindsOf, onlySite, shortSites, sitesOf } from './torchOperationSites';

describe('operations that one call is', () => {
  it.each([
    ['y = F.gelu(x)', 'gelu: F.gelu(x) {x=x}'],
    ["y = F.gelu(x, approximate='none')", "gelu: F.gelu(x, approximate='none') {x=x}"],
    ["y = F.gelu(input=x, approximate='tanh')", "gelu tanh: F.gelu(input=x, approximate='tanh') {x=x}"],
    ['y = torch.nn.functional.gelu(x)', 'gelu: torch.nn.functional.gelu(x) {x=x}'],
    ['y = nn.functional.silu(a + b)', 'silu: nn.functional.silu(a + b) {x=a + b}'],
    ['y = F.silu(x, inplace=False)', 'silu: F.silu(x, inplace=False) {x=x}'],
    ["act = nn.GELU('tanh')", "gelu tanh: nn.GELU('tanh') {}"],
    ['act = nn.SiLU()', 'silu: nn.SiLU() {}'],
    [
      'y = F.softmax(x, dim=-1, dtype=torch.float32)',
      'softmax: F.softmax(x, dim=-1, dtype=torch.float32) {x=x, dim=-1, dtype=torch.float32}',
    ],
    ['y = torch.softmax(x, -1)', 'softmax: torch.softmax(x, -1) {x=x, dim=-1}'],
    ['m = nn.Softmax(dim=-1)', 'softmax: nn.Softmax(dim=-1) {dim=-1}'],
    [
      'y = F.rms_norm(x, (d,), w, 1e-6)',
      'rms norm: F.rms_norm(x, (d,), w, 1e-6) {x=x, shape=(d,), weight=w, eps=1e-6}',
    ],
    ['m = nn.RMSNorm(d, eps=1e-6)', 'rms norm: nn.RMSNorm(d, eps=1e-6) {shape=d, eps=1e-6}'],
    [
      'y = F.layer_norm(x, [d], weight=w, bias=b)',
      'layer norm: F.layer_norm(x, [d], weight=w, bias=b) {x=x, shape=[d], weight=w, bias=b}',
    ],
    ['y = F.layer_norm(x, x.shape[-1:])', 'layer norm: F.layer_norm(x, x.shape[-1:]) {x=x, shape=x.shape[-1:]}'],
    [
      'm = nn.LayerNorm(d, elementwise_affine=False)',
      'layer norm: nn.LayerNorm(d, elementwise_affine=False) {shape=d, affine=False}',
    ],
    [
      'm = torch.nn.modules.normalization.LayerNorm(d)',
      'layer norm: torch.nn.modules.normalization.LayerNorm(d) {shape=d}',
    ],
    [
      'y = F.scaled_dot_product_attention(q, k, v, m, 0.1, True, scale=s, enable_gqa=True)',
      'attention: F.scaled_dot_product_attention(q, k, v, m, 0.1, True, scale=s, enable_gqa=True) {q=q, k=k, v=v, mask=m, dropout=0.1, causal=True, scale=s, gqa=True}',
    ],
    [
      'y = bnb.matmul_4bit(x, w.t(), quant_state=s, bias=b)',
      '4-bit linear: bnb.matmul_4bit(x, w.t(), quant_state=s, bias=b) {x=x, weight=w.t(), quant state=s, bias=b}',
    ],
    [
      'm = bnb.nn.Linear4bit(i, o, bias=False, quant_type="nf4")',
      '4-bit linear: bnb.nn.Linear4bit(i, o, bias=False, quant_type="nf4") {bias=False}',
    ],
    ['m = bnb.nn.Linear8bitLt(i, o)', '8-bit linear: bnb.nn.Linear8bitLt(i, o) {}'],
    [
      'm = AutoModelForCausalLM.from_pretrained("a/b", attn_implementation="sdpa", torch_dtype=torch.float16)',
      'transformers model: AutoModelForCausalLM.from_pretrained("a/b", attn_implementation="sdpa", torch_dtype=torch.float16) {model="a/b", attention="sdpa", dtype=torch.float16}',
    ],
  ])('%s', (code, site) => {
    expect(shortSites(`${code}\n`)).toEqual([site]);
  });

  it.each([
    ['an approximation that a name stands for', 'def f(x, how):\n    return F.gelu(x, approximate=how)'],
    ['a module that only running makes out', 'm = nn.GELU(approximate=config.how)'],
    ['in place', 'y = F.silu(x, inplace=True)'],
    ['in place by place', 'y = F.silu(x, True)'],
    ['a module that works in place', 'm = nn.SiLU(inplace=True)'],
    ['arguments in a list', 'y = F.gelu(*args)'],
    ['arguments in a map', 'y = F.scaled_dot_product_attention(q, k, v, **more)'],
    ['another dimension', 'y = F.softmax(x, dim=1)'],
    ['no dimension', 'y = F.softmax(x)'],
    ['a dimension that a name stands for', 'def f(x, d):\n    return torch.softmax(x, d)'],
    ['an unknown argument', 'y = F.gelu(x, out=y)'],
    ['several dimensions normalised', 'm = nn.LayerNorm((8, 8))'],
    ['several dimensions of a shape', 'y = F.layer_norm(x, x.shape[1:])'],
    ['nothing given', 'y = F.gelu()'],
    ['a parameter that hides the module', 'def f(F, x):\n    return F.gelu(x)'],
    ['a method of something', 'y = x.gelu(x)'],
    ['another module of that name', 'import torchvision.transforms.functional as F\ny = F.gelu(x)'],
    ['a string', 's = "F.gelu(x)"'],
    ['a comment', '# F.gelu(x)\n'],
    ['half-typed', 'y = F.gelu(x, '],
    ['half-typed inside', 'y = F.gelu(x +)'],
    ['a tokenizer', 'from transformers import AutoTokenizer\nt = AutoTokenizer.from_pretrained("a/b")'],
    ['a config', 'from transformers import AutoConfig\nt = AutoConfig.from_pretrained("a/b")'],
    ['a model of TensorFlow', 'from transformers import TFBertModel\nt = TFBertModel.from_pretrained("a/b")'],
    [
      'a model of another library',
      'from diffusers import UNet2DConditionModel\nm = UNet2DConditionModel.from_pretrained("a/b")',
    ],
    [
      'attention that is a kernel',
      'm = AutoModelForCausalLM.from_pretrained("a/b", attn_implementation="kernels-community/flash-attn2")',
    ],
    ['a model with a map', 'm = AutoModelForCausalLM.from_pretrained("a/b", **options)'],
    ['threshold of mixed columns', 'y = bnb.matmul(x, w, state=s, threshold=6.0)'],
  ])('finds nothing: %s', (_, code) => {
    expect(shortSites(`${code}\n`)).toEqual([]);
  });

  it('follows names that are given to it', () => {
    const code = `from torch.nn.functional import gelu as act, silu
swish = silu
y = act(x)
z = swish(y)
`;
    expect(kindsOf(code)).toEqual(['gelu call', 'silu call']);
  });

  it('finds nothing where no library is named that has such operations', () => {
    expect(sitesOf('from tinygrad.nn import functional as F\ny = F.gelu(x)\n')).toEqual([]);
  });

  it('leaves other languages alone', () => {
    const source = parseWhole('torch; F.gelu(x)', 'typescript');
    expect(torchOperations(source, readPythonNames(source))).toEqual([]);
  });
});

describe('what a site says', () => {
  it('keeps lines of an argument in brackets', () => {
    const { arguments: roles } = onlySite('y = F.gelu(a +\n           b)  # why\n');
    expect(roles.x).toMatchObject({ text: '(a +\n           b)', build: 'piece' });
    expect(onlySite('y = F.gelu(f(\n  a,\n))\n').arguments.x?.text).toBe('f(\n  a,\n)');
    expect(onlySite('y = F.gelu(x[\n  0])\n').arguments.x?.text).toBe('x[\n  0]');
    expect(onlySite('y = F.gelu(x # here\n  [0])\n').arguments.x?.text).toBe('(x # here\n  [0])');
  });

  it.each([
    ['x', 'name'],
    ['self.a.b', 'name'],
    ['x[0]', 'piece'],
    ['f(x)', 'piece'],
    ['f(x).y', 'piece'],
    ['(a + b)', 'piece'],
    ['-x', 'expression'],
    ['a if b else c', 'expression'],
    ['lambda: x', 'expression'],
  ])('%s is written as a %s', (text, build) => {
    expect(onlySite(`y = F.gelu(${text})\n`).arguments.x?.build).toBe(build);
  });

  it('names the statement, the function and the callee', () => {
    const code =
      'class A(nn.Module):\n    def forward(self, x):\n        y = (\n            F . gelu(x)\n        )\n        return y\n';
    const text = IMPORTS + code;
    const [site] = sitesOf(text);
    expect(site?.name).toBe('F.gelu');
    expect(text.slice(site?.nameSpan.from, site?.nameSpan.to)).toBe('F . gelu');
    expect(text.slice(site?.statement.from, site?.statement.to)).toBe('y = (\n            F . gelu(x)\n        )');
    expect(site?.enclosingFunction?.name).toBe('forward');
    const { from, to } = site?.enclosingFunction?.span ?? { from: 0, to: 0 };
    expect(text.slice(from, to)).toMatch(/^def forward[^]*return y$/);
  });

  it('counts in units of UTF-16, with any line ends', () => {
    const text = `${IMPORTS}s = "𝒳"; t = '''é\n'''\n\ty = F.gelu(x)\n`.replaceAll('\n', '\r\n');
    const [site] = sitesOf(text);
    expect(text.slice(site?.span.from, site?.span.to)).toBe('F.gelu(x)');
  });
});

describe('whether statements in front can do the work', () => {
  it.each([
    ['y = F.gelu(x)', true],
    ['a = b = F.gelu(x)', true],
    ['x += F.gelu(x)', true],
    ['return F.gelu(x)', true],
    ['yield F.gelu(x)', true],
    ['y = x + F.gelu(x) + g(x)', true],
    ['return self.down(F.gelu(x))', true],
    ['y = F.gelu(g(x))', true],
    ['y = F.gelu(x) and z', true],
    ['y = g(x) + F.gelu(x)', false],
    ['a[g(x)] += F.gelu(x)', false],
    ['a[F.gelu(x)] = g(x)', false],
    ['f(g(x), F.gelu(x))', false],
    ['f(k=g(x), y=F.gelu(x))', false],
    ['y = z and F.gelu(x)', false],
    ['y = z or F.gelu(x)', false],
    ['y = a < b < F.gelu(x)', false],
    ['y = F.gelu(x) if c else x', false],
    ['y = lambda: F.gelu(x)', false],
    ['y = [F.gelu(x) for x in xs]', false],
    ['y = list(F.gelu(x) for x in xs)', false],
    ['y = {k: F.gelu(x) for k in xs}', false],
    ['if F.gelu(x).sum() > 0: pass', false],
    ['if c: y = F.gelu(x)', false],
    ['a = 1; y = F.gelu(x)', false],
    ['while F.gelu(x).any(): pass', false],
    ['for a in F.gelu(x): pass', false],
    ['with g(F.gelu(x)): pass', false],
    ['def g(a=F.gelu(x)): pass', false],
    ['assert F.gelu(x).any()', false],
    ['del a[F.gelu(x)]', false],
    ['s = f"{F.gelu(x)}"', false],
    ['y = (z := F.gelu(x))', false],
  ])('%s', (statement, hoistable) => {
    expect(onlySite(`def f(self, x):\n    ${statement}\n`).hoistable).toBe(hoistable);
  });
});

describe('code that has a kernel already', () => {
  it.each([
    [
      'in the function',
      'from kernels import get_kernel\ndef f(x):\n    k = get_kernel("a/b", version=1)\n    try:\n        return k.gelu(x)\n    except RuntimeError:\n        return F.gelu(x)\n',
    ],
    [
      'loaded by the module',
      'from kernels import get_kernel\nk = get_kernel("a/b", version=1)\ndef f(x):\n    if x.is_cuda:\n        return k.gelu(x)\n    return F.gelu(x)\n',
    ],
    [
      'loaded by a function',
      'from kernels import get_kernel\ndef load():\n    try:\n        return get_kernel("a/b", version=1)\n    except Exception:\n        return None\nk = load()\ndef f(x):\n    return F.gelu(x) if k is None else k.gelu(x)\n',
    ],
    [
      'of its layer',
      'from kernels import use_kernel_forward_from_hub\n@use_kernel_forward_from_hub("G")\nclass G(nn.Module):\n    def forward(self, x):\n        return F.gelu(x)\n',
    ],
  ])('%s', (_, code) => {
    expect(kindsOf(code)).toEqual([]);
  });

  it('elsewhere in the file changes nothing', () => {
    const code =
      'from kernels import get_kernel\nk = get_kernel("a/b", version=1)\ndef f(x):\n    return k.gelu(x)\ndef g(x):\n    return F.gelu(x)\n';
    expect(kindsOf(code)).toEqual(['gelu call']);
  });

  it('a parameter of its name is another thing', () => {
    const code =
      'from kernels import get_kernel\nk = get_kernel("a/b", version=1)\ndef f(q, k, v):\n    return F.scaled_dot_product_attention(q, k, v)\n';
    expect(kindsOf(code)).toEqual(['attention call']);
  });
});

describe('any text', () => {
  const pieces = [
    'F.gelu(',
    'x',
    ')',
    ' * ',
    'nn.',
    'SiLU()',
    'self.a',
    ' = ',
    '\n',
    '    ',
    'def f(',
    '):',
    'class A(nn.Module):',
    '[..., :',
    ']',
    ',',
    '"',
    '#',
    '1',
    'torch.rsqrt(',
    'return ',
    '\r\n',
    '𝒳',
    'lambda:',
    'for x in ',
  ];

  it('is read without an error, and what is found lies in its statement', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (parts) => {
        for (const { span, statement, arguments: roles } of sitesOf(IMPORTS + parts.join(''))) {
          expect(statement.from).toBeLessThanOrEqual(span.from);
          expect(statement.to).toBeGreaterThanOrEqual(span.to);
          for (const { text } of Object.values(roles)) expect(text).not.toBe('');
        }
      }),
      { numRuns: 300 },
    );
  });
});
