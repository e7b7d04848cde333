"""Attention of (batch, length, heads, size), in 16 bits. A causal mask ends at the lower right corner."""
import torch

from ._calls import counted


def _attend(q, k, v, softmax_scale, causal, window_size, softcap=0.0):
    if q.dtype not in (torch.float16, torch.bfloat16):
        raise RuntimeError("FlashAttention only supports fp16, bf16, and fp8_e4m3 data type")
    if k.dtype != q.dtype or v.dtype != q.dtype:
        raise RuntimeError("query and key must have the same dtype")
    if q.dim() != 4:
        raise RuntimeError("q must be of four dimensions")
    if q.shape[-1] > 256:
        raise RuntimeError("FlashAttention forward only supports head dimension at most 256")
    if q.shape[2] % k.shape[2] != 0:
        raise RuntimeError("Number of heads in key/value must divide number of heads in query")
    groups = q.shape[2] // k.shape[2]
    query, key, value = (x.float().transpose(1, 2) for x in (q, k, v))
    key, value = key.repeat_interleave(groups, 1), value.repeat_interleave(groups, 1)
    scale = q.shape[-1] ** -0.5 if softmax_scale is None else softmax_scale
    scores = query @ key.transpose(-1, -2) * scale
    if softcap > 0:
        scores = softcap * torch.tanh(scores / softcap)
    rows, columns = scores.shape[-2:]
    distance = torch.arange(columns, device=q.device) - torch.arange(rows, device=q.device)[:, None] - (columns - rows)
    left, right = window_size
    hidden = torch.zeros(rows, columns, dtype=torch.bool, device=q.device)
    if causal or right >= 0:
        hidden |= distance > (0 if causal else right)
    if left >= 0:
        hidden |= distance < -left
    weights = scores.masked_fill(hidden, float("-inf")).softmax(-1)
    # A row that sees nothing is zero.
    weights = weights.masked_fill(hidden.all(-1, keepdim=True), 0.0)
    return (weights @ value).transpose(1, 2).to(q.dtype)


def _of_packed(q, k, v, cu_seqlens_q, cu_seqlens_k, **rest):
    """Sequences behind one another: (total, heads, size), with where each begins."""
    starts = zip(cu_seqlens_q.tolist(), cu_seqlens_q.tolist()[1:], cu_seqlens_k.tolist(), cu_seqlens_k.tolist()[1:])
    parts = [_attend(q[None, a:b], k[None, c:d], v[None, c:d], **rest)[0] for a, b, c, d in starts]
    return torch.cat(parts)


@counted("flash-attn3.flash_attn_func")
def flash_attn_func(
    q,
    k,
    v,
    softmax_scale=None,
    causal=False,
    qv=None,
    q_descale=None,
    k_descale=None,
    v_descale=None,
    window_size=(-1, -1),
    attention_chunk=0,
    softcap=0.0,
    num_splits=1,
    pack_gqa=None,
    deterministic=False,
    sm_margin=0,
    return_attn_probs=False,
):
    return _attend(q, k, v, softmax_scale, causal, window_size, softcap)


@counted("flash-attn3.flash_attn_varlen_func")
def flash_attn_varlen_func(
    q,
    k,
    v,
    cu_seqlens_q,
    cu_seqlens_k,
    max_seqlen_q,
    max_seqlen_k,
    seqused_q=None,
    seqused_k=None,
    softmax_scale=None,
    causal=False,
    qv=None,
    q_descale=None,
    k_descale=None,
    v_descale=None,
    window_size=(-1, -1),
    attention_chunk=0,
    softcap=0.0,
    num_splits=1,
    pack_gqa=None,
    deterministic=False,
    sm_margin=0,
    return_attn_probs=False,
):
    rest = {"softmax_scale": softmax_scale, "causal": causal, "window_size": window_size, "softcap": softcap}
    return _of_packed(q, k, v, cu_seqlens_q, cu_seqlens_k, **rest)


__all__ = ["flash_attn_func", "flash_attn_varlen_func"]
