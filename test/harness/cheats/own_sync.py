"""Honest, but waits for the device in each call."""

import torch
import torch.nn.functional as F


def silu_and_mul(out, x):
    middle = x.shape[-1] // 2
    out.copy_(F.silu(x[..., :middle]) * x[..., middle:])
    if x.is_cuda:
        torch.cuda.synchronize()
