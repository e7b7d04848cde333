import { describe, expect, it } from 'vitest';
import { IMPORTS, kindsOf, onlySite, rolesOfOnly, shortSites, sitesOf } from './torchOperationSites';

/** The lines as the body of a method of a module, whose `__init__` may have lines too. */
function inModule(lines: string, init = 'pass'): string {
  const indented = (text: string): string => text.replaceAll('\n', '\n        ');
  return `class M(nn.Module):
    def __init__(self, d, w):
        ${indented(init)}

    def forward(self, x, y=None):
        ${indented(lines)}
`;
}

describe('gated activations', () => {
  it.each([
    ['return self.w2(F.silu(self.w1(x)) * self.w3(x))', 'silu and mul', { gate: 'self.w1(x)', up: 'self.w3(x)' }],
    ['return self.w3(x) * F.gelu(self.w1(x))', 'gelu and mul', { gate: 'self.w1(x)', up: 'self.w3(x)' }],
    [
      'gate = self.gate_proj(x)\nup = self.up_proj(x)\nreturn self.down_proj(F.silu(gate) * up)',
      'silu and mul',
      { gate: 'gate', up: 'up' },
    ],
    [
      'a = self.fc_1(x)\nb = self.fc_2(x)\nreturn F.gelu(a, approximate="tanh") * b',
      'gelu tanh and mul',
      { gate: 'a', up: 'b' },
    ],
    ['gate, up = x.chunk(2, dim=-1)\nreturn F.silu(gate) * up', 'silu and mul', { gate: 'gate', up: 'up', x: 'x' }],
    [
      'gate, up = torch.chunk(x, 2, -1)\nreturn (F.silu(gate)) * up',
      'silu and mul',
      { gate: 'gate', up: 'up', x: 'x' },
    ],
    ['up, gate = x.chunk(2, dim=-1)\nreturn F.silu(gate) * up', 'silu and mul', { gate: 'gate', up: 'up' }],
    ['gate, up = x.chunk(2, dim=1)\nreturn F.silu(gate) * up', 'silu and mul', { gate: 'gate', up: 'up' }],
    ['x, gate = self.proj(x).chunk(2, dim=-1)\nreturn x * F.gelu(gate)', 'gelu and mul', { gate: 'gate', up: 'x' }],
    ['x = torch.chunk(x, 2, dim=-1)\nreturn F.silu(x[0]) * x[1]', 'silu and mul', { gate: 'x[0]', up: 'x[1]' }],
    [
      'd = x.shape[-1] // 2\nreturn F.silu(x[..., :d]) * x[..., d:]',
      'silu and mul',
      { gate: 'x[..., :d]', up: 'x[..., d:]', x: 'x' },
    ],
    [
      'd = x.size(-1) // 2\ng = x[..., :d]\nu = x[..., d:]\nreturn F.silu(g) * u',
      'silu and mul',
      { gate: 'g', up: 'u', x: 'x' },
    ],
    ['a, b = x.chunk(2, dim=-1)\nx = self.norm(x)\nreturn F.silu(a) * b', 'silu and mul', { gate: 'a', up: 'b' }],
    ['return F.silu(x @ self.w1) * (x @ self.w3)', 'silu and mul', { gate: 'x @ self.w1', up: 'x @ self.w3' }],
    [
      'return F.silu(F.linear(x, self.a)) * F.linear(x, self.b)',
      'silu and mul',
      { gate: 'F.linear(x, self.a)', up: 'F.linear(x, self.b)' },
    ],
  ] as const)('%s', (lines, kind, roles) => {
    const code = inModule(lines);
    expect(onlySite(code).kind).toBe(kind);
    expect(rolesOfOnly(code)).toEqual(roles);
  });

  it.each([
    'return F.silu(self.conv(x)) * y',
    'return F.silu(x) * 2',
    'return F.silu(x) * self.scale',
    'return F.gelu(self.conv1(x)) * padded_mask',
    'return F.silu(gate_logits) * up',
    'return F.silu(self.w1(x)) * self.mask(x)',
    'return F.silu(self.w1(x)) * self.w3(y)',
    'return F.silu(self.w1(x)) * self.w1(x)',
    'return F.silu(x) * x',
    'return F.silu(x) + y',
    'return F.silu(x[..., :1]) * x[..., 1:]',
    'a, b = x.chunk(2, dim=-1)\nif y:\n    b = y\nreturn F.silu(a) * b',
    'a, b, c = x.chunk(3, dim=-1)\nreturn F.silu(a) * b',
    'a, _ = x.chunk(2, dim=-1)\n_, b = y.chunk(2, dim=-1)\nreturn F.silu(a) * b',
    'for i in y:\n    z = F.silu(a) * b\n    a, b = x.chunk(2, dim=-1)',
  ])('only the activation: %s', (lines) => {
    for (const kind of kindsOf(inModule(lines))) expect(kind).toMatch(/^(?:gelu|silu) call$/);
    expect(kindsOf(inModule(lines))).toHaveLength(1);
  });

  it('reads a module that the class makes, once and as nothing else', () => {
    const lines = 'return self.act(self.w1(x)) * self.w3(x)';
    expect(kindsOf(inModule(lines, 'self.act = nn.SiLU()'))).toEqual(['silu module', 'silu and mul call']);
    expect(kindsOf(inModule(lines, 'self.act = nn.SiLU()\nself.act = other'))).toEqual(['silu module']);
    expect(kindsOf(inModule(lines, 'self.act = nn.SiLU() if d else nn.GELU()'))).toEqual([
      'silu module',
      'gelu module',
    ]);
    expect(kindsOf(inModule(lines, 'self.act, self.b = nn.SiLU(), d'))).toEqual(['silu module']);
    expect(kindsOf(inModule(lines))).toEqual([]);
  });
});

describe('activations written out', () => {
  it.each([
    ['0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))', 'gelu tanh'],
    ['0.5 * x * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * torch.pow(x, 3.0))))', 'gelu tanh'],
    ['x * 0.5 * (1.0 + torch.tanh(0.79788456 * x * (1 + 0.044715 * x * x)))', 'gelu tanh'],
    ['x * 0.5 * (1.0 + torch.erf(x / math.sqrt(2.0)))', 'gelu'],
    ['x * torch.sigmoid(x)', 'silu'],
    ['torch.sigmoid(x) * x', 'silu'],
  ])('%s', (expression, kind) => {
    const site = onlySite(`def f(x):\n    return ${expression}\n`);
    expect([site.kind, site.arguments.x?.text, site.span.to - site.span.from]).toEqual([kind, 'x', expression.length]);
  });

  it.each([
    'x * torch.sigmoid(1.702 * x)',
    'x * torch.sigmoid(y)',
    'torch.sigmoid(x)',
    '0.5 * x * (1 + torch.tanh(x))',
    '0.5 * x * (1 + torch.tanh(0.797 * (x + 0.5 * x**3)))',
    '0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**2)))',
    '0.5 * y * (1 + torch.erf(x / math.sqrt(2)))',
    'x * (1 + torch.erf(x / math.sqrt(2)))',
    'f(x) * torch.sigmoid(f(x))',
  ])('not %s', (expression) => {
    expect(kindsOf(`def f(x, y):\n    return ${expression}\n`)).toEqual([]);
  });
});

describe('causal convolutions', () => {
  const init = 'self.act = nn.SiLU()\nself.conv1d = nn.Conv1d(d, d, w, groups=d, padding=w - 1)';

  it.each([
    ['return self.act(self.conv1d(x)[..., :seqlen])', { x: 'x', activation: '"silu"' }],
    ['return F.silu(self.conv1d(x)[:, :, :x.shape[-1]])', { x: 'x', activation: '"silu"' }],
    ['x = self.conv1d(x)[..., :x.size(-1)]', { x: 'x' }],
    ['return F.gelu(self.conv1d(x)[..., :seq_len])', { x: 'x' }],
  ])('%s', (lines, roles) => {
    const found = sitesOf(IMPORTS + inModule(lines, init)).filter(({ kind }) => kind === 'causal conv1d');
    expect(found).toHaveLength(1);
    const { weight, bias, width, ...rest } = found[0]?.arguments ?? {};
    expect([weight?.text, bias?.text, width?.text]).toEqual([
      'self.conv1d.weight',
      'self.conv1d.bias',
      'self.conv1d.kernel_size[0]',
    ]);
    expect(Object.fromEntries(Object.entries(rest).map(([role, { text }]) => [role, text]))).toEqual(roles);
  });

  it.each([
    [
      'y = F.conv1d(F.pad(x, (w - 1, 0)), weight, bias, groups=d)',
      'F.conv1d(F.pad(x, (w - 1, 0)), weight, bias, groups=d)',
    ],
    [
      'y = F.conv1d(x, weight, bias, padding=w - 1, groups=d)[..., :n_ctx]',
      'F.conv1d(x, weight, bias, padding=w - 1, groups=d)[..., :n_ctx]',
    ],
    [
      'y = F.silu(F.conv1d(F.pad(x, (w - 1, 0)), weight, bias, groups=d))',
      'F.silu(F.conv1d(F.pad(x, (w - 1, 0)), weight, bias, groups=d))',
    ],
  ])('%s', (code, expression) => {
    const [site] = shortSites(`${code}\n`);
    expect(site).toContain(`causal conv1d: ${expression} {x=x, weight=weight, bias=bias, width=w`);
  });

  it.each([
    ['not cut', 'return self.conv1d(x)', init],
    ['cut elsewhere', 'return self.conv1d(x)[..., 3:]', init],
    ['cut to something', 'return self.conv1d(x)[..., :k]', init],
    ['cut in another dimension', 'return self.conv1d(x)[:, :seqlen]', init],
    ['not by channel', 'return self.conv1d(x)[..., :seqlen]', init.replace('groups=d, ', '')],
    ['padded otherwise', 'return self.conv1d(x)[..., :seqlen]', init.replace('w - 1', 'w // 2')],
    ['with steps', 'return self.conv1d(x)[..., :seqlen]', init.replace('groups', 'stride=2, groups')],
    ['with another convolution', 'return self.conv1d(x)[..., :seqlen]', `${init}\nif d:\n    self.conv1d = None`],
  ])('not where it is %s', (_, lines, made) => {
    expect(kindsOf(inModule(lines, made)).filter((kind) => !kind.endsWith('module'))).toEqual([]);
  });
});

describe('linear layers', () => {
  it('with an activation behind them are one operation', () => {
    expect(shortSites('y = F.gelu(F.linear(x, w, b))\n')).toEqual([
      'linear and activation: F.gelu(F.linear(x, w, b)) {x=F.linear(x, w, b), input=x, weight=w, bias=b, activation="gelu"}',
    ]);
    expect(rolesOfOnly(inModule('return F.silu(self.fc1(x))', 'self.fc1 = nn.Linear(d, w, bias=False)'))).toEqual({
      x: 'self.fc1(x)',
      input: 'x',
      weight: 'self.fc1.weight',
      activation: '"silu"',
    });
    expect(kindsOf(inModule('return F.silu(self.fc1(x))', 'self.fc1 = Other(d, w)'))).toEqual(['silu call']);
  });

  const register =
    'self.register_buffer("weight", torch.empty((w, d), dtype=torch.int8))\nself.register_buffer("scales", torch.ones(w))';

  it.each([
    ['return F.linear(x, self.weight.to(dtype=x.dtype)) * self.scales', { scales: 'self.scales' }],
    [
      'return F.linear(x, self.weight.to(x.dtype) * self.scales[:, None], self.b)',
      { scales: 'self.scales', bias: 'self.b' },
    ],
    ['return F.linear(x, self.weight.to(x.dtype) * self.scales.unsqueeze(1))', { scales: 'self.scales' }],
  ])('of eight bits: %s', (lines, roles) => {
    const code = inModule(lines, register);
    expect(rolesOfOnly(code)).toEqual({ x: 'x', weight: 'self.weight', dtype: 'x.dtype', ...roles });
    expect(kindsOf(inModule(lines, register.replace('torch.int8', 'torch.float16')))).toEqual([]);
    expect(kindsOf(inModule(lines))).toEqual([]);
  });
});
