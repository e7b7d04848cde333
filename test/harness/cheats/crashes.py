"""Reads memory that is nobody's."""

import ctypes


def silu_and_mul(out, x):
    ctypes.string_at(0)
