"""RMS norm. As in the real kernel `__all__` names a forward function that is not there."""
from . import layers
from .layers import forward

apply_rms_norm = forward

__all__ = ["layers", "apply_rms_norm_forward", "apply_rms_norm_backward"]


def apply_rms_norm_backward(
    grad_output, input, weight, output, rstd, eps, input_requires_grad=True, weight_requires_grad=True
):
    raise NotImplementedError("No test needs it.")
