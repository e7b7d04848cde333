"""Ends the process without a word."""

import os


def silu_and_mul(out, x):
    os._exit(7)
