// Files as people write them, each with one operation or more of a kind. Each defines `make()`, which gives what is compared.
import type { OperationKind } from '../../src/code/operation';

export interface OperationFile {
  readonly kind: OperationKind;
  readonly text: string;
  /** Of written_code.py. */
  readonly inputs: string;
}

const HEAD = 'import torch\nimport torch.nn.functional as F\nfrom torch import nn\n';

/** A function of tensors, from its last line. */
function computing(parameters: string, body: string, head = HEAD): string {
  const lines = body.split('\n').map((line) => `    ${line}`);
  return `${head}\n\ndef compute(${parameters}):\n${lines.join('\n')}\n\n\ndef make():\n    return compute\n`;
}

/** A module with what its constructor makes and what `forward` does. */
function module(made: readonly string[], forward: string, parameters = 'x', head = HEAD): string {
  const lines = made.map((line) => `        ${line}\n`).join('');
  const body = forward.split('\n').map((line) => `        ${line}`);
  return (
    `${head}\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n${lines}\n` +
    `    def forward(self, ${parameters}):\n${body.join('\n')}\n\n\ndef make():\n    return Net()\n`
  );
}

function of(kind: OperationKind, inputs: string, texts: readonly string[]): readonly OperationFile[] {
  return texts.map((text) => ({ kind, text, inputs }));
}

const NORM_CLASS = `
class LlamaRMSNorm(nn.Module):
    def __init__(self, hidden_size, eps=1e-6):
        """T5's, without a mean."""
        super().__init__()
        self.weight = nn.Parameter(torch.ones(hidden_size))
        self.variance_epsilon = eps

    def forward(self, hidden_states):
        input_dtype = hidden_states.dtype
        hidden_states = hidden_states.to(torch.float32)
        variance = hidden_states.pow(2).mean(-1, keepdim=True)
        hidden_states = hidden_states * torch.rsqrt(variance + self.variance_epsilon)
        return self.weight * hidden_states.to(input_dtype)
`;
const OTHER_NORM = `
class RMSNorm(torch.nn.Module):
    def __init__(self, dim: int, eps: float = 1e-6):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def _norm(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)

    def forward(self, x):
        output = self._norm(x.float()).type_as(x)
        return output * self.weight
`;
const ROTARY = `
def rotate_half(x):
    """Rotates half the hidden dims of the input."""
    x1 = x[..., : x.shape[-1] // 2]
    x2 = x[..., x.shape[-1] // 2 :]
    return torch.cat((-x2, x1), dim=-1)


def apply_rotary_pos_emb(q, k, cos, sin, unsqueeze_dim=1):
    cos = cos.unsqueeze(unsqueeze_dim)
    sin = sin.unsqueeze(unsqueeze_dim)
    q_embed = (q * cos) + (rotate_half(q) * sin)
    k_embed = (k * cos) + (rotate_half(k) * sin)
    return q_embed, k_embed
`;

export const OPERATION_FILES: readonly OperationFile[] = [
  ...of('gelu', 'plain', [
    computing('x', 'return F.gelu(x)'),
    computing('x', 'y = torch.nn.functional.gelu(x * 2) + 1\nreturn y', 'import torch\n'),
    computing(
      'x',
      "if x.dim() > 1:\n    x = x + 1\n    y = functional.gelu(\n        input=x,  # in\n        approximate='none',\n    )\n" +
        '    return y.clone()\nreturn functional.gelu(x)',
      "import torch\nfrom torch.nn import functional\nNAME = 'x'\n",
    ),
    computing('x', 'return [F.gelu(part) for part in (x, x + 1)]'),
    computing('x', 'activate = lambda y: F.gelu(y) * 2\nreturn activate(x)').replaceAll('\n', '\r\n'),
    computing('x', 'return x * 0.5 * (1.0 + torch.erf(x / math.sqrt(2.0)))', 'import math\n\nimport torch\n'),
    module(['self.act = nn.GELU()'], 'return self.act(x)'),
    'from torch.nn import GELU, Sequential\n\n\ndef make():\n    return Sequential(GELU(), GELU())\n',
  ]),
  ...of('gelu tanh', 'plain', [
    computing('x', 'return F.gelu(x, approximate="tanh")'),
    module(['self.act = nn.GELU("tanh")'], 'x = self.act(x)\nreturn x'),
    computing(
      'x',
      'return 0.5 * x * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * torch.pow(x, 3.0))))',
      'import math\n\nimport torch\n',
    ),
  ]),
  ...of('silu', 'plain', [
    computing('x', 'return F.silu(x)'),
    computing('x', 'return x * torch.sigmoid(x)'),
    computing('x', 'return torch.sum(F.silu(input=x), -1)'),
    module(['self.act_fn = nn.SiLU()'], 'return x + self.act_fn(x)'),
  ]),
  ...of('silu and mul', 'gated', [
    computing('gate, up', 'return F.silu(gate) * up'),
    module(['self.act_fn = nn.SiLU()'], 'return self.act_fn(gate) * up', 'gate, up'),
  ]),
  ...of('silu and mul', 'joined', [
    computing('x', 'd = x.shape[-1] // 2\nreturn F.silu(x[..., :d]) * x[..., d:]'),
    computing('x', 'gate, up = x.chunk(2, dim=-1)\nreturn F.silu(gate) * up'),
    `${HEAD}\n\nclass SiluAndMul(nn.Module):\n    def forward(self, x):\n        d = x.shape[-1] // 2\n        return F.silu(x[..., :d]) * x[..., d:]\n\n\ndef make():\n    return SiluAndMul()\n`,
  ]),
  ...of('silu and mul', 'wide', [
    module(
      [
        'self.gate_proj = nn.Linear(64, 32, bias=False)',
        'self.up_proj = nn.Linear(64, 32, bias=False)',
        'self.down_proj = nn.Linear(32, 64, bias=False)',
      ],
      'return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))',
    ),
  ]),
  ...of('gelu and mul', 'gated', [computing('gate, up', 'return F.gelu(gate) * up')]),
  ...of('gelu and mul', 'joined', [computing('x', 'x, gate = x.chunk(2, dim=-1)\nreturn x * F.gelu(gate)')]),
  ...of('gelu tanh and mul', 'gated', [
    computing('gate, up', "return F.gelu(gate, approximate='tanh') * up"),
    module(['self.act = nn.GELU(approximate="tanh")'], 'return up * self.act(gate)', 'gate, up'),
  ]),
  ...of('rms norm', 'wide', [
    computing('x', 'return F.rms_norm(x, (64,), torch.linspace(0.5, 1.5, 64, dtype=x.dtype), 1e-5)'),
    computing('x', 'return F.rms_norm(x, x.shape[-1:])'),
    module(['self.norm = nn.RMSNorm(64, eps=1e-5)'], 'return self.norm(x)'),
    module(['self.norm = torch.nn.RMSNorm([64])'], 'return self.norm(x)'),
    module(['self.norm = LlamaRMSNorm(64)'], 'return self.norm(x)', 'x', `${HEAD}\n${NORM_CLASS}`),
    module(['self.norm = RMSNorm(64, 1e-5)'], 'return self.norm(x)', 'x', `${HEAD}\n${OTHER_NORM}`),
    `${HEAD}
WEIGHT = torch.linspace(0.5, 1.5, 64)


def rms_norm(x, weight, eps=1e-6):
    variance = x.float().pow(2).mean(-1, keepdim=True)
    return (x.float() * torch.rsqrt(variance + eps)).to(x.dtype) * weight


def make():
    return lambda x: rms_norm(x, WEIGHT.to(x.dtype), eps=1e-5)
`,
  ]),
  ...of('layer norm', 'wide', [
    computing('x', 'return F.layer_norm(x, (64,))'),
    computing(
      'x',
      'w = torch.linspace(0.5, 1.5, 64, dtype=x.dtype)\nreturn F.layer_norm(x, (64,), weight=w, bias=w + 1, eps=1e-6)',
    ),
    computing('x', 'w = torch.linspace(0.5, 1.5, 64, dtype=x.dtype)\nreturn torch.layer_norm(x, [64], w)'),
    module(['self.norm = nn.LayerNorm(64)'], 'return self.norm(x)'),
    module(['self.norm = nn.LayerNorm(64, eps=1e-6, bias=False)'], 'return self.norm(x)'),
  ]),
  ...of('softmax', 'rows', [
    computing('x', 'return F.softmax(x, dim=-1)'),
    computing('x', 'return torch.softmax(x, -1) * 2'),
    computing('x', 'return F.softmax(x, dim=-1, dtype=torch.float32).to(x.dtype)'),
    module(['self.softmax = nn.Softmax(dim=-1)'], 'return self.softmax(x)'),
  ]),
  ...of('attention', 'attention', [
    computing('q, k, v', 'return F.scaled_dot_product_attention(q, k, v)'),
    computing('query, key, value', 'return F.scaled_dot_product_attention(query, key, value, scale=0.3).sum(1)'),
  ]),
  ...of('attention', 'square', [
    computing('q, k, v', 'return F.scaled_dot_product_attention(q, k, v, is_causal=True)'),
    computing(
      'q, k, v',
      'out = torch.nn.functional.scaled_dot_product_attention(\n    q, k, v, attn_mask=None, dropout_p=0.0, is_causal=q.shape[2] > 1\n)\nreturn out',
    ),
  ]),
  ...of('attention', 'attention', [
    computing('q, k, v', 'return F.scaled_dot_product_attention(q, k, v, is_causal=True)'),
  ]),
  ...of('attention', 'grouped', [
    computing('q, k, v', 'return F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)'),
  ]),
  ...of('rotary embedding', 'rotary', [
    computing('q, k, cos, sin', 'q, k = apply_rotary_pos_emb(q, k, cos, sin)\nreturn q, k', `${HEAD}\n${ROTARY}`),
    computing('q, k, cos, sin', 'return apply_rotary_pos_emb(q, k, cos, sin, unsqueeze_dim=1)', `${HEAD}\n${ROTARY}`),
  ]),
  ...of('causal conv1d', 'signals', [
    module(
      ['self.conv1d = nn.Conv1d(12, 12, kernel_size=4, groups=12, padding=3, bias=True)'],
      'return F.silu(self.conv1d(x)[..., : x.shape[-1]])',
    ),
    module(
      ['self.conv = nn.Conv1d(12, 12, 3, padding=2, groups=12, bias=False)'],
      'seqlen = x.shape[-1]\nreturn self.conv(x)[:, :, :seqlen]',
    ),
  ]),
  ...of('linear and activation', 'wide', [
    module(['self.fc = nn.Linear(64, 24)'], 'return F.gelu(self.fc(x))'),
    module(
      ['self.fc1 = nn.Linear(64, 24)', 'self.act = nn.SiLU()', 'self.fc2 = nn.Linear(24, 64)'],
      'return self.fc2(self.act(self.fc1(x)))',
    ),
    computing('x', "return F.gelu(F.linear(x, torch.ones(8, 64, dtype=x.dtype) / 64), approximate='tanh')"),
  ]),
  ...of('8-bit linear', 'wide', [
    module(
      [
        'self.register_buffer("weight", torch.randint(-100, 100, (24, 64), dtype=torch.int8))',
        'self.register_buffer("scales", torch.linspace(0.001, 0.002, 24))',
      ],
      'return F.linear(x, self.weight.to(dtype=x.dtype)) * self.scales',
    ),
  ]),
];
