"""Matrix products in fp8, with one scale for each block of a weight."""

import torch

from .products import PICKS, flops, shapes, whole
from .workload import KernelCall, Workload

BLOCK = 128
#: Activations are rounded to fp8 on the way, four bits of which are significant; errors average out along a row.
ROUNDED_TOLERANCE = 0.15


def weights_of(weight, scale, exact):
    """(out, in) of fp8 and one number for each block of 128 by 128, multiplied in the dtype `exact`."""
    wide = scale.repeat_interleave(BLOCK, 0).repeat_interleave(BLOCK, 1)
    return weight.to(exact) * wide.to(exact)


def product_of_blocks(x, weight, scale):
    exact = torch.float64 if x.dtype == torch.float64 else torch.float32
    return x @ weights_of(weight, scale, exact).to(x.dtype).t()


def make_weight(maker, shape):
    hidden, inner = shape["hidden"], shape["inner"]
    return {
        "weight": maker.weight(inner, hidden, dtype=torch.float8_e4m3fn),
        "scale": maker.weight(
            inner // BLOCK, hidden // BLOCK, dtype=torch.float32, scale=1e-3, mean=hidden**-0.5
        ).abs(),
    }


def make_blocks(maker, shape):
    return {"x": maker.normal(shape["tokens"], shape["hidden"], scale=0.5), **make_weight(maker, shape)}


def fine_grained(function, inputs, outs, attributes):
    x, weight, scale = inputs["x"], inputs["weight"], inputs["scale"]
    return lambda: function(x, weight, scale, [BLOCK, BLOCK])


def product_of_both(x, x_scale, weight, scale):
    """`x` is in fp8 too, with a scale for each 128 numbers of a row. The result is of bfloat16, or exact with its scales."""
    exact = scale.dtype
    dtype = torch.float64 if exact == torch.float64 else torch.bfloat16
    rows = x.to(exact) * x_scale.repeat_interleave(BLOCK, 1)
    return rows.to(dtype) @ weights_of(weight, scale, exact).to(dtype).t()


def make_both(maker, shape):
    tokens, hidden = shape["tokens"], shape["hidden"]
    return {
        "x": maker.weight(tokens, hidden, dtype=torch.float8_e4m3fn),
        "x_scale": maker.normal(tokens, hidden // BLOCK, dtype=torch.float32, scale=0.1, mean=0.5).abs(),
        **make_weight(maker, shape),
    }


def scaled(function, inputs, outs, attributes):
    x, x_scale, weight, scale = (inputs[name] for name in ("x", "x_scale", "weight", "scale"))
    return lambda: function(x, weight, x_scale, scale, [BLOCK, BLOCK], torch.bfloat16)


def deep_gemm(function, inputs, outs, attributes):
    out, x, weight = outs[0], (inputs["x"], inputs["x_scale"]), (inputs["weight"], inputs["scale"])

    def run():
        function(x, weight, out)
        return out

    return run


WORKLOADS = (
    Workload(
        id="product.fp8-blocks",
        label="product with fp8 weights in blocks",
        shapes=shapes(),
        make=make_blocks,
        reference=product_of_blocks,
        outputs=("out",),
        flops=flops,
        dtypes=("bfloat16",),
        tolerance=ROUNDED_TOLERANCE,
        refuses=whole(BLOCK),
        picks=PICKS,
        calls=(KernelCall("matmul_2d", ("A", "B", "Bs", "block_size"), fine_grained),),
    ),
    Workload(
        id="product.fp8-both",
        label="product of fp8 and fp8 in blocks",
        shapes=shapes(),
        make=make_both,
        reference=product_of_both,
        outputs=("out",),
        flops=flops,
        dtypes=("bfloat16",),
        refuses=whole(BLOCK),
        picks=PICKS,
        calls=(
            KernelCall("w8a8_block_fp8_matmul", ("A", "B", "As", "Bs", "block_size"), scaled),
            KernelCall("fp8_gemm_nt", ("a", "b", "d"), deep_gemm, takes_outs=True),
        ),
    ),
)
