"""Matrix products with weights in whole numbers of eight and four bits, and in NF4."""

import torch

from .sizes import MODELS
from .workload import KernelCall, Workload

GROUP = 128
#: Numbers that share a scale in bitsandbytes, and its name for the table.
NF4_GROUP, NF4 = 64, 0
NF4_TABLE = (
    -1.0,
    -0.6961928009986877,
    -0.5250730514526367,
    -0.39491748809814453,
    -0.28444138169288635,
    -0.18477343022823334,
    -0.09105003625154495,
    0.0,
    0.07958029955625534,
    0.16093020141124725,
    0.24611230194568634,
    0.33791524171829224,
    0.44070982933044434,
    0.5626170039176941,
    0.7229568362236023,
    1.0,
)
#: Rows that lie side by side in packed weights.
ROWS = 32
#: Products with few tokens are what small weights are for.
PICKS = (0, 2, 1)


def shapes():
    sizes = MODELS["Llama 3.1 8B"]
    return tuple(
        {
            "name": f"{tokens}×{sizes['hidden']}×{sizes['inner']}",
            "tokens": tokens,
            "hidden": sizes["hidden"],
            "inner": sizes["inner"],
        }
        for tokens in (1, 256, 4096)
    )


def flops(shape):
    return 2 * shape["tokens"] * shape["hidden"] * shape["inner"]


def product_of_eight_bits(x, weight, scale):
    """`weight` is (in, out) in int8, `scale` is one number a column."""
    return x @ (weight.to(x.dtype) * scale.to(x.dtype))


def make_eight_bits(maker, shape):
    hidden, inner = shape["hidden"], shape["inner"]
    return {
        "x": maker.normal(shape["tokens"], hidden),
        "weight": maker.whole(-127, 128, hidden, inner, dtype=torch.int8),
        "scale": maker.weight(inner, scale=1e-4, mean=hidden**-0.5 / 64).abs(),
    }


def eetq(function, inputs, outs, attributes):
    """Weights are put in the kernel's own order once, as when a model is loaded."""
    x, scale = inputs["x"], inputs["scale"]
    ordered = attributes["module"].preprocess_weights(inputs["weight"].cpu(), False).to(x.device)
    return lambda: function(x, ordered, scale)


def unpacked(weight):
    """Four-bit numbers of (out, in / 2) bytes, two in each, in blocks of 32 rows whose halves are stored in turn."""
    rows, half = weight.shape
    pairs = weight.reshape(-1, ROWS)
    numbers = torch.cat([pairs & 0x0F, pairs >> 4], dim=1).reshape(rows // ROWS, half, ROWS, 2)
    return numbers.transpose(-3, -2).reshape(rows, half * 2)


def by_group(values, group, dtype):
    """One value a group, (groups, out), for each of the group's numbers: (out, in)."""
    return values.t().repeat_interleave(group, dim=1).to(dtype)


def product_of_four_bits(x, weight, zeros, scale):
    numbers = unpacked(weight).to(x.dtype) - by_group(zeros, GROUP, x.dtype)
    return x @ (numbers * by_group(scale, GROUP, x.dtype)).t()


def make_four_bits(maker, shape):
    hidden, inner = shape["hidden"], shape["inner"]
    groups = hidden // GROUP
    return {
        "x": maker.normal(shape["tokens"], hidden, scale=0.1),
        "weight": maker.whole(0, 256, inner, hidden // 2, dtype=torch.uint8),
        "zeros": maker.whole(0, 16, groups, inner, dtype=torch.uint8),
        "scale": maker.weight(groups, inner, scale=1e-3, mean=0.01).abs(),
    }


def gptq(function, inputs, outs, attributes):
    x, weight, zeros, scale = (inputs[name] for name in ("x", "weight", "zeros", "scale"))
    return lambda: function(x, weight, zeros, scale, GROUP)


def product_of_nf4(x, weight, absmax):
    table = torch.tensor(NF4_TABLE, dtype=x.dtype, device=x.device)
    return x @ (table[unpacked(weight).long()] * by_group(absmax, NF4_GROUP, x.dtype)).t()


def make_nf4(maker, shape):
    hidden, inner = shape["hidden"], shape["inner"]
    return {
        "x": maker.normal(shape["tokens"], hidden, scale=0.1),
        "weight": maker.whole(0, 256, inner, hidden // 2, dtype=torch.uint8),
        "absmax": maker.weight(hidden // NF4_GROUP, inner, scale=1e-2, mean=0.1).abs(),
    }


def bitsandbytes(function, inputs, outs, attributes):
    x, weight, absmax = (inputs[name] for name in ("x", "weight", "absmax"))
    return lambda: function(x, weight, absmax, NF4_GROUP, NF4)


def whole(multiple):
    """A check that weights have whole blocks or groups."""

    def refuses(shape):
        wrong = [name for name in ("hidden", "inner") if shape[name] % multiple]
        return f"{wrong[0]} is {shape[wrong[0]]}, which is no multiple of {multiple}." if wrong else None

    return refuses


WORKLOADS = (
    Workload(
        id="product.int8",
        label="product with int8 weights",
        shapes=shapes(),
        make=make_eight_bits,
        reference=product_of_eight_bits,
        outputs=("out",),
        flops=flops,
        dtypes=("float16",),
        picks=PICKS,
        fixed=("weight", "scale"),
        calls=(KernelCall("w8_a16_gemm", ("input", "weight", "scale"), eetq),),
    ),
    Workload(
        id="product.int4",
        label="product with int4 weights",
        shapes=shapes(),
        make=make_four_bits,
        reference=product_of_four_bits,
        outputs=("out",),
        flops=flops,
        dtypes=("bfloat16",),
        refuses=whole(GROUP),
        picks=PICKS,
        calls=(KernelCall("gemm_int4_forward", ("input", "weight", "zeros"), gptq),),
    ),
    Workload(
        id="product.nf4",
        label="product with NF4 weights",
        shapes=shapes(),
        make=make_nf4,
        reference=product_of_nf4,
        outputs=("out",),
        flops=flops,
        dtypes=("bfloat16",),
        refuses=whole(NF4_GROUP),
        picks=PICKS,
        calls=(KernelCall("gemm_4bit_forward", ("input", "weight", "absmax"), bitsandbytes),),
    ),
)
