"""Attention of flash-attn 2 and 3 and of SageAttention, against scaled_dot_product_attention."""

import torch
import torch.nn.functional as F

from .sizes import MODELS
from .workload import KernelCall, Workload

#: SageAttention rounds queries and keys to eight bits: its authors ask for likeness, not for the dtype's exactness.
SAGE_TOLERANCE = 0.1


def shapes(grouped):
    main = MODELS["Llama 3.1 8B"]
    kv = main["kvHeads"] if grouped else main["heads"]
    found = []
    for causal in (True, False):
        for batch, tokens in ((4, 512), (1, 2048), (1, 4096)):
            if not causal and tokens != 2048:
                continue
            name = f"{batch}×{tokens}×{main['heads']}×{main['head']}{' causal' if causal else ''}"
            found.append(
                {
                    "name": name,
                    "batch": batch,
                    "tokens": tokens,
                    "heads": main["heads"],
                    "kvHeads": kv,
                    "head": main["head"],
                    "causal": causal,
                }
            )
    return tuple(found)


def attention(q, k, v, causal):
    """Tokens before heads, as flash-attn has it."""
    q, k, v = (x.transpose(1, 2) for x in (q, k, v))
    return F.scaled_dot_product_attention(q, k, v, is_causal=causal, enable_gqa=q.shape[1] != k.shape[1]).transpose(
        1, 2
    )


def heads_first(q, k, v, causal):
    return F.scaled_dot_product_attention(q, k, v, is_causal=causal)


def exact(q, k, v, causal):
    """The same, a few heads at a time: scores in float64 need much memory."""
    groups = q.shape[2] // k.shape[2]
    out = torch.empty_like(q)
    for batch in range(q.shape[0]):
        for head in range(q.shape[2]):
            out[batch, :, head] = one_head(
                q[batch, :, head], k[batch, :, head // groups], v[batch, :, head // groups], causal
            )
    return out


def exact_heads_first(q, k, v, causal):
    return exact(*(x.transpose(1, 2) for x in (q, k, v)), causal).transpose(1, 2)


def one_head(q, k, v, causal):
    scores = q @ k.transpose(0, 1) * q.shape[-1] ** -0.5
    if causal:
        scores.masked_fill_(torch.ones_like(scores, dtype=torch.bool).triu_(1), float("-inf"))
    return scores.softmax(-1) @ v


def make(maker, shape):
    q = (shape["batch"], shape["tokens"], shape["heads"], shape["head"])
    kv = (shape["batch"], shape["tokens"], shape["kvHeads"], shape["head"])
    # Only queries are scaled up: with keys as large, which of two scores is larger would be a matter of rounding.
    return {"q": maker.normal(*q), "k": maker.weight(*kv), "v": maker.weight(*kv)}


def make_heads_first(maker, shape):
    return {name: tensor.transpose(1, 2).contiguous() for name, tensor in make(maker, shape).items()}


def flash(function, inputs, outs, attributes):
    q, k, v, causal = inputs["q"], inputs["k"], inputs["v"], attributes["causal"]
    return lambda: function(q, k, v, causal=causal)


def sage(function, inputs, outs, attributes):
    q, k, v, causal = inputs["q"], inputs["k"], inputs["v"], attributes["causal"]
    return lambda: function(q, k, v, tensor_layout="HND", is_causal=causal)


def flops(shape):
    products = 4 * shape["batch"] * shape["heads"] * shape["tokens"] ** 2 * shape["head"]
    return products // 2 if shape["causal"] else products


def whole_groups(shape):
    return (
        None
        if shape["heads"] % shape["kvHeads"] == 0
        else f"{shape['heads']} heads are no multiple of {shape['kvHeads']} of keys and values."
    )


HALF = ("bfloat16", "float16")
ODD = {"name": "odd 1×131×4×64 causal", "batch": 1, "tokens": 131, "heads": 4, "kvHeads": 2, "head": 64, "causal": True}
WORKLOADS = (
    Workload(
        id="attention.flash",
        label="attention",
        shapes=shapes(grouped=True),
        make=make,
        reference=attention,
        oracle=exact,
        outputs=("out",),
        flops=flops,
        attributes=lambda shape: {"causal": shape["causal"]},
        odd=ODD,
        dtypes=HALF,
        backward=True,
        refuses=whole_groups,
        picks=(1, 2, 0),
        calls=(KernelCall("flash_attn_func", ("q", "k", "v"), flash, differentiable=True, outputs=1),),
    ),
    Workload(
        id="attention.sage",
        label="attention in eight bits",
        shapes=shapes(grouped=False),
        make=make_heads_first,
        reference=heads_first,
        oracle=exact_heads_first,
        outputs=("out",),
        flops=flops,
        tolerance=SAGE_TOLERANCE,
        attributes=lambda shape: {"causal": shape["causal"]},
        dtypes=HALF,
        odd={**ODD, "kvHeads": 4},
        refuses=whole_groups,
        picks=(1, 2, 0),
        calls=(KernelCall("sageattn", ("q", "k", "v", "tensor_layout", "is_causal"), sage, outputs=1),),
    ),
)
