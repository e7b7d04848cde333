"""Counts what is called, so that a test can tell a kernel's numbers from PyTorch's own."""
import functools
import sys
import types

_KEPT = sys.modules.setdefault("kernel_calls", types.ModuleType("kernel_calls"))
COUNTS = _KEPT.__dict__.setdefault("counts", {})


def counted(name):
    def decorate(function):
        @functools.wraps(function)
        def called(*args, **kwargs):
            COUNTS[name] = COUNTS.get(name, 0) + 1
            return function(*args, **kwargs)

        return called

    return decorate
