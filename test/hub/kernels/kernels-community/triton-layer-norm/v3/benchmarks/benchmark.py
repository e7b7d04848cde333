import torch

from kernels.benchmark import Benchmark


class LayerNormBenchmark(Benchmark):
    seed = 3

    def setup(self):
        self.x = torch.randn(4096, 1024, device=self.device)
        self.weight = torch.ones(1024, device=self.device)
        self.bias = torch.zeros(1024, device=self.device)

    def benchmark_base(self):
        self.out = self.kernel.layer_norm(self.x, self.weight, self.bias)

    def verify_base(self):
        return torch.nn.functional.layer_norm(self.x, (1024,), self.weight, self.bias)
