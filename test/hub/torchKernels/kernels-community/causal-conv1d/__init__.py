"""Causal depthwise convolution of (batch, channels, length) with a weight of (channels, width), width 2 to 4."""
import torch

from ._calls import counted


@counted("causal-conv1d.causal_conv1d_fn")
def causal_conv1d_fn(
    x,
    weight,
    bias=None,
    seq_idx=None,
    initial_states=None,
    return_final_states=False,
    final_states_out=None,
    activation=None,
):
    if activation not in [None, "silu", "swish"]:
        raise NotImplementedError("activation must be None, silu, or swish")
    if weight.dim() != 2 or x.dim() != 3 or weight.shape[0] != x.shape[1]:
        raise RuntimeError("weight must have shape (dim, width)")
    width = weight.shape[1]
    if not 2 <= width <= 4:
        raise RuntimeError("causal_conv1d only supports width between 2 and 4")
    if bias is not None and bias.dtype != weight.dtype:
        raise RuntimeError("Expected bias.scalar_type() == weight_type to be true, but got false.")
    length = x.shape[2]
    before = x.new_zeros(*x.shape[:2], width - 1) if initial_states is None else initial_states
    padded = torch.cat((before, x), -1).float()
    total = sum(weight.float()[:, at, None] * padded[..., at : at + length] for at in range(width))
    if bias is not None:
        total = total + bias.float()[:, None]
    if activation is not None:
        total = total * torch.sigmoid(total)
    return total.to(x.dtype)


__all__ = ["causal_conv1d_fn"]
