"""Sizes of Llama 3.1 8B and larger, float16."""

import torch
import torch.nn.functional as F
from kernels.benchmark import Benchmark

# build.py --tiny makes these rows fewer.
SHRINK = 1
EPS = 1e-6


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

    def setup_medium(self):
        self.make(1024, 14336)

    def benchmark_medium(self):
        self.kernel.silu_and_mul(self.out, self.x)

    def verify_medium(self):
        return self.reference()

    def setup_large(self):
        self.make(8192, 14336)

    def benchmark_large(self):
        self.kernel.silu_and_mul(self.out, self.x)

    def verify_large(self):
        return self.reference()


class RMSNorm(Benchmark):
    seed: int = 42

    def make(self, rows, hidden):
        self.x = torch.randn(rows // SHRINK, hidden, device=self.device, dtype=torch.float16)
        self.weight = torch.rand(hidden, device=self.device, dtype=torch.float16) + 0.5
        self.out = torch.empty_like(self.x)

    def reference(self):
        return F.rms_norm(self.x, self.weight.shape, self.weight, EPS)

    def setup_small(self):
        self.make(256, 4096)

    def benchmark_small(self):
        self.out = self.kernel.rms_norm(self.x, self.weight, EPS)

    def verify_small(self):
        return self.reference()

    def setup_medium(self):
        self.make(4096, 4096)

    def benchmark_medium(self):
        self.out = self.kernel.rms_norm(self.x, self.weight, EPS)

    def verify_medium(self):
        return self.reference()

    def setup_large(self):
        self.make(16384, 8192)

    def benchmark_large(self):
        self.out = self.kernel.rms_norm(self.x, self.weight, EPS)

    def verify_large(self):
        return self.reference()
