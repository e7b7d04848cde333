"""Attention of (batch, heads, length, size) unless told otherwise, for inference. The real one rounds more."""
import torch

from ._calls import counted


@counted("sage-attention.sageattn")
def sageattn(q, k, v, tensor_layout="HND", is_causal=False, sm_scale=None, return_lse=False, **kwargs):
    assert q.dtype in [torch.float16, torch.bfloat16], (
        "Input tensors must be in dtype of torch.float16 or torch.bfloat16"
    )
    assert q.dtype == k.dtype == v.dtype, "All tensors must have the same dtype."
    if q.shape[-1] > 128:
        raise ValueError(f"Unsupported head_dim: {q.shape[-1]}")
    heads = 1 if tensor_layout == "HND" else 2
    with torch.no_grad():
        if heads == 2:
            q, k, v = (x.transpose(1, 2) for x in (q, k, v))
        groups = q.shape[1] // k.shape[1]
        key, value = (x.float().repeat_interleave(groups, 1) for x in (k, v))
        scale = q.shape[-1] ** -0.5 if sm_scale is None else sm_scale
        scores = q.float() @ key.transpose(-1, -2) * scale
        if is_causal:
            assert q.shape[2] == k.shape[2], "qo_len and kv_len must be equal for causal attention."
            scores = scores.masked_fill(torch.ones_like(scores, dtype=torch.bool).triu(1), float("-inf"))
        result = (scores.softmax(-1) @ value).to(q.dtype)
        return result.transpose(1, 2) if heads == 2 else result


__all__ = ["sageattn"]
