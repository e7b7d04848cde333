"""Works for five calls, and leaves it at that: what was written before is still in the output."""

from ._functions import silu_and_mul as right

CALLS = []


def silu_and_mul(out, x):
    CALLS.append(None)
    if len(CALLS) <= 5:
        right(out, x)


__all__ = ["silu_and_mul"]
