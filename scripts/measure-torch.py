"""Times PyTorch's eager kernels on CUDA with triton.testing.do_bench, at the sizes of the bundled kernels' cases.

    python scripts/measure-torch.py [--rep MS] [--only NAME,NAME]

Prints one JSON object: what measured, the copy rate of this run, and for each operation and dtype the median time, the
rate over the least traffic, its share of the copy rate, and operations a second where they count. do_bench empties the
caches before each run.
"""

import argparse
import json
import platform
import sys
from datetime import date

import torch
import torch.nn.functional as F
import triton
from triton.testing import do_bench

DTYPES = {"float32": torch.float32, "float16": torch.float16}
COPY_BYTES = 256 << 20


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rep", type=int, default=100, help="milliseconds of runs that are timed")
    parser.add_argument("--only", default="", help="operations by name, with commas between")
    options = parser.parse_args()
    if not torch.cuda.is_available():
        sys.exit("PyTorch finds no CUDA device here.")
    wanted = set(filter(None, options.only.split(",")))
    unknown = wanted - set(OPERATIONS)
    if unknown:
        sys.exit(f"There is no operation {', '.join(sorted(unknown))}. There are: {', '.join(OPERATIONS)}.")
    # float32 is what the WebGPU kernels compute in; TF32 would be another question.
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    torch.manual_seed(1)
    copy = copy_rate(options.rep)
    rows = []
    for name, (build, cases) in OPERATIONS.items():
        if wanted and name not in wanted:
            continue
        for dtype, sizes in cases:
            rows.append(measured(name, build, dtype, sizes, copy, options.rep))
            torch.cuda.empty_cache()
    about = {
        "date": date.today().isoformat(),
        "device": torch.cuda.get_device_name(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "triton": triton.__version__,
        "cuda": torch.version.cuda,
        "copyBytesPerSecond": copy,
    }
    print(json.dumps({**about, "rows": rows}, indent=1))


def copy_rate(rep):
    """Bytes read and written a second by `copy_` of 256 MiB."""
    source = torch.empty(COPY_BYTES, dtype=torch.uint8, device="cuda").random_()
    target = torch.empty_like(source)
    return 2 * COPY_BYTES / (time_of(lambda: target.copy_(source), rep) * 1e-9)


def measured(name, build, dtype, sizes, copy, rep):
    row = {"operation": name, "dtype": dtype, "sizes": sizes}
    try:
        call, inputs, flops = build(DTYPES[dtype], *sizes)
        with torch.inference_mode():
            result = call()
            tensors = [*inputs, *(result if isinstance(result, tuple) else (result,))]
            least = sum(one.numel() * one.element_size() for one in tensors)
            finite = all(bool(torch.isfinite(one).all()) for one in tensors)
            ns = time_of(call, rep)
    except (RuntimeError, torch.cuda.OutOfMemoryError) as error:
        return {**row, "error": str(error).split("\n")[0]}
    rate = least / (ns * 1e-9)
    return {
        **row,
        "medianNs": ns,
        "leastBytes": least,
        "bytesPerSecond": rate,
        "shareOfCopy": rate / copy,
        "flopsPerSecond": None if flops is None else flops / (ns * 1e-9),
        "finite": finite,
    }


def time_of(call, rep):
    """Nanoseconds of one call, the median."""
    return do_bench(call, warmup=25, rep=rep, return_mode="median") * 1e6


def normal(dtype, *shape):
    return torch.randn(shape, device="cuda", dtype=dtype)


def rms_norm(dtype, rows, cols):
    x, scale = normal(dtype, rows, cols), normal(dtype, cols)
    return lambda: F.rms_norm(x, (cols,), scale, 1e-5), [x, scale], None


def add_rms_norm(dtype, rows, cols):
    x, skip, scale = normal(dtype, rows, cols), normal(dtype, rows, cols), normal(dtype, cols)

    def call():
        total = x + skip
        return F.rms_norm(total, (cols,), scale, 1e-5), total

    return call, [x, skip, scale], None


def layer_norm(dtype, rows, cols):
    x, scale, bias = normal(dtype, rows, cols), normal(dtype, cols), normal(dtype, cols)
    return lambda: F.layer_norm(x, (cols,), scale, bias, 1e-5), [x, scale, bias], None


def softmax(dtype, rows, cols):
    x = normal(dtype, rows, cols)
    return lambda: torch.softmax(x, -1), [x], None


def gelu(dtype, rows, cols):
    x = normal(dtype, rows, cols)
    return lambda: F.gelu(x), [x], None


def bias_gelu(dtype, rows, cols):
    x, bias = normal(dtype, rows, cols), normal(dtype, cols)
    return lambda: F.gelu(x + bias), [x, bias], None


def silu_mul(dtype, rows, cols):
    gate, up = normal(dtype, rows, cols), normal(dtype, rows, cols)
    return lambda: F.silu(gate) * up, [gate, up], None


def rotary(dtype, batch, tokens, heads, size):
    """As transformers writes it: both halves turned, cosine and sine by position."""
    x = normal(dtype, batch, tokens, heads, size)
    angles = torch.rand(tokens, size // 2, device="cuda") * 6
    angles = torch.cat((angles, angles), -1)[None, :, None, :]
    cos, sin = angles.cos().to(dtype), angles.sin().to(dtype)

    def call():
        first, second = x.chunk(2, -1)
        return x * cos + torch.cat((-second, first), -1) * sin

    return call, [x, cos, sin], None


def matmul(dtype, m, k, n):
    a, b = normal(dtype, m, k), normal(dtype, k, n)
    return lambda: a @ b, [a, b], 2 * m * k * n


def matmul_bias_gelu(dtype, m, k, n):
    x, weight, bias = normal(dtype, m, k), normal(dtype, k, n), normal(dtype, n)
    return lambda: F.gelu(torch.addmm(bias, x, weight)), [x, weight, bias], 2 * m * k * n


def attention(dtype, heads, queries, keys, size, causal=False, key_heads=None):
    q = normal(dtype, 1, heads, queries, size)
    k, v = (normal(dtype, 1, key_heads or heads, keys, size) for _ in range(2))
    grouped = k.shape[1] != heads
    flops = 4 * heads * queries * keys * size // (2 if causal else 1)
    call = lambda: F.scaled_dot_product_attention(q, k, v, is_causal=causal, enable_gqa=grouped)  # noqa: E731
    return call, [q, k, v], flops


def conv_relu(dtype, batch, channels, size, filters, kernel):
    x = normal(dtype, batch, channels, size, size)
    weight, bias = normal(dtype, filters, channels, kernel, kernel), normal(dtype, filters)
    flops = 2 * batch * filters * size * size * channels * kernel * kernel
    return lambda: F.relu(F.conv2d(x, weight, bias, padding=kernel // 2)), [x, weight, bias], flops


def both(*sizes):
    """Sizes in both dtypes."""
    return [(dtype, list(one)) for one in sizes for dtype in DTYPES]


def large(rows, cols):
    """As many bytes in both dtypes."""
    return [("float32", [rows, cols]), ("float16", [2 * rows, cols])]


NORMALISED = [*both((1, 4096), (512, 1024), (2048, 1023), (2048, 4096)), *large(16384, 4096)]
OPERATIONS = {
    "rms_norm": (rms_norm, NORMALISED),
    "add_rms_norm": (add_rms_norm, [*both((1, 4096), (512, 2048), (2048, 4096)), *large(8192, 4096)]),
    "layer_norm": (layer_norm, [*NORMALISED, *both((4096, 768))]),
    "softmax": (softmax, [*both((64, 1000), (512, 1024), (2048, 1023), (16384, 2048)), *large(16384, 4096)]),
    "gelu": (gelu, [*both((1, 4096), (512, 1024), (2048, 11008)), *large(16384, 4096)]),
    "bias_gelu": (bias_gelu, [*both((1, 11008), (512, 3072), (2048, 11008)), *large(16384, 4096)]),
    "silu_mul": (silu_mul, [*both((1, 11008), (512, 5632), (2048, 11008)), *large(8192, 4096)]),
    "rotary": (
        rotary,
        [
            *both((1, 1, 32, 128), (1, 2048, 32, 128)),
            ("float32", [32, 512, 32, 128]),
            ("float16", [64, 512, 32, 128]),
        ],
    ),
    "matmul": (
        matmul,
        both((4096, 4096, 4096), (1, 4096, 11008), (2048, 4096, 11008), (512, 768, 2304), (128, 128, 128)),
    ),
    "matmul_bias_gelu": (
        matmul_bias_gelu,
        both((1, 4096, 11008), (2048, 4096, 11008), (512, 768, 3072), (64, 128, 256), (4096, 1024, 4096)),
    ),
    "attention": (
        attention,
        both(
            (32, 2048, 2048, 128),
            (32, 2048, 2048, 128, True),
            (32, 1, 2048, 128),
            (32, 1, 4096, 128, False, 8),
            (12, 512, 512, 64),
        ),
    ),
    "conv_relu": (
        conv_relu,
        both((1, 64, 56, 64, 3), (1, 512, 7, 512, 3), (32, 256, 14, 256, 3), (32, 256, 14, 1024, 1)),
    ),
}


if __name__ == "__main__":
    main()
