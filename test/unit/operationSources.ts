// Code with operations in it, as people write it.
const HEAD = 'import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n\n';

function inFunction(parameters: string, ...lines: readonly string[]): string {
  return `${HEAD}def compute(${parameters}):\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

export const OPERATION_SOURCES: Readonly<Record<string, string>> = {
  gelu: inFunction('x', 'y = F.gelu(x)', 'return y'),
  'gelu of an expression': inFunction('x, w', 'return F.gelu(x @ w + 1)'),
  'gelu tanh': inFunction('x', 'return F.gelu(', '    x,', '    approximate="tanh",  # fast', ')'),
  silu: inFunction('x', 'return [F.silu(part) for part in x]'),
  'silu and mul': inFunction('gate, up', 'return F.silu(gate) * up'),
  'silu and mul of halves': inFunction('x', 'gate, up = x.chunk(2, dim=-1)', 'return F.silu(gate) * up'),
  'gelu and mul': inFunction('a, b', 'return F.gelu(a) * b'),
  'rms norm': inFunction('x, w', 'return F.rms_norm(x, (x.shape[-1],), w, 1e-6)'),
  'rms norm without weight': inFunction('x, n', 'return F.rms_norm(x, n)'),
  'layer norm': inFunction('x, w, b', 'return F.layer_norm(x, w.shape, w, b, 1e-5)'),
  softmax: inFunction('x', 'return F.softmax(x.float(), dim=-1, dtype=torch.float32)'),
  attention: inFunction(
    'q, k, v, mask, dropout, scale',
    'return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=dropout, is_causal=mask is None, scale=scale)',
  ),
  'plain attention': inFunction(
    'q, k, v',
    'out = F.scaled_dot_product_attention(q, k, v, is_causal=True)',
    'return out',
  ),
  'rotary embedding': inFunction(
    'q, k, cos, sin',
    'from transformers.models.llama.modeling_llama import apply_rotary_pos_emb',
    '',
    'q, k = apply_rotary_pos_emb(q, k, cos, sin)',
    'return q, k',
  ),
  'linear and activation': inFunction('x, layer', 'return F.gelu(F.linear(x, layer.weight, layer.bias))'),
  modules: `${HEAD}class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.act = nn.GELU()
        self.tanh = nn.GELU(approximate="tanh")
        self.silu = nn.SiLU()
        self.norm = nn.RMSNorm(dim, eps=1e-6)
        self.last = nn.LayerNorm(dim)
        self.softmax = nn.Softmax(dim=-1)
        self.layers = nn.Sequential(nn.Linear(dim, dim), nn.GELU())
`,
  convolution: `${HEAD}class Mixer(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.conv = nn.Conv1d(dim, dim, 4, groups=dim, padding=3)

    def forward(self, x):
        return F.silu(self.conv(x)[..., : x.shape[-1]])
`,
  'hand-written RMSNorm': `${HEAD}class LlamaRMSNorm(nn.Module):
    def __init__(self, hidden_size, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(hidden_size))
        self.variance_epsilon = eps

    def forward(self, hidden_states):
        """Normalises."""
        input_dtype = hidden_states.dtype
        hidden_states = hidden_states.to(torch.float32)
        variance = hidden_states.pow(2).mean(-1, keepdim=True)
        hidden_states = hidden_states * torch.rsqrt(variance + self.variance_epsilon)
        return self.weight * hidden_states.to(input_dtype)
`,
  'hand-written rotary embedding': `${HEAD}def rotate_half(x):
    x1 = x[..., : x.shape[-1] // 2]
    x2 = x[..., x.shape[-1] // 2 :]
    return torch.cat((-x2, x1), dim=-1)


def apply_rotary_pos_emb(q, k, cos, sin, position_ids=None, unsqueeze_dim=1):
    """Turns."""
    cos = cos.unsqueeze(unsqueeze_dim)
    sin = sin.unsqueeze(unsqueeze_dim)
    q_embed = (q * cos) + (rotate_half(q) * sin)
    k_embed = (k * cos) + (rotate_half(k) * sin)
    return q_embed, k_embed


def attend(q, k, cos, sin):
    q, k = apply_rotary_pos_emb(q, k, cos, sin, unsqueeze_dim=2)
    return q @ k.transpose(-1, -2)
`,
  'four bits': `import bitsandbytes as bnb


def compute(x, layer):
    return bnb.matmul_4bit(x, layer.weight.t(), quant_state=layer.weight.quant_state, bias=layer.bias)
`,
};
