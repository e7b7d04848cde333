"""Lets the GPU read memory that is nobody's (CUDA only)."""

import torch


def silu_and_mul(out, x):
    # Indices beyond the end trip a device-side assertion, after which the context is lost.
    far = torch.full((4,), 1 << 40, dtype=torch.int64, device=x.device)
    out.view(-1)[:4].copy_(torch.index_select(x.view(-1), 0, far))
    torch.cuda.synchronize()
