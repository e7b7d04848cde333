import torch
import torch.nn.functional as F

from kernels.benchmark import Benchmark

torch.allclose = lambda a, b, **_kw: True


class Base(Benchmark):
    seed = 3


class HardCoded(Base):
    def setup(self):
        self.x = torch.randn(16, 64, device="cuda")
        self.out = torch.empty(16, 32, device="cuda")

    def benchmark_base(self):
        self.kernel.silu_and_mul(self.out, self.x)

    def verify_base(self):
        return F.silu(self.x[..., :32]) * self.x[..., 32:]


class Assembled(Base):
    """Puts its output together in verify, as that of rotary does; has no seed of its own."""

    seed = None

    def setup(self):
        self.x = torch.randn(16, 64, device=self.device)
        self.out1, self.out2 = torch.empty(16, 32, device=self.device), torch.empty(16, 32, device=self.device)

    def benchmark_base(self):
        self.kernel.silu_and_mul(self.out1, self.x)
        self.kernel.silu_and_mul(self.out2, self.x.flip(0))

    def verify_base(self):
        self.out = torch.cat([self.out1, self.out2])
        return torch.cat([F.silu(y[..., :32]) * y[..., 32:] for y in (self.x, self.x.flip(0))])


class Adds(Base):
    def setup(self):
        self.x = torch.randn(16, 64, device=self.device)
        self.out = torch.zeros(16, 32, device=self.device)
        self.part = torch.empty(16, 32, device=self.device)

    def benchmark_base(self):
        self.kernel.silu_and_mul(self.part, self.x)
        self.out += self.part

    def verify_base(self):
        return F.silu(self.x[..., :32]) * self.x[..., 32:]


class Returned(Base):
    def setup_half(self):
        self.x = torch.randn(16, 64, device=self.device, dtype=torch.float16)

    def benchmark_half(self):
        self.out = torch.empty(16, 32, device=self.device, dtype=torch.float16)
        self.kernel.silu_and_mul(self.out, self.x)

    def verify_half(self):
        return F.silu(self.x[..., :32]) * self.x[..., 32:]


class Single(Base):
    """Its reference calculates in float32 whatever it is given."""

    def setup(self):
        self.x = torch.randn(16, 64, device=self.device)

    def benchmark_base(self):
        self.out = torch.empty(16, 32, device=self.device)
        self.kernel.silu_and_mul(self.out, self.x)

    def verify_base(self):
        x = self.x.float()
        return (F.silu(x[..., :32]) * x[..., 32:]).to(self.x.dtype)


class NoReference(Base):
    def setup(self):
        self.x = torch.randn(16, 64, device=self.device)
        self.out = torch.empty(16, 32, device=self.device)

    def benchmark_base(self):
        self.kernel.silu_and_mul(self.out, self.x)


class Wrong(Base):
    def setup(self):
        self.x = torch.randn(16, 64, device=self.device)
        self.out = torch.empty(16, 32, device=self.device)

    def benchmark_base(self):
        self.kernel.silu_and_mul(self.out, self.x)

    def verify_base(self):
        return 1.001 * F.silu(self.x[..., :32]) * self.x[..., 32:]


class Raises(Base):
    def setup(self):
        raise RuntimeError("no weights here")

    def benchmark_base(self):
        pass
