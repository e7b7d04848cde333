"""Works in its input, which it leaves changed."""

import torch.nn.functional as F


def silu_and_mul(out, x):
    middle = x.shape[-1] // 2
    x[..., :middle] = F.silu(x[..., :middle])
    out.copy_(x[..., :middle] * x[..., middle:])
