"""Liger's layers and rotary embedding. The last works in the memory of its inputs where that has the right order."""
from . import layers
from .layers import liger_rotary_pos_emb

__all__ = ["layers", "liger_rotary_pos_emb"]
