import torch
import torch.nn.functional as F

from kernels.benchmark import Benchmark


class SiluAndMulBenchmark(Benchmark):
    seed = 7

    def setup_small(self):
        self.x = torch.randn(64, 1024, device=self.device)
        self.out = torch.empty(64, 512, device=self.device)

    def benchmark_small(self):
        for row, out in zip(self.x, self.out):
            self.kernel.silu_and_mul(out, row)

    def verify_small(self):
        half = self.x.shape[-1] // 2
        return F.silu(self.x[..., :half]) * self.x[..., half:]
