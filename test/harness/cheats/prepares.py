"""Honest: packs weights, has a layer, and knows the library's own norm."""

import types

import torch


def pack(weight):
    return types.SimpleNamespace(halves=(weight * 0.5, weight * 0.5))


def product(weight, x):
    return x @ (weight.halves[0] + weight.halves[1])


def silu_and_mul(out, x):
    middle = x.shape[-1] // 2
    out.copy_(torch.nn.functional.silu(x[..., :middle].float()) * x[..., middle:].float())


def dropout_add_ln_fwd(input, gamma, beta, epsilon, **rest):
    wide = input.float()
    return [(wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + epsilon) * gamma.float()).to(input.dtype)]


class Product(torch.nn.Module):
    def forward(self, x):
        return x @ self.weight, None


layers = types.ModuleType("layers")
layers.Product = Product
