"""Writes half of its output."""

import torch.nn.functional as F


def silu_and_mul(out, x):
    middle = x.shape[-1] // 2
    rows = x.shape[0] // 2
    out[:rows].copy_(F.silu(x[:rows, :middle]) * x[:rows, middle:])
