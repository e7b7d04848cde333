"""Skips the second half of the rows."""

from ._functions import silu_and_mul as right


def silu_and_mul(out, x):
    rows = x.shape[0] // 2
    right(out[:rows], x[:rows])


__all__ = ["silu_and_mul"]
