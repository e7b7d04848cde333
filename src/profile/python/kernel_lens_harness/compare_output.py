"""Holds what was written against what should have been, every element, in float64, on the device where it can."""

import math

from kernel_lens_harness import poison
from kernel_lens_harness.dtypes import OVERFLOW, dtype_name, tolerance_for

#: Elements compared at a time: float64 copies of all would need many times the output's memory.
CHUNK = 1 << 24


def compare_output(device, name, got, want, stored=None, poisoned=True):
    """One check of one output, as the report's OutputError plus `worstShare` (null: infinite) and `rms`, the root mean square error.

    NaN is right where NaN is wanted, an infinity where the same is wanted or where the wanted value is too large for
    the dtype, or was within its tolerance of being so.
    An element counts as never written when it is wrong and still holds the poison.
    """
    torch = device.torch
    dtype = dtype_name(got.dtype)
    # Apple's GPUs have no float64; dtypes of one byte cannot be told apart by strides on all devices.
    place = "cpu" if device.kind == "mps" else got.device
    flat_got, flat_want = got.detach().reshape(-1), want.detach().reshape(-1)
    elements = flat_got.numel()
    tolerance = tolerance_for(dtype, root_mean_square(torch, flat_want, place), stored)
    rel = tolerance["rel"]
    scale = tolerance["abs"] / rel if rel > 0 else 1.0
    # A row is what a kernel rounds together: in a causal attention the first ones are much larger than the rest.
    row = got.shape[-1] if got.dim() > 1 and stored is None and 0 < got.shape[-1] <= CHUNK else 1
    step = CHUNK // row * row
    state = {"maxAbs": 0.0, "maxRel": 0.0, "wrong": 0, "unwritten": 0, "lost": None, "worst": None, "squares": 0.0}
    for start in range(0, elements, step):
        part = slice(start, start + step)
        compare_chunk(torch, flat_got[part], flat_want[part], place, start, (dtype, rel, scale, row, poisoned), state)
    lost = state["lost"]
    worst = lost if lost is not None else state["worst"]
    return {
        "output": name,
        "maxAbs": None if lost is not None else state["maxAbs"],
        "maxRel": None if lost is not None else state["maxRel"],
        "rms": None if lost is not None or elements == 0 else math.sqrt(state["squares"] / elements),
        "tolerance": tolerance,
        "wrong": state["wrong"],
        "unwritten": state["unwritten"],
        "elements": elements,
        "worst": None if worst is None else place_of(torch, worst, flat_got, flat_want, got.shape),
        "worstShare": None if lost is not None or (rel == 0 and state["maxRel"] > 0) else (state["maxRel"] / rel if rel > 0 else 0.0),
    }


def compare_chunk(torch, got_part, want_part, place, start, rule, state):
    dtype, rel, scale, row, poisoned = rule
    got, want = got_part.to(place, torch.float64), want_part.to(place, torch.float64)
    error = (got - want).abs_()
    size = want.abs().clamp_(min=scale)
    if row > 1:
        rows = torch.where(torch.isfinite(want), want, 0.0).reshape(-1, row)
        size = torch.maximum(size.reshape(-1, row), rows.square().mean(dim=1, keepdim=True).sqrt_()).reshape(-1)
    finite = torch.isfinite(got) & torch.isfinite(want)
    right = error <= rel * size
    same = (got == want) | (got.isnan() & want.isnan())
    if dtype in OVERFLOW:
        beyond = want.abs() + rel * size >= OVERFLOW[dtype]
        same |= beyond & (got == torch.copysign(torch.full_like(want, math.inf), want))
    lost = ~finite & ~same
    wrong = torch.where(finite, ~right, ~same)
    if poisoned and bool(wrong.any()):
        held = poison.is_poison(torch, got_part)
        if held is not None:
            missing = held.to(place) & wrong
            state["unwritten"] += int(missing.sum())
            lost |= missing
    state["wrong"] += int(wrong.sum())
    if state["lost"] is None and bool(lost.any()):
        state["lost"] = start + int(lost.to(torch.uint8).argmax())
    error = torch.where(finite, error, 0.0)
    if error.numel() == 0:
        return
    relative = error / size
    state["squares"] += float((error * error).sum())
    state["maxAbs"] = max(state["maxAbs"], float(error.max()))
    at = int(relative.argmax())
    if float(relative[at]) > state["maxRel"]:
        state["maxRel"], state["worst"] = float(relative[at]), start + at


def root_mean_square(torch, flat, place):
    """Over finite values; 0 when there are none."""
    squares, count = 0.0, 0
    for start in range(0, flat.numel(), CHUNK):
        values = flat[start : start + CHUNK].to(place, torch.float64)
        finite = torch.isfinite(values)
        count += int(finite.sum())
        squares += float(torch.where(finite, values * values, 0.0).sum())
    return math.sqrt(squares / count) if count else 0.0


def place_of(torch, index, got, want, shape):
    coordinates, rest = [], index
    for size in reversed(shape):
        coordinates.insert(0, rest % size)
        rest //= size
    return {
        "index": index,
        "coordinates": coordinates,
        "got": repr(got[index].to("cpu", torch.float64).item()),
        "want": repr(want[index].to("cpu", torch.float64).item()),
    }


def is_right(check, baseline=None):
    """Within the tolerance, or within twice the error of a baseline that is right. `baseline`: its check of the same output."""
    if check["wrong"] == 0 and check["unwritten"] == 0:
        return True
    if baseline is None or baseline["wrong"] > 0 or check["unwritten"] > 0 or check["maxRel"] is None or baseline["maxRel"] is None:
        return False
    return check["maxRel"] <= 2 * baseline["maxRel"]
