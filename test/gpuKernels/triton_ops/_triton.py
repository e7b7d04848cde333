"""The kernels. Each computes in float32, of float64 in float64, and rounds once, when it writes."""

import torch
import triton
import triton.language as tl

BLOCK = 2048
#: A row is held whole.
LONGEST_ROW = 65536


@triton.jit
def _silu_and_mul(out, x, inner, BLOCK: tl.constexpr, WIDE: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    columns = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    there = columns < inner
    gate = tl.load(x + row * 2 * inner + columns, mask=there, other=0.0).to(WIDE)
    up = tl.load(x + row * 2 * inner + inner + columns, mask=there, other=0.0).to(WIDE)
    result = gate / (1.0 + tl.exp(-gate)) * up
    tl.store(out + row * inner + columns, result.to(out.dtype.element_ty), mask=there)


@triton.jit
def _rms_norm(out, x, weight, hidden, eps, BLOCK: tl.constexpr, WIDE: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    columns = tl.arange(0, BLOCK)
    there = columns < hidden
    values = tl.load(x + row * hidden + columns, mask=there, other=0.0).to(WIDE)
    mean = tl.sum(values * values, 0) / hidden
    scale = tl.load(weight + columns, mask=there, other=0.0).to(WIDE)
    result = values * (1.0 / tl.sqrt(mean + eps)) * scale
    tl.store(out + row * hidden + columns, result.to(out.dtype.element_ty), mask=there)


def silu_and_mul(out, x):
    inner = out.shape[-1]
    rows = out.numel() // inner
    with torch.cuda.device_of(x):
        _silu_and_mul[(rows, triton.cdiv(inner, BLOCK))](out, x, inner, BLOCK=BLOCK, WIDE=_wide(x), num_warps=8)


def rms_norm(out, x, weight, eps):
    hidden = x.shape[-1]
    if hidden > LONGEST_ROW:
        raise ValueError(f"rows of {hidden} are longer than {LONGEST_ROW}")
    block = triton.next_power_of_2(hidden)
    warps = 4 if block <= 1024 else 8 if block <= 4096 else 16
    with torch.cuda.device_of(x):
        _rms_norm[(x.numel() // hidden,)](out, x, weight, hidden, eps, BLOCK=block, WIDE=_wide(x), num_warps=warps)


def _wide(x):
    return tl.float64 if x.dtype == torch.float64 else tl.float32
