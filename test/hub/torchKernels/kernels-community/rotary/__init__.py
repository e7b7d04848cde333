"""Rotary embedding of flash-attn: it writes where it is told, past what autograd sees."""
import torch

from . import layers
from .layers import turn


def apply_rotary(
    x1: torch.Tensor,
    x2: torch.Tensor,
    cos: torch.Tensor,
    sin: torch.Tensor,
    out1: torch.Tensor,
    out2: torch.Tensor,
    conj: bool,
) -> None:
    turn(x1, x2, cos, sin, out1, out2, conj)


def apply_rotary_transformers(
    q: torch.Tensor, k: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, unsqueeze_dim: int = 1
) -> tuple[torch.Tensor, torch.Tensor]:
    return layers.turn_both(q, k, cos, sin, unsqueeze_dim)


apply_rotary_transformers.can_torch_compile = True

__all__ = ["apply_rotary", "apply_rotary_transformers", "layers"]
