"""Like the real one: it says `cuda`, with and without a mask, and packs sequences of several lengths."""

import torch
from kernels.benchmark import Benchmark


def first(result):
    return result[0] if isinstance(result, tuple) else result


def reference(query, key, value, causal=False):
    query, key, value = (x.transpose(1, 2).contiguous() for x in (query, key, value))
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        out = torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=causal)
    return out.transpose(1, 2).contiguous()


class FlashAttentionBenchmark(Benchmark):
    seed: int = 42

    def setup_small(self):
        shape = (2, 48, 4, 32)
        self.q = torch.randn(shape, device="cuda", dtype=torch.float16)
        self.k = torch.randn(shape, device="cuda", dtype=torch.float16)
        self.v = torch.randn(shape, device="cuda", dtype=torch.float16)
        self.out = torch.empty(shape, device="cuda", dtype=torch.float16)

    def benchmark_small(self):
        self.out = first(self.kernel.flash_attn_func(self.q, self.k, self.v, causal=False))

    def verify_small(self) -> torch.Tensor:
        return reference(self.q, self.k, self.v)


class FlashAttentionCausalBenchmark(FlashAttentionBenchmark):
    def benchmark_small(self):
        self.out = first(self.kernel.flash_attn_func(self.q, self.k, self.v, causal=True))

    def verify_small(self) -> torch.Tensor:
        return reference(self.q, self.k, self.v, causal=True)


class FlashAttentionVarlenBenchmark(Benchmark):
    seed: int = 42

    def setup_small(self):
        lengths = [16, 24, 32]
        shape = (sum(lengths), 4, 32)
        self.q = torch.randn(shape, device="cuda", dtype=torch.float16)
        self.k = torch.randn(shape, device="cuda", dtype=torch.float16)
        self.v = torch.randn(shape, device="cuda", dtype=torch.float16)
        ends = [0] + list(torch.cumsum(torch.tensor(lengths), 0))
        self.cu_seqlens = torch.tensor(ends, device="cuda", dtype=torch.int32)
        self.max_seqlen = max(lengths)
        self.out = torch.empty(shape, device="cuda", dtype=torch.float16)

    def benchmark_small(self):
        lengths = (self.cu_seqlens, self.cu_seqlens, self.max_seqlen, self.max_seqlen)
        self.out = first(self.kernel.flash_attn_varlen_func(self.q, self.k, self.v, *lengths))

    def verify_small(self) -> torch.Tensor:
        out = torch.zeros_like(self.q)
        for start, end in zip(self.cu_seqlens, self.cu_seqlens[1:]):
            q, k, v = (x[start:end].unsqueeze(0) for x in (self.q, self.k, self.v))
            out[start:end] = reference(q, k, v).squeeze(0)
        return out
