import torch
import torch.nn.functional as F

from kernels.benchmark import Benchmark


class SiluAndMulBenchmark(Benchmark):
    seed: int = 42

    def setup_large(self):
        self.x = torch.randn(32, 256, device=self.device, dtype=torch.float32)
        self.out = torch.empty(32, 128, device=self.device, dtype=torch.float32)

    def benchmark_large(self):
        self.kernel.silu_and_mul(self.out, self.x)
        self.kernel.silu_and_mul(self.out, self.x)

    def verify_large(self) -> torch.Tensor:
        d = self.x.shape[-1] // 2
        return F.silu(self.x[..., :d]) * self.x[..., d:]
