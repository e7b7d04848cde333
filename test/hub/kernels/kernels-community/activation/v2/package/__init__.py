import math
import struct
from pathlib import Path

# tanh from 0 to 8 in 512 steps.
_TABLE = struct.unpack("<513f", (Path(__file__).parent / "tanh.bin").read_bytes())


def _tanh(value):
    place = min(abs(value), 8.0) * 64
    low = min(int(place), 511)
    result = _TABLE[low] + (place - low) * (_TABLE[low + 1] - _TABLE[low])
    return math.copysign(result, value)


def gelu_tanh(out, x):
    for at, value in enumerate(x):
        out[at] = 0.5 * value * (1.0 + _tanh(0.7978845608 * (value + 0.044715 * value**3)))


def silu(out, x):
    for at, value in enumerate(x):
        out[at] = value / (1.0 + math.exp(-value))


def silu_and_mul(out, x):
    half = len(x) // 2
    for at in range(half):
        out[at] = x[at] / (1.0 + math.exp(-x[at])) * x[half + at]


def fatrelu_and_mul(out, x, threshold=0.0):
    half = len(x) // 2
    for at in range(half):
        out[at] = (x[at] if x[at] > threshold else 0.0) * x[half + at]


from . import layers  # noqa: E402

__all__ = ["gelu_tanh", "silu", "silu_and_mul", "fatrelu_and_mul", "layers"]
