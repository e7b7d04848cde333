"""ReLU and SiLU-and-multiply in CUDA C++."""

from typing import Optional

import torch

from . import layers
from ._ops import ops


def silu_and_mul(out: torch.Tensor, x: torch.Tensor) -> None:
    """Writes silu(x[..., :n]) * x[..., n:] into `out` (..., n). Both are contiguous."""
    ops.silu_and_mul(out, x)


def relu(x: torch.Tensor, out: Optional[torch.Tensor] = None) -> torch.Tensor:
    """max(x, 0), in `out` where it is given."""
    if out is None:
        out = torch.empty_like(x)
    ops.relu(out, x)
    return out


__all__ = ["layers", "relu", "silu_and_mul"]
