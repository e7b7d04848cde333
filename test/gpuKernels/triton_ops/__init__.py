"""RMSNorm and SiLU-and-multiply in Triton."""

from . import layers
from ._functions import rms_norm, silu_and_mul

__all__ = ["layers", "rms_norm", "silu_and_mul"]
