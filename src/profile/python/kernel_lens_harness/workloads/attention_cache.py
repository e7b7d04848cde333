"""Attention as serving has it: sequences of several lengths in a row, one new token each, and caches in pages."""

import torch
import torch.nn.functional as F

from .attention import HALF, one_head, whole_groups
from .sizes import MODELS
from .workload import KernelCall, Workload

MAIN = MODELS["Llama 3.1 8B"]
HEADS = {"heads": MAIN["heads"], "kvHeads": MAIN["kvHeads"], "head": MAIN["head"]}
PAGE = 16
#: Bytes of a key that lie side by side in vLLM's cache.
SIDE_BY_SIDE = 16


def shapes(*sizes):
    """Of (batch, tokens)."""
    return tuple(
        {"name": f"{batch}×{tokens}×{MAIN['heads']}×{MAIN['head']}", "batch": batch, "tokens": tokens, **HEADS}
        for batch, tokens in sizes
    )


def lengths(shape):
    """Of `batch` sequences, from half of `tokens` up to all."""
    batch, tokens = shape["batch"], shape["tokens"]
    return [max(1, tokens - tokens * number // (2 * batch)) for number in range(batch)]


def starts_of(counts):
    starts = [0]
    for count in counts:
        starts.append(starts[-1] + count)
    return starts


def varlen(q, k, v, starts, counts):
    """`counts`: the same as `starts`, as numbers, so that nobody waits for the device to tell them."""
    parts = []
    for begin, end in zip(starts_of(counts), starts_of(counts)[1:]):
        one = (x[begin:end].transpose(0, 1) for x in (q, k, v))
        parts.append(
            F.scaled_dot_product_attention(*one, is_causal=True, enable_gqa=q.shape[1] != k.shape[1]).transpose(0, 1)
        )
    return torch.cat(parts)


def exact_varlen(q, k, v, starts, counts):
    out, groups = torch.empty_like(q), q.shape[1] // k.shape[1]
    for begin, end in zip(starts_of(counts), starts_of(counts)[1:]):
        for head in range(q.shape[1]):
            of = (slice(begin, end), head // groups)
            out[begin:end, head] = one_head(q[begin:end, head], k[of], v[of], True)
    return out


def make_varlen(maker, shape):
    counts = lengths(shape)
    total = sum(counts)
    return {
        "q": maker.normal(total, shape["heads"], shape["head"]),
        "k": maker.weight(total, shape["kvHeads"], shape["head"]),
        "v": maker.weight(total, shape["kvHeads"], shape["head"]),
        "starts": torch.tensor(starts_of(counts), dtype=torch.int32, device=maker.device),
    }


def flash_varlen(function, inputs, outs, attributes):
    q, k, v, starts = inputs["q"], inputs["k"], inputs["v"], inputs["starts"]
    longest = max(attributes["counts"])
    return lambda: function(
        q,
        k,
        v,
        cu_seqlens_q=starts,
        cu_seqlens_k=starts,
        max_seqlen_q=longest,
        max_seqlen_k=longest,
        causal=True,
    )


def decode(q, keys, values, counts):
    """`keys` and `values` are (batch, tokens, heads, size), of which all are in use."""
    q, k, v = (x.transpose(1, 2) for x in (q, keys, values))
    return F.scaled_dot_product_attention(q, k, v, enable_gqa=q.shape[1] != k.shape[1]).transpose(1, 2)


def make_decode(maker, shape):
    cache = (shape["batch"], shape["tokens"], shape["kvHeads"], shape["head"])
    return {
        "q": maker.normal(shape["batch"], 1, shape["heads"], shape["head"]),
        "keys": maker.weight(*cache),
        "values": maker.weight(*cache),
        "counts": torch.full((shape["batch"],), shape["tokens"], dtype=torch.int32, device=maker.device),
    }


def flash_decode(function, inputs, outs, attributes):
    q, keys, values, counts = (inputs[name] for name in ("q", "keys", "values", "counts"))
    return lambda: function(q, keys, values, cache_seqlens=counts, causal=True)


def paged(q, keys, values, pages, counts, longest):
    """`keys`: (pages, heads, size / n, page, n); `values`: (pages, heads, size, page); the others by sequence."""
    batch, heads, size = q.shape
    k = keys[pages.long()].permute(0, 2, 1, 4, 3, 5).reshape(batch, values.shape[1], -1, size)[:, :, :longest]
    v = values[pages.long()].permute(0, 2, 1, 4, 3).reshape(batch, values.shape[1], -1, size)[:, :, :longest]
    seen = torch.arange(longest, device=q.device) < counts[:, None]
    mask = seen[:, None, None, :].expand(batch, heads, 1, longest)
    out = F.scaled_dot_product_attention(q.unsqueeze(2), k, v, attn_mask=mask, enable_gqa=heads != k.shape[1])
    return out.squeeze(2)


def make_paged(maker, shape):
    batch, heads, size = shape["batch"], shape["kvHeads"], shape["head"]
    each = -(-shape["tokens"] // PAGE)
    together = SIDE_BY_SIDE // maker.dtype.itemsize
    order = torch.randperm(batch * each, generator=torch.Generator().manual_seed(each))
    return {
        "q": maker.normal(batch, shape["heads"], size),
        "keys": maker.weight(batch * each, heads, size // together, PAGE, together),
        "values": maker.weight(batch * each, heads, size, PAGE),
        "pages": order.to(maker.device, torch.int32).reshape(batch, each),
        "counts": torch.tensor(lengths(shape), dtype=torch.int32, device=maker.device),
    }


def vllm(function, inputs, outs, attributes):
    q, keys, values, pages, counts = (inputs[name] for name in ("q", "keys", "values", "pages", "counts"))
    out, longest, one = outs[0], attributes["longest"], torch.ones((), dtype=torch.float32, device=q.device)
    heads, scale = keys.shape[1], q.shape[-1] ** -0.5

    def run():
        function(
            out,
            q,
            keys,
            values,
            num_kv_heads=heads,
            scale=scale,
            block_tables=pages,
            seq_lens=counts,
            block_size=PAGE,
            max_seq_len=longest,
            alibi_slopes=None,
            kv_cache_dtype="auto",
            k_scale=one,
            v_scale=one,
        )
        return out

    return run


def varlen_flops(shape):
    return sum(2 * shape["heads"] * count**2 * shape["head"] for count in lengths(shape))


def decode_flops(shape):
    return 4 * shape["batch"] * shape["heads"] * shape["tokens"] * shape["head"]


ODD = {"name": "odd 3×131×4×64", "batch": 3, "tokens": 131, "heads": 4, "kvHeads": 2, "head": 64}
WORKLOADS = (
    Workload(
        id="attention.varlen",
        label="causal attention of several lengths",
        shapes=shapes((4, 512), (4, 2048), (8, 4096)),
        make=make_varlen,
        reference=varlen,
        oracle=exact_varlen,
        outputs=("out",),
        flops=varlen_flops,
        picks=(1, 2, 0),
        odd=ODD,
        attributes=lambda shape: {"counts": tuple(lengths(shape))},
        dtypes=HALF,
        backward=True,
        refuses=whole_groups,
        calls=(
            KernelCall(
                "flash_attn_varlen_func",
                ("q", "k", "v", "cu_seqlens_q", "cu_seqlens_k"),
                flash_varlen,
                differentiable=True,
                outputs=1,
            ),
        ),
    ),
    Workload(
        id="attention.decode",
        label="attention of one new token",
        shapes=shapes((1, 4096), (16, 4096), (64, 1024)),
        make=make_decode,
        reference=decode,
        outputs=("out",),
        flops=decode_flops,
        picks=(1, 0, 2),
        odd=ODD,
        dtypes=HALF,
        refuses=whole_groups,
        calls=(KernelCall("flash_attn_with_kvcache", ("q", "k_cache", "v_cache"), flash_decode, outputs=1),),
    ),
    Workload(
        id="attention.paged",
        label="attention of one new token, cache in pages",
        shapes=shapes((1, 4096), (16, 4096), (64, 1024)),
        make=make_paged,
        reference=paged,
        outputs=("out",),
        flops=decode_flops,
        picks=(1, 0, 2),
        odd=ODD,
        dtypes=HALF,
        attributes=lambda shape: {"longest": max(lengths(shape))},
        refuses=whole_groups,
        calls=(KernelCall("paged_attention_v1", ("out", "query", "key_cache", "value_cache"), vllm, takes_outs=True),),
    ),
)
