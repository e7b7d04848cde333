"""The short causal convolution of Mamba and its kin."""

import torch.nn.functional as F

from .workload import KernelCall, Workload

WIDTH = 4


def shapes():
    return tuple(
        {"name": f"{batch}×{channels}×{tokens}", "batch": batch, "channels": channels, "tokens": tokens}
        for batch, channels, tokens in ((1, 4096, 2048), (4, 2048, 1024), (1, 8192, 4096))
    )


def causal_conv(x, weight, bias):
    convolved = F.conv1d(x, weight.unsqueeze(1), bias, padding=weight.shape[1] - 1, groups=x.shape[1])
    return F.silu(convolved[..., : x.shape[2]])


def make(maker, shape):
    return {
        "x": maker.normal(shape["batch"], shape["channels"], shape["tokens"]),
        "weight": maker.weight(shape["channels"], WIDTH, scale=0.5),
        "bias": maker.weight(shape["channels"], scale=0.1),
    }


def with_silu(function, inputs, outs, attributes):
    x, weight, bias = inputs["x"], inputs["weight"], inputs["bias"]
    return lambda: function(x, weight, bias, activation="silu")


WORKLOADS = (
    Workload(
        id="conv.causal",
        label="causal convolution",
        shapes=shapes(),
        make=make,
        reference=causal_conv,
        outputs=("out",),
        flops=lambda shape: 2 * WIDTH * shape["batch"] * shape["channels"] * shape["tokens"],
        odd={"name": "odd 2×72×133", "batch": 2, "channels": 72, "tokens": 133},
        backward=True,
        calls=(KernelCall("causal_conv1d_fn", ("x", "weight", "bias"), with_silu, differentiable=True),),
    ),
)
