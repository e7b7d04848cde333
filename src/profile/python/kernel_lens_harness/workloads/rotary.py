"""Rotary embedding: halves turned against each other, as in transformers and in flash-attn."""

import torch

from .sizes import MODELS
from .workload import KernelCall, Workload


def shapes():
    main = MODELS["Llama 3.1 8B"]
    return tuple(
        {
            "name": f"1×{main['heads']}×{tokens}×{main['head']}",
            "batch": 1,
            "tokens": tokens,
            "heads": main["heads"],
            "kvHeads": main["kvHeads"],
            "head": main["head"],
        }
        for tokens in (256, 1024, 4096)
    )


def turned(x):
    middle = x.shape[-1] // 2
    return torch.cat((-x[..., middle:], x[..., :middle]), dim=-1)


def rotary(q, k, cos, sin):
    cos, sin = cos.unsqueeze(1), sin.unsqueeze(1)
    return q * cos + turned(q) * sin, k * cos + turned(k) * sin


def angles(maker, shape):
    """cos and sin of (tokens, half a head), the same whatever the seed: positions are positions."""
    half = shape["head"] // 2
    frequency = 10000.0 ** -(torch.arange(half, device=maker.device, dtype=torch.float32) / half)
    angle = torch.arange(shape["tokens"], device=maker.device, dtype=torch.float32)[:, None] * frequency
    return angle.cos(), angle.sin()


def make(maker, shape):
    cos, sin = (
        torch.cat((half, half), dim=-1).to(maker.dtype)[None].repeat(shape["batch"], 1, 1)
        for half in angles(maker, shape)
    )
    return {
        "q": maker.normal(shape["batch"], shape["heads"], shape["tokens"], shape["head"]),
        "k": maker.normal(shape["batch"], shape["kvHeads"], shape["tokens"], shape["head"]),
        "cos": cos,
        "sin": sin,
    }


def like_transformers(function, inputs, outs, attributes):
    q, k, cos, sin = (inputs[name] for name in ("q", "k", "cos", "sin"))
    return lambda: function(q, k, cos, sin)


def rotary_of_halves(x1, x2, cos, sin):
    return x1 * cos - x2 * sin, x1 * sin + x2 * cos


def make_halves(maker, shape):
    cos, sin = (half.to(maker.dtype)[:, None, :] for half in angles(maker, shape))
    sizes = (shape["batch"], shape["tokens"], shape["heads"], shape["head"] // 2)
    return {"x1": maker.normal(*sizes), "x2": maker.normal(*sizes), "cos": cos, "sin": sin}


def of_halves(function, inputs, outs, attributes):
    x1, x2, cos, sin = (inputs[name] for name in ("x1", "x2", "cos", "sin"))
    out1, out2 = outs

    def run():
        function(x1, x2, cos, sin, out1, out2, False)
        return out1, out2

    return run


def rotary_of_heads(x, cos, sin):
    """Tokens before heads; `cos` and `sin` are (tokens, half a head)."""
    cos, sin = cos[:, None, :], sin[:, None, :]
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, first * sin + second * cos), dim=-1)


def make_heads(maker, shape):
    cos, sin = (half.to(maker.dtype) for half in angles(maker, shape))
    return {"x": maker.normal(shape["batch"], shape["tokens"], shape["heads"], shape["head"]), "cos": cos, "sin": sin}


def of_heads(function, inputs, outs, attributes):
    x, cos, sin = inputs["x"], inputs["cos"], inputs["sin"]
    return lambda: function(x, cos, sin)


def flops_of_one(shape):
    return 3 * shape["batch"] * shape["tokens"] * shape["heads"] * shape["head"]


def flops(shape):
    return 6 * shape["batch"] * shape["tokens"] * (shape["heads"] + shape["kvHeads"]) * shape["head"]


ODD = {"name": "odd 1×6×37×64", "batch": 1, "tokens": 37, "heads": 6, "kvHeads": 3, "head": 64}
NAMES = ("q", "k", "cos", "sin")
WORKLOADS = (
    Workload(
        id="rotary.transformers",
        label="rotary embedding of q and k",
        shapes=shapes(),
        make=make,
        reference=rotary,
        outputs=("q", "k"),
        flops=flops,
        odd=ODD,
        backward=True,
        constant=("cos", "sin"),
        calls=(
            KernelCall("apply_rotary_transformers", NAMES, like_transformers),
            KernelCall("liger_rotary_pos_emb", NAMES, like_transformers, differentiable=True),
        ),
    ),
    Workload(
        id="rotary.halves",
        label="rotary embedding of halves",
        shapes=shapes(),
        make=make_halves,
        reference=rotary_of_halves,
        outputs=("out1", "out2"),
        odd=ODD,
        flops=flops_of_one,
        calls=(KernelCall("apply_rotary", ("x1", "x2", "cos", "sin", "out1", "out2"), of_halves, takes_outs=True),),
    ),
    Workload(
        id="rotary.heads",
        label="rotary embedding of one tensor",
        shapes=shapes(),
        make=make_heads,
        reference=rotary_of_heads,
        outputs=("out",),
        odd=ODD,
        flops=flops_of_one,
        calls=(KernelCall("apply_rotary", ("x", "cos", "sin"), of_heads),),
    ),
)
