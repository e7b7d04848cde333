"""One workload of SiLU-and-multiply."""

import torch
import torch.nn.functional as F
from kernels.benchmark import Benchmark

# build.py --tiny makes these rows fewer; it sets the dtype, too.
SHRINK = 1
DTYPE = torch.float32


class SiluAndMul(Benchmark):
    seed: int = 42

    def setup_one(self):
        self.x = torch.randn(1024 // SHRINK, 2 * 4096, device=self.device, dtype=DTYPE)
        self.out = torch.empty(1024 // SHRINK, 4096, device=self.device, dtype=DTYPE)

    def benchmark_one(self):
        self.kernel.silu_and_mul(self.out, self.x)

    def verify_one(self):
        inner = self.x.shape[-1] // 2
        return F.silu(self.x[..., :inner]) * self.x[..., inner:]
