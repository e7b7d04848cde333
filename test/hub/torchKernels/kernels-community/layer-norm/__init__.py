"""Layer and RMS norm of flash-attn's `dropout_add_ln`: rows of a multiple of 8, at most 8,192."""
from . import layers
from .layers import dropout_add_ln_fwd

__all__ = ["layers", "dropout_add_ln_fwd"]
