import { describe, expect, it } from 'vitest';
import { IMPORTS, kindsOf, onlySite, rolesOfOnly, sitesOf } from './torchOperationSites';

describe('RMSNorm written out', () => {
  const module = (forward: string, more = ''): string => `class Norm(nn.Module):
    def __init__(self, d, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(d))
        self.variance_epsilon = eps

    def forward(self, h):
        """What it does."""
        ${forward.replaceAll('\n', '\n        ')}
${more}`;
  const llama = `t = h.dtype
h = h.to(torch.float32)
variance = h.pow(2).mean(-1, keepdim=True)
h = h * torch.rsqrt(variance + self.variance_epsilon)
return self.weight * h.to(t)`;
  const helper = `
    def _norm(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)
`;

  it.each([
    ['as Llama', llama, ''],
    ['with a helper', 'output = self._norm(h.float()).type_as(h)\nreturn output * self.weight', helper],
    [
      'with a root',
      'rms = torch.sqrt(torch.mean(h * h, dim=-1, keepdim=True) + 1e-6)\nreturn h / rms * self.weight',
      '',
    ],
    [
      'in one line',
      'return self.weight * (h * (h.float().square().mean(dim=(-1,), keepdim=True) + 1e-5).rsqrt()).to(h.dtype)',
      '',
    ],
    [
      'as T5',
      llama.replace('return', 'if self.weight.dtype in [torch.float16]:\n    h = h.to(self.weight.dtype)\nreturn'),
      '',
    ],
  ])('%s', (_, forward, more) => {
    const text = IMPORTS + module(forward, more);
    const [site, other] = sitesOf(text);
    expect(other).toBeUndefined();
    expect(site).toMatchObject({ kind: 'rms norm', form: 'class', name: 'Norm', hoistable: false });
    expect(site?.arguments).toMatchObject({ x: { text: 'h' }, weight: { text: 'self.weight' } });
    expect(text.slice(site?.span.from, site?.span.to)).toBe(forward.replaceAll('\n', '\n        '));
    expect(text.slice(site?.definition?.span.from, site?.definition?.span.to)).toMatch(/^class Norm[^]*\S$/);
  });

  it.each([
    ['a weight from one on, as Gemma', llama.replace('self.weight *', '(1.0 + self.weight) *')],
    ['a mean taken off', llama.replace('variance =', 'h = h - h.mean(-1, keepdim=True)\nvariance =')],
    ['another dimension', llama.replace('mean(-1', 'mean(1')],
    ['a dimension that is not kept', llama.replace('keepdim=True', 'keepdim=False')],
    ['a sum', llama.replace('.mean(', '.sum(')],
    ['a cube', llama.replace('pow(2)', 'pow(3)')],
    ['no eps', llama.replace('variance + self.variance_epsilon', 'variance')],
    ['a bias', `${llama} + self.bias`],
    ['a gate', llama.replace('h.to(t)', 'h.to(t) * F.silu(g)').replace('F.silu', 'torch.sin')],
    ['a condition that does more', llama.replace('return', 'if t:\n    h = h * 2\nreturn')],
    ['more on the way', llama.replace('t = h.dtype', 't = h.dtype\nprint(t)')],
    ['the norm itself', 'return h / h.norm(dim=-1, keepdim=True)'],
    ['its length', 'return h / torch.sqrt(h.pow(2).sum(-1, keepdim=True) + self.eps)'],
    ['half-typed', llama.replace('keepdim=True)', 'keepdim=True')],
  ])('not with %s', (_, forward) => {
    expect(kindsOf(module(forward))).toEqual([]);
  });

  it('is no class with a weight of another kind, another base, more inputs or a kernel', () => {
    expect(kindsOf(module(llama))).toEqual(['rms norm class']);
    expect(kindsOf(module(llama).replace('nn.Parameter(', 'other('))).toEqual([]);
    expect(kindsOf(module(llama).replace('nn.Module', 'Base'))).toEqual([]);
    expect(kindsOf(module(llama).replace('(self, h)', '(self, h, gate)'))).toEqual([]);
    expect(kindsOf(`@use_kernel_forward_from_hub("RMSNorm")\n${module(llama)}`)).toEqual([]);
  });

  it('is found as a function', () => {
    const code = `def rms_norm(x, weight, eps=1e-6):
    variance = x.float().pow(2).mean(-1, keepdim=True)
    return weight * (x * torch.rsqrt(variance + eps)).to(x.dtype)
`;
    expect(onlySite(code)).toMatchObject({ form: 'function', name: 'rms_norm', enclosingFunction: null });
    expect(rolesOfOnly(code)).toEqual({ x: 'x', weight: 'weight', eps: 'eps' });
    expect(kindsOf(code.replace('eps=1e-6', 'eps, bias'))).toEqual([]);
    expect(kindsOf(code.replace('weight, eps', 'eps').replace('weight *', 'scale *'))).toEqual([]);
  });
});

describe('rotary embeddings', () => {
  const half = `def rotate_half(x):
    """Turns half."""
    x1 = x[..., : x.shape[-1] // 2]
    x2 = x[..., x.shape[-1] // 2 :]
    return torch.cat((-x2, x1), dim=-1)

`;
  const apply = `def apply_rotary_pos_emb(q, k, cos, sin, unsqueeze_dim=1):
    cos = cos.unsqueeze(unsqueeze_dim)
    sin = sin.unsqueeze(unsqueeze_dim)
    q_embed = (q * cos) + (rotate_half(q) * sin)
    k_embed = (k * cos) + (rotate_half(k) * sin)
    return q_embed, k_embed

`;
  const call = 'def f(q, k, cos, sin):\n    return apply_rotary_pos_emb(q, k, cos, sin, unsqueeze_dim=2)\n';

  it('are found by the well-known function', () => {
    expect(rolesOfOnly(half + apply + call)).toEqual({ q: 'q', k: 'k', cos: 'cos', sin: 'sin', 'unsqueeze dim': '2' });
    const imported = 'from transformers.models.llama.modeling_llama import apply_rotary_pos_emb\n';
    expect(kindsOf(imported + call)).toEqual(['rotary embedding call']);
  });

  it.each([
    [
      'pairs',
      half.replace('x[..., : x.shape[-1] // 2]', 'x[..., ::2]').replace('x[..., x.shape[-1] // 2 :]', 'x[..., 1::2]') +
        apply +
        call,
    ],
    ['another sign', half + apply.replace('(k * cos) +', '(k * cos) -') + call],
    ['another default', half + apply.replace('dim=1', 'dim=2') + call],
    ['an unknown half', `from .other import rotate_half\n${apply}${call}`],
    ['a model that turns pairs', `from transformers.models.glm.modeling_glm import apply_rotary_pos_emb\n${call}`],
    ['an unknown function', `from .other import apply_rotary_pos_emb\n${call}`],
    ['places of tokens', half + apply + call.replace('unsqueeze_dim=2', 'position_ids')],
    ['two of that name', half + apply + apply + call],
    ['a kernel in its place', `${half}@use_kernel_func_from_hub("rotary_pos_emb")\n${apply}${call}`],
  ])('not with %s', (_, code) => {
    expect(kindsOf(code)).toEqual([]);
  });
});
