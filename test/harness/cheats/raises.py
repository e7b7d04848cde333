"""Raises."""


def silu_and_mul(out, x):
    raise ValueError("this kernel takes no such thing")
