"""Like the real one: its large workload calls the kernel twice a run."""

import torch
import torch.nn.functional as F
from kernels.benchmark import Benchmark


class SiluAndMulBenchmark(Benchmark):
    seed: int = 42

    def setup_small(self):
        self.x = torch.randn(2, 8, 128, device=self.device, dtype=torch.float16)
        self.out = torch.empty(2, 8, 64, device=self.device, dtype=torch.float16)

    def benchmark_small(self):
        self.kernel.silu_and_mul(self.out, self.x)

    def verify_small(self) -> torch.Tensor:
        d = self.x.shape[-1] // 2
        return F.silu(self.x[..., :d]) * self.x[..., d:]

    def setup_large(self):
        self.x = torch.randn(2, 64, 512, device=self.device, dtype=torch.float16)
        self.out = torch.empty(2, 64, 256, device=self.device, dtype=torch.float16)

    def benchmark_large(self):
        self.kernel.silu_and_mul(self.out, self.x)
        self.kernel.silu_and_mul(self.out, self.x)

    def verify_large(self) -> torch.Tensor:
        d = self.x.shape[-1] // 2
        return F.silu(self.x[..., :d]) * self.x[..., d:]


class GeluTanhBenchmark(Benchmark):
    """One setup for all workloads, one of which has no reference."""

    seed: int = 42

    def setup(self):
        self.x = torch.randn(16, 256, device=self.device, dtype=torch.float32)
        self.out = torch.empty_like(self.x)

    def benchmark_exact(self):
        self.kernel.gelu_tanh(self.out, self.x)

    def verify_exact(self) -> torch.Tensor:
        return F.gelu(self.x, approximate="tanh")

    def benchmark_unchecked(self):
        self.kernel.gelu_tanh(self.out, self.x)
