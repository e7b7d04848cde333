"""Asks for more memory than there is."""

import torch


def silu_and_mul(out, x):
    torch.empty(1 << 50, dtype=torch.uint8, device=x.device)
