import math

import torch
from torch import nn

from ._calls import counted


@counted("liger-kernels.LigerRMSNorm")
def _rms_norm(x, weight, eps):
    mean = x.float().pow(2).mean(-1, keepdim=True)
    return (x.float() * torch.rsqrt(mean + eps)).to(x.dtype) * weight


@counted("liger-kernels.silu_mul")
def _silu_mul(gate, up):
    wide = gate.float()
    return (wide / (1 + torch.exp(-wide))).to(gate.dtype) * up


@counted("liger-kernels.gelu_mul")
def _gelu_mul(gate, up):
    wide = gate.float()
    return (0.5 * wide * (1 + torch.tanh(math.sqrt(2 / math.pi) * (wide + 0.044715 * wide**3)))).to(gate.dtype) * up


class _Rotary(torch.autograd.Function):
    @staticmethod
    def forward(ctx, q, k, cos, sin):
        ctx.save_for_backward(cos, sin)
        return _turn(q, cos, sin), _turn(k, cos, sin)

    @staticmethod
    def backward(ctx, dq, dk):
        cos, sin = ctx.saved_tensors
        return _turn(dq, cos, -sin), _turn(dk, cos, -sin), None, None


def _turn(x, cos, sin):
    """x: (batch, heads, length, size). Only the first half of each row of the angles is read."""
    rows = x.transpose(1, 2).contiguous()
    half = rows.shape[-1] // 2
    cos, sin = cos[..., None, :half], sin[..., None, :half]
    first, second = rows[..., :half], rows[..., half:]
    turned = torch.cat((first * cos - second * sin, second * cos + first * sin), -1)
    return rows.detach().copy_(turned.to(rows.dtype)).transpose(1, 2)


@counted("liger-kernels.liger_rotary_pos_emb")
def liger_rotary_pos_emb(
    q: torch.Tensor, k: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, unsqueeze_dim: int = 1
) -> tuple[torch.Tensor, torch.Tensor]:
    return _Rotary.apply(q, k, cos, sin)


class LigerRMSNorm(nn.Module):
    weight: nn.Parameter
    variance_epsilon: float

    def forward(self, hidden_states: torch.Tensor) -> torch.Tensor:
        return _rms_norm(hidden_states, self.weight, self.variance_epsilon)


class LigerLinear(nn.Module):
    weight: nn.Parameter
    bias: nn.Parameter | None

    can_torch_compile = True

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return nn.functional.linear(input, self.weight, self.bias)


class LigerSwiGLUMLP(nn.Module):
    gate_proj: nn.Linear
    up_proj: nn.Linear
    down_proj: nn.Linear

    can_torch_compile = True

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.down_proj(_silu_mul(self.gate_proj(x), self.up_proj(x)))


class LigerGEGLUMLP(nn.Module):
    gate_proj: nn.Linear
    up_proj: nn.Linear
    down_proj: nn.Linear

    can_torch_compile = True

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.down_proj(_gelu_mul(self.gate_proj(x), self.up_proj(x)))


class LigerTiledSwiGLUMLP(nn.Module):
    gate_proj: nn.Linear
    up_proj: nn.Linear
    down_proj: nn.Linear

    can_torch_compile = True

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.down_proj(_silu_mul(self.gate_proj(x), self.up_proj(x)))


class LigerTiledGEGLUMLP(nn.Module):
    gate_proj: nn.Linear
    up_proj: nn.Linear
    down_proj: nn.Linear

    can_torch_compile = True

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.down_proj(_gelu_mul(self.gate_proj(x), self.up_proj(x)))


class liger_rotary_pos_emb_layer(nn.Module):
    def forward(self, q, k, cos, sin, unsqueeze_dim=1):
        return liger_rotary_pos_emb(q, k, cos, sin, unsqueeze_dim)
