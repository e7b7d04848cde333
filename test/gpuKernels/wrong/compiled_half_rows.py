"""Skips the second half of the rows, in compiled code."""

from ._ops import ops


def silu_and_mul(out, x):
    rows = x.shape[0] // 2
    ops.silu_and_mul(out[:rows], x[:rows])


__all__ = ["silu_and_mul"]
