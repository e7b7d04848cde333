"""What the kernel is called by. On a GPU Triton computes, on the CPU PyTorch does."""

import torch

from . import _plain

_KERNELS = {"cpu": _plain}
if torch.cuda.is_available():
    from . import _triton

    _KERNELS["cuda"] = _triton


def silu_and_mul(out: torch.Tensor, x: torch.Tensor) -> None:
    """Writes silu(x[..., :n]) * x[..., n:] into `out` (..., n). Both are contiguous."""
    if x.shape[-1] != 2 * out.shape[-1] or x.shape[:-1] != out.shape[:-1]:
        raise ValueError(f"x of {tuple(x.shape)} is not twice as wide as out of {tuple(out.shape)}")
    if not (x.is_contiguous() and out.is_contiguous()):
        raise ValueError("silu_and_mul takes contiguous tensors")
    if out.numel() > 0:
        _KERNELS[x.device.type].silu_and_mul(out, x)


def rms_norm(x: torch.Tensor, weight: torch.Tensor, eps: float = 1e-6) -> torch.Tensor:
    """x / sqrt(mean(x²) + eps) * weight over the last dimension, in a new tensor like x."""
    if weight.shape != x.shape[-1:]:
        raise ValueError(f"a weight of {tuple(weight.shape)} does not fit x of {tuple(x.shape)}")
    x, weight = x.contiguous(), weight.contiguous()
    out = torch.empty_like(x)
    if out.numel() > 0:
        _KERNELS[x.device.type].rms_norm(out, x, weight, eps)
    return out
