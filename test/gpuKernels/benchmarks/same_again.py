"""Fifty workloads whose reference is the kernel itself: whoever finds a difference finds one that is not there."""

import torch
import torch.nn.functional as F
from kernels.benchmark import Benchmark

# build.py --tiny makes these rows fewer.
SHRINK = 1
SIZES = ((256, 4096), (256, 14336), (1024, 8192), (1024, 14336), (4096, 14336))
TIMES = 10


class SameAgain(Benchmark):
    seed: int = 42

    def make(self, rows, inner):
        self.x = torch.randn(rows // SHRINK, 2 * inner, device=self.device, dtype=torch.float16)
        self.out = torch.empty(rows // SHRINK, inner, device=self.device, dtype=torch.float16)
        self.again = torch.empty_like(self.out)

    def run(self):
        self.kernel.silu_and_mul(self.out, self.x)

    def reference(self):
        # A tool may ask for the reference without a kernel at hand, to check with.
        if self.kernel is None:
            inner = self.x.shape[-1] // 2
            return F.silu(self.x[..., :inner]) * self.x[..., inner:]
        self.kernel.silu_and_mul(self.again, self.x)
        return self.again


def add_workload(name, rows, inner):
    setattr(SameAgain, f"setup_{name}", lambda self: self.make(rows, inner))
    setattr(SameAgain, f"benchmark_{name}", lambda self: self.run())
    setattr(SameAgain, f"verify_{name}", lambda self: self.reference())


for rows, inner in SIZES:
    for time in range(TIMES):
        add_workload(f"{rows}x{inner}_{time}", rows, inner)
