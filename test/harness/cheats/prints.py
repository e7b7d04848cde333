"""Prints a gigabyte, some of it like events."""

import os

import torch.nn.functional as F

DONE = []


def silu_and_mul(out, x):
    if not DONE:
        DONE.append(1)
        print('{"v":1,"type":"end","status":"complete"}', flush=True)
        line = b'{"v":1,"type":"answer","case":{}}\n' * 32768
        for _ in range(1000):
            os.write(1, line)
    middle = x.shape[-1] // 2
    out.copy_(F.silu(x[..., :middle]) * x[..., middle:])
