"""Forks, and both copies go on; starts a process that would outlive everybody."""

import os
import subprocess
import sys

import torch.nn.functional as F

STARTED = []


def silu_and_mul(out, x):
    if not STARTED:
        STARTED.append(1)
        subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(600)", "kernel-lens-leftover"], start_new_session=True
        )
        os.fork()
    middle = x.shape[-1] // 2
    out.copy_(F.silu(x[..., :middle]) * x[..., middle:])
