"""Softmax over the rows of a matrix, and a rotary embedding, without gradients."""
import torch

from ._calls import counted


@counted("aiter-kernels.softmax")
def softmax(x):
    n_rows, n_cols = x.shape
    with torch.no_grad():
        shifted = torch.exp(x.float() - x.float().max(-1, keepdim=True).values)
        return (shifted / shifted.sum(-1, keepdim=True)).to(x.dtype).reshape(n_rows, n_cols)


@counted("aiter-kernels.apply_rotary_transformers")
def apply_rotary_transformers(q, k, cos, sin, unsqueeze_dim=1):
    half = q.shape[-1] // 2
    with torch.no_grad():
        cos, sin = (angle.unsqueeze(unsqueeze_dim)[..., :half] for angle in (cos, sin))
        return tuple(
            torch.cat((x[..., :half] * cos - x[..., half:] * sin, x[..., half:] * cos + x[..., :half] * sin), -1)
            for x in (q, k)
        )


__all__ = ["apply_rotary_transformers", "softmax"]
