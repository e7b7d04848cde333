"""Gated MLP blocks, whose layers keep the products of PyTorch and replace what stands between them."""

import types

import torch.nn.functional as F

from .sizes import MODELS
from .workload import KernelCall, Workload


def shapes():
    main = MODELS["Llama 3.1 8B"]
    small = MODELS["Llama 3.2 1B"]
    return tuple(
        {
            "name": f"{tokens}×{sizes['hidden']}→{sizes['inner']}",
            "tokens": tokens,
            "hidden": sizes["hidden"],
            "inner": sizes["inner"],
        }
        for sizes, tokens in ((main, 256), (main, 1024), (main, 4096), (small, 4096))
    )


def swiglu_mlp(x, gate, up, down):
    return F.linear(F.silu(F.linear(x, gate)) * F.linear(x, up), down)


def geglu_mlp(x, gate, up, down):
    return F.linear(F.gelu(F.linear(x, gate), approximate="tanh") * F.linear(x, up), down)


def make(maker, shape):
    hidden, inner = shape["hidden"], shape["inner"]
    return {
        "x": maker.normal(shape["tokens"], hidden),
        "gate": maker.weight(inner, hidden, scale=hidden**-0.5),
        "up": maker.weight(inner, hidden, scale=hidden**-0.5),
        "down": maker.weight(hidden, inner, scale=inner**-0.5),
    }


def layer(cls, inputs, outs, attributes):
    """The layer's `forward` on a stand-in that has the projections of the MLP it replaces."""
    projections = {f"{name}_proj": linear(inputs[name]) for name in ("gate", "up", "down")}
    this, x = types.SimpleNamespace(**projections), inputs["x"]
    return lambda: cls.forward(this, x)


def linear(weight):
    return lambda x: F.linear(x, weight)


def block(id_, label, reference, layer_name):
    return Workload(
        id=id_,
        label=label,
        shapes=shapes(),
        make=make,
        reference=reference,
        outputs=("out",),
        flops=lambda shape: 6 * shape["tokens"] * shape["hidden"] * shape["inner"],
        dtypes=("bfloat16", "float16"),
        odd={"name": "odd 37×136→200", "tokens": 37, "hidden": 136, "inner": 200},
        backward=True,
        calls=(KernelCall(f"layers.{layer_name}", (), layer, differentiable=True),),
    )


WORKLOADS = (
    block("mlp.swiglu", "SwiGLU MLP", swiglu_mlp, "LigerSwiGLUMLP"),
    block("mlp.geglu", "GEGLU MLP", geglu_mlp, "LigerGEGLUMLP"),
)
