"""Activations that write into their first argument. As on a GPU they see memory, not strides, and know no gradients."""
import math

import torch

from . import layers
from ._calls import counted
from ._memory import read, write


def _silu(x):
    return x / (1 + torch.exp(-x))


def _gelu(x):
    return 0.5 * x * (1 + torch.erf(x * math.sqrt(0.5)))


def _gelu_tanh(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def _gelu_quick(x):
    return x / (1 + torch.exp(-1.702 * x))


def _plain(out, x, activation):
    write(out, activation(read(x).float()).to(x.dtype))
    return out


def _gated(out, x, activation, last=False):
    halves = read(x).reshape(*x.shape[:-1], 2, x.shape[-1] // 2)
    first, second = halves[..., 0, :], halves[..., 1, :]
    if last:
        first, second = second, first
    write(out, activation(first.float()).to(x.dtype) * second)
    return out


@counted("activation.silu")
def silu(out: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return _plain(out, x, _silu)


@counted("activation.gelu")
def gelu(out: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return _plain(out, x, _gelu)


@counted("activation.gelu_tanh")
def gelu_tanh(out: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return _plain(out, x, _gelu_tanh)


@counted("activation.gelu_fast")
def gelu_fast(out: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return _plain(out, x, _gelu_tanh)


@counted("activation.gelu_new")
def gelu_new(out: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return _plain(out, x, _gelu_tanh)


@counted("activation.gelu_quick")
def gelu_quick(out: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return _plain(out, x, _gelu_quick)


@counted("activation.silu_and_mul")
def silu_and_mul(out: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return _gated(out, x, _silu)


@counted("activation.mul_and_silu")
def mul_and_silu(out: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return _gated(out, x, _silu, last=True)


@counted("activation.gelu_and_mul")
def gelu_and_mul(out: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return _gated(out, x, _gelu)


@counted("activation.gelu_tanh_and_mul")
def gelu_tanh_and_mul(out: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return _gated(out, x, _gelu_tanh)


@counted("activation.fatrelu_and_mul")
def fatrelu_and_mul(out: torch.Tensor, x: torch.Tensor, threshold: float = 0.0) -> torch.Tensor:
    return _gated(out, x, lambda gate: torch.where(gate > threshold, gate, 0.0))


__all__ = [
    "silu_and_mul",
    "mul_and_silu",
    "gelu_and_mul",
    "gelu_tanh_and_mul",
    "fatrelu_and_mul",
    "gelu_fast",
    "gelu_new",
    "gelu_quick",
    "gelu_tanh",
    "silu",
    "gelu",
    "layers",
]
