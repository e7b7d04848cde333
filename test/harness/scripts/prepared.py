"""Setups that ask the kernel, keep copies of inputs, or point at them."""

import torch
import torch.nn.functional as F

from kernels.benchmark import Benchmark


def gated(x):
    middle = x.shape[-1] // 2
    return F.silu(x[..., :middle]) * x[..., middle:]


class Packed(Benchmark):
    """As a product with packed weights: the kernel packs, and the reference works on what it unpacked itself."""

    seed = 1

    def setup(self):
        self.weight = self.kernel.pack(torch.randn(64, 64, device=self.device))
        self.x = torch.randn(16, 64, device=self.device)
        self.plain = self.weight.halves[0] + self.weight.halves[1]

    def benchmark_base(self):
        self.out = self.kernel.product(self.weight, self.x)

    def verify_base(self):
        return self.x @ self.plain


class Converted(Benchmark):
    """Seeds by itself, and keeps its input in another dtype for the reference."""

    seed = 7

    def setup(self):
        torch.manual_seed(self.seed)
        self.x = torch.randn(16, 64, device=self.device, dtype=torch.float16)
        self.single = self.x.to(torch.float32)

    def benchmark_base(self):
        self.out = torch.empty(16, 32, device=self.device, dtype=torch.float16)
        self.kernel.silu_and_mul(self.out, self.x)

    def verify_base(self):
        return gated(self.single).to(torch.float16)


class Weights(Benchmark):
    """A layer of the kernel's own, with copies of the weights that the reference has."""

    seed = 2

    def setup(self):
        self.weight = torch.randn(64, 64, device=self.device)
        self.model = self.kernel.layers.Product()
        self.model.weight = torch.nn.Parameter(self.weight.clone())
        self.x = torch.randn(16, 64, device=self.device) * 0.1

    def benchmark_base(self):
        self.out, self.rest = self.model(self.x)

    def verify_base(self):
        return self.x @ self.weight


class Absent(Benchmark):
    def setup(self):
        self.x = torch.randn(16, 64, device=self.device)
        self.out = torch.empty(16, 32, device=self.device)

    def benchmark_base(self):
        self.kernel.a_function_of_another_version(self.out, self.x)

    def verify_base(self):
        return gated(self.x)


class Rounded(Benchmark):
    """Its reference goes through eight bits, so that nobody can be more exact than those."""

    def setup(self):
        self.x = torch.randn(16, 64, device=self.device)
        self.out = torch.empty(16, 64, device=self.device)

    def benchmark_base(self):
        self.out = (self.x * 1.01).to(torch.float8_e4m3fn).to(torch.float32)

    def verify_base(self):
        return self.x.to(torch.float8_e4m3fn).to(torch.float32)
