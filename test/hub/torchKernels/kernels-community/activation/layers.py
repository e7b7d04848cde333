import torch
from torch import nn


class SiluAndMul(nn.Module):
    can_torch_compile: bool = True

    def forward(self, x: torch.Tensor):
        from . import silu_and_mul

        x = x.contiguous()
        return silu_and_mul(x.new_empty((*x.shape[:-1], x.shape[-1] // 2)), x)


class Silu(nn.Module):
    can_torch_compile: bool = True

    def forward(self, x: torch.Tensor):
        from . import silu

        x = x.contiguous()
        return silu(torch.empty_like(x), x)


class Gelu(nn.Module):
    can_torch_compile: bool = True

    def forward(self, x: torch.Tensor):
        from . import gelu

        x = x.contiguous()
        return gelu(torch.empty_like(x), x)


class GeluTanh(nn.Module):
    can_torch_compile: bool = True

    def forward(self, x: torch.Tensor):
        from . import gelu_tanh

        x = x.contiguous()
        return gelu_tanh(torch.empty_like(x), x)


class MulAndSilu(nn.Module):
    can_torch_compile: bool = True

    def forward(self, x: torch.Tensor):
        from . import mul_and_silu

        x = x.contiguous()
        return mul_and_silu(x.new_empty((*x.shape[:-1], x.shape[-1] // 2)), x)


class GeluAndMul(nn.Module):
    can_torch_compile: bool = True

    def forward(self, x: torch.Tensor):
        from . import gelu_and_mul

        x = x.contiguous()
        return gelu_and_mul(x.new_empty((*x.shape[:-1], x.shape[-1] // 2)), x)


class GeluTanhAndMul(nn.Module):
    can_torch_compile: bool = True

    def forward(self, x: torch.Tensor):
        from . import gelu_tanh_and_mul

        x = x.contiguous()
        return gelu_tanh_and_mul(x.new_empty((*x.shape[:-1], x.shape[-1] // 2)), x)


class FastGELU(nn.Module):
    can_torch_compile: bool = True

    def forward(self, x: torch.Tensor):
        from . import gelu_fast

        x = x.contiguous()
        return gelu_fast(torch.empty_like(x), x)


class NewGELU(nn.Module):
    can_torch_compile: bool = True

    def forward(self, x: torch.Tensor):
        from . import gelu_new

        x = x.contiguous()
        return gelu_new(torch.empty_like(x), x)


class QuickGELU(nn.Module):
    can_torch_compile: bool = True

    def forward(self, x: torch.Tensor):
        from . import gelu_quick

        x = x.contiguous()
        return gelu_quick(torch.empty_like(x), x)
