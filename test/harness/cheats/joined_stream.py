"""Honest: forks into a stream of its own and joins it again, as some kernels do."""

import torch
import torch.nn.functional as F

STREAMS = []


def silu_and_mul(out, x):
    if not STREAMS:
        STREAMS.append(torch.cuda.Stream())
    current, side = torch.cuda.current_stream(), STREAMS[0]
    middle = x.shape[-1] // 2
    side.wait_stream(current)
    with torch.cuda.stream(side):
        out.copy_(F.silu(x[..., :middle]) * x[..., middle:])
    current.wait_stream(side)
