"""Layer norm, RMS norm and rotary embedding with gradients."""
import torch

from ._calls import counted


def _norm(x, weight, bias, residual, eps, prenorm, zero_centered, is_rms_norm, out_dtype):
    total = x.float() if residual is None else x.float() + residual.float()
    centred = total if is_rms_norm else total - total.mean(-1, keepdim=True)
    result = centred * torch.rsqrt(centred.pow(2).mean(-1, keepdim=True) + eps)
    if weight is not None:
        result = result * (weight.float() + 1 if zero_centered else weight.float())
    if bias is not None:
        result = result + bias.float()
    result = result.to(out_dtype or x.dtype)
    return (result, total.to(x.dtype)) if prenorm else result


@counted("flash-attn-ops.layer_norm_fn")
def layer_norm_fn(
    x,
    weight,
    bias,
    residual=None,
    x1=None,
    weight1=None,
    bias1=None,
    eps=1e-6,
    dropout_p=0.0,
    rowscale=None,
    prenorm=False,
    residual_in_fp32=False,
    zero_centered_weight=False,
    is_rms_norm=False,
    return_dropout_mask=False,
    out_dtype=None,
    out=None,
    residual_out=None,
):
    weight = weight.contiguous()  # The real one cannot do without either.
    return _norm(x, weight, bias, residual, eps, prenorm, zero_centered_weight, is_rms_norm, out_dtype)


@counted("flash-attn-ops.rms_norm_fn")
def rms_norm_fn(
    x,
    weight,
    bias,
    residual=None,
    x1=None,
    weight1=None,
    bias1=None,
    eps=1e-6,
    dropout_p=0.0,
    rowscale=None,
    prenorm=False,
    residual_in_fp32=False,
    zero_centered_weight=False,
    return_dropout_mask=False,
    out_dtype=None,
    out=None,
    residual_out=None,
):
    weight = weight.contiguous()
    return _norm(x, weight, bias, residual, eps, prenorm, zero_centered_weight, True, out_dtype)


@counted("flash-attn-ops.apply_rotary")
def apply_rotary(
    x, cos, sin, seqlen_offsets=0, cu_seqlens=None, max_seqlen=None, interleaved=False, inplace=False, conjugate=False
):
    """x: (batch, length, heads, size); cos and sin: (length, size of the rotated part / 2)."""
    width = cos.shape[-1] * 2
    length = x.shape[1]
    cos = cos[seqlen_offsets : seqlen_offsets + length, None, :]
    sin = sin[seqlen_offsets : seqlen_offsets + length, None, :]
    turned, rest = x[..., :width], x[..., width:]
    sin = -sin if conjugate else sin
    first, second = (turned[..., ::2], turned[..., 1::2]) if interleaved else turned.chunk(2, -1)
    pair = (first * cos - second * sin, first * sin + second * cos)
    result = torch.stack(pair, -1).flatten(-2) if interleaved else torch.cat(pair, -1)
    result = torch.cat((result, rest), -1).to(x.dtype)
    return x.copy_(result) if inplace else result


class RMSNorm(torch.nn.Module):
    def __init__(self, hidden_size, eps=1e-5, dropout_p=0.0, zero_centered_weight=False, device=None, dtype=None):
        super().__init__()
        self.eps = eps
        self.weight = torch.nn.Parameter(torch.ones(hidden_size, device=device, dtype=dtype))

    def forward(self, x, residual=None, prenorm=False, residual_in_fp32=False):
        return rms_norm_fn(x, self.weight, None, residual=residual, eps=self.eps, prenorm=prenorm)


__all__ = ["apply_rotary", "layer_norm_fn", "rms_norm_fn", "RMSNorm"]
