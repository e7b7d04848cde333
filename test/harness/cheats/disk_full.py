"""Finds no room to write its own files, as a download or a compiler may."""

import errno
import os


def silu_and_mul(out, x):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/home/me/.triton/cache")
