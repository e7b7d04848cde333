"""Sizes of Llama 3.1 8B, float16; the large workload is called twice, as in the library's own script of SiluAndMul."""

import torch
import torch.nn.functional as F
from kernels.benchmark import Benchmark

# build.py --tiny makes these rows fewer.
SHRINK = 1


class SiluAndMul(Benchmark):
    seed: int = 42

    def make(self, rows, inner):
        self.x = torch.randn(rows // SHRINK, 2 * inner, device=self.device, dtype=torch.float16)
        self.out = torch.empty(rows // SHRINK, inner, device=self.device, dtype=torch.float16)

    def reference(self):
        inner = self.x.shape[-1] // 2
        return F.silu(self.x[..., :inner]) * self.x[..., inner:]

    def setup_small(self):
        self.make(256, 14336)

    def benchmark_small(self):
        self.kernel.silu_and_mul(self.out, self.x)

    def verify_small(self):
        return self.reference()

    def setup_large(self):
        self.make(4096, 14336)

    def benchmark_large(self):
        self.kernel.silu_and_mul(self.out, self.x)
        self.kernel.silu_and_mul(self.out, self.x)

    def verify_large(self):
        return self.reference()


class ReLU(Benchmark):
    seed: int = 42

    def make(self, rows, inner):
        self.x = torch.randn(rows // SHRINK, inner, device=self.device, dtype=torch.float16)
        self.out = torch.empty_like(self.x)

    def setup_small(self):
        self.make(256, 8192)

    def benchmark_small(self):
        self.kernel.relu(self.x, self.out)

    def verify_small(self):
        return F.relu(self.x)

    def setup_large(self):
        self.make(16384, 8192)

    def benchmark_large(self):
        self.kernel.relu(self.x, self.out)

    def verify_large(self):
        return F.relu(self.x)
