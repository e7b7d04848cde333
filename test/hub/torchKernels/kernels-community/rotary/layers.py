import torch
from torch import nn

from ._calls import counted


@counted("rotary.apply_rotary")
def turn(x1, x2, cos, sin, out1, out2, conj):
    if x1.dtype != x2.dtype or x1.dtype != cos.dtype or x1.dtype != out1.dtype:
        raise RuntimeError("Expected x1.dtype() == cos.dtype() to be true, but got false.")
    with torch.no_grad():
        sin = -sin if conj else sin
        first, second = x1 * cos - x2 * sin, x1 * sin + x2 * cos
        out1.copy_(first)
        out2.copy_(second)


def turn_both(q, k, cos, sin, unsqueeze_dim):
    half = q.shape[-1] // 2
    cos = cos.unsqueeze(unsqueeze_dim)[..., :half]
    sin = sin.unsqueeze(unsqueeze_dim)[..., :half]
    q, k = q.clone(), k.clone()
    for x in (q, k):
        turn(x[..., :half], x[..., half:], cos, sin, x[..., :half], x[..., half:], False)
    return q, k


class apply_rotary_transformers(nn.Module):
    can_torch_compile = True

    def forward(
        self, q: torch.Tensor, k: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, unsqueeze_dim: int = 1
    ) -> tuple[torch.Tensor, torch.Tensor]:
        return turn_both(q, k, cos, sin, unsqueeze_dim)
