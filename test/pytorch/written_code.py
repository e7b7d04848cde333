"""Runs each file as it was and as it was written anew, over the same inputs, in one process; PyTorch takes long to import.

    written_code.py FOLDER

FOLDER/cases.json is a list of {name, before, after, inputs, dtypes, gradients}; a case's files define `make()`, which gives the
callable that is compared. Prints a list of {name, problem, calls, runs, logs}, in the order of the cases.
"""
import functools
import importlib.util
import json
import logging
import os
import random
import sys
import traceback
from pathlib import Path

import kernels
import torch

FOLDER = Path(sys.argv[1])
DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
# A few units in the last place, of the largest number there is.
CLOSE = {torch.float32: 2e-6, torch.float16: 2e-3, torch.bfloat16: 1.6e-2}


def counts():
    module = sys.modules.get("kernel_calls")
    return sum(module.counts.values()) if module else 0


def load(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def tensor(*shape, dtype, ordered=True):
    """Random, of that shape; not ordered: its memory is in another order."""
    if ordered or len(shape) < 2:
        return torch.randn(*shape, dtype=dtype)
    return torch.randn(*shape[::-1], dtype=dtype).permute(*reversed(range(len(shape))))


def plain(dtype):
    yield (tensor(16, dtype=dtype),)
    yield (tensor(3, 7, dtype=dtype),)
    yield (tensor(2, 3, 64, dtype=dtype),)
    yield (tensor(1, 1, 1, 33, dtype=dtype),)
    yield (tensor(5, 8, dtype=dtype, ordered=False),)
    yield (torch.randn(4, 20, dtype=dtype)[:, ::2],)
    yield (torch.randn(1, 6, dtype=dtype).expand(4, 6),)
    yield (torch.randn(0, 8, dtype=dtype),)


def wide(dtype):
    """Rows of 64, as weights of norms have them."""
    for shape in ((1, 64), (3, 64), (2, 5, 64), (2, 1, 3, 64)):
        yield (tensor(*shape, dtype=dtype),)
    yield (tensor(64, 6, dtype=dtype).t(),)
    yield (tensor(2, 64, 4, dtype=dtype).transpose(1, 2),)
    yield (torch.randn(2, 1, 64, dtype=dtype).expand(2, 4, 64),)


def even(dtype):
    """Rows of 64, in order."""
    for shape in ((1, 64), (3, 64), (2, 5, 64), (2, 1, 3, 64)):
        yield (tensor(*shape, dtype=dtype),)


def gated(dtype):
    """Two of the same shape."""
    for shape in ((6,), (3, 10), (2, 3, 16), (1, 1, 1, 5)):
        yield tensor(*shape, dtype=dtype), tensor(*shape, dtype=dtype)
    yield tensor(5, 8, dtype=dtype, ordered=False), tensor(5, 8, dtype=dtype)
    both = torch.randn(3, 12, dtype=dtype)
    yield both[..., :6], both[..., 6:]


def joined(dtype):
    for shape in ((8,), (3, 14), (2, 3, 32)):
        yield (tensor(*shape, dtype=dtype),)
    yield (tensor(5, 8, dtype=dtype, ordered=False),)


def rows(dtype):
    yield (tensor(1, 5, dtype=dtype),)
    yield (tensor(9, 33, dtype=dtype),)
    yield (tensor(2, 3, 17, dtype=dtype),)
    yield (tensor(4, 6, dtype=dtype, ordered=False),)
    yield (tensor(11, dtype=dtype),)


def attention(dtype):
    """(batch, heads, length, size): as many keys as queries, more, fewer; heads that share keys are repeated by the caller."""
    for batch, heads, queries, keys, size in ((1, 1, 1, 1, 16), (2, 3, 7, 7, 32), (1, 2, 4, 9, 16), (1, 2, 9, 4, 16)):
        yield (
            tensor(batch, heads, queries, size, dtype=dtype),
            tensor(batch, heads, keys, size, dtype=dtype),
            tensor(batch, heads, keys, size, dtype=dtype),
        )
    packed = torch.randn(2, 6, 3, 4, 16, dtype=dtype).permute(2, 0, 3, 1, 4)
    yield tuple(packed)


def square(dtype):
    for batch, heads, length, size in ((1, 1, 1, 16), (2, 3, 7, 32), (1, 2, 33, 64)):
        yield tuple(tensor(batch, heads, length, size, dtype=dtype) for _ in range(3))


def grouped(dtype):
    """Fewer heads of keys than of queries."""
    for heads, shared, length in ((4, 2, 7), (6, 1, 5)):
        yield tuple(tensor(2, count, length, 16, dtype=dtype) for count in (heads, shared, shared))


def rotary(dtype):
    """q, k of (batch, heads, length, size) and the angles of (batch, length, size), each half of which is the same."""
    for batch, heads, shared, length, size in ((1, 1, 1, 1, 8), (2, 4, 2, 7, 16), (3, 2, 2, 5, 6)):
        angles = torch.randn(batch, length, size // 2).repeat(1, 1, 2)
        yield (
            tensor(batch, heads, length, size, dtype=dtype),
            tensor(batch, shared, length, size, dtype=dtype),
            angles.cos().to(dtype),
            angles.sin().to(dtype),
        )
    angles = torch.randn(2, 5, 4).repeat(1, 1, 2)
    q, k = torch.randn(2, 2, 5, 3, 8, dtype=dtype).transpose(2, 3)
    yield q, k, angles.cos().to(dtype), angles.sin().to(dtype)


def signals(dtype):
    """(batch, channels, length) for 12 channels."""
    for batch, length in ((1, 1), (2, 9), (3, 32)):
        yield (tensor(batch, 12, length, dtype=dtype),)
    yield (torch.randn(2, 7, 12, dtype=dtype).transpose(1, 2),)


INPUTS = {
    "plain": plain,
    "wide": wide,
    "even": even,
    "gated": gated,
    "joined": joined,
    "rows": rows,
    "attention": attention,
    "square": square,
    "grouped": grouped,
    "rotary": rotary,
    "signals": signals,
}


# The angles of a rotary embedding have no gradient.
LEARNT = {"rotary": 2}


def own(values, learnt):
    """Copies with the same order in memory, so that neither run sees what the other did; the first so many learn."""
    copies = []
    for number, value in enumerate(values):
        # What is expanded has no memory of its own to write to.
        copy = value if 0 in value.stride() else value.clone(memory_format=torch.preserve_format)
        copies.append(copy.detach().requires_grad_(number < learnt))
    return copies


def flat(result):
    return list(result) if isinstance(result, (tuple, list)) else [result]


def compare(what, expected, found):
    if expected is None or found is None:
        return None if expected is found is None else f"{what}: one is missing"
    if expected.shape != found.shape:
        return f"{what}: shape {tuple(found.shape)}, not {tuple(expected.shape)}"
    if expected.dtype != found.dtype:
        return f"{what}: {found.dtype}, not {expected.dtype}"
    if expected.numel() == 0:
        return None
    close = CLOSE[expected.dtype]
    largest = max(1.0, expected.detach().abs().nan_to_num().max().item())
    if torch.allclose(found.float(), expected.float(), rtol=close, atol=close * largest, equal_nan=True):
        return None
    return f"{what}: off by {(expected.float() - found.float()).abs().max().item():.3g} of {tuple(expected.shape)}"


def run(call, values, learnt, seed):
    inputs, gradients = own(values, learnt), learnt > 0
    torch.manual_seed(seed)
    with torch.set_grad_enabled(gradients):
        results = flat(call(*inputs))
    if not gradients:
        return results, [], inputs
    parameters = list(call.parameters()) if isinstance(call, torch.nn.Module) else []
    torch.manual_seed(seed)
    total = sum((result.float() * torch.randn(result.shape)).sum() for result in results)
    for parameter in parameters:
        parameter.grad = None
    if total.requires_grad:
        total.backward()
    return results, [value.grad for value in inputs + parameters], inputs


def check(case, before, after):
    """Runs, calls of the kernel and the first difference."""
    runs = calls = 0
    for dtype in case["dtypes"]:
        torch.manual_seed(0)
        old, new = before.make(), after.make()
        if isinstance(old, torch.nn.Module):
            old.to(DTYPES[dtype])
            new.to(DTYPES[dtype])
            problem = compare_states(old, new)
            if problem:
                return runs, calls, problem
        for number, values in enumerate(INPUTS[case["inputs"]](DTYPES[dtype])):
            for gradients in (False, True) if case["gradients"] else (False,):
                what = f"{dtype} {number}{' with gradients' if gradients else ''}"
                learnt = LEARNT.get(case["inputs"], len(values)) if gradients else 0
                expected = run(old, values, learnt, number)
                start = counts()
                found = run(new, values, learnt, number)
                calls += counts() - start
                runs += 1
                for part, (one, other) in zip(("result", "gradient", "input"), zip(expected, found)):
                    if part == "input" and case.get("mayWrite"):
                        continue
                    for index, (left, right) in enumerate(zip(one, other)):
                        problem = compare(f"{what}: {part} {index}", left, right)
                        if problem:
                            return runs, calls, problem
    return runs, calls, None


def compare_states(old, new):
    with torch.no_grad():
        for (name, left), (other, right) in zip(old.named_parameters(), new.named_parameters()):
            if name != other or left.shape != right.shape or left.dtype != right.dtype:
                return f"parameter {other} {tuple(right.shape)}, not {name} {tuple(left.shape)}"
            left.copy_(torch.randn_like(left) if left.dim() > 1 else torch.rand_like(left) + 0.5)
            right.copy_(left)
        for left, right in zip(old.buffers(), new.buffers()):
            right.copy_(left)
    if list(old.state_dict()) != list(new.state_dict()):
        return "another state"
    return None


class Kept(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.messages = []

    def emit(self, record):
        # Of the libraries' own there may be as many as they like.
        if record.name.split(".")[0] not in ("kernels", "huggingface_hub", "transformers", "httpx"):
            self.messages.append(record.getMessage())


def outcome(number, case):
    kept = Kept()
    logging.getLogger().addHandler(kept)
    random.seed(1)
    settings = case.get("environment", {})
    os.environ.update(settings)
    runs = calls = 0
    try:
        folder = FOLDER / str(number)
        before = load(folder / "before.py", f"before_{number}")
        after = load(folder / "after.py", f"after_{number}")
        runs, calls, problem = check(case, before, after)
    except BaseException as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        problem = f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
    finally:
        logging.getLogger().removeHandler(kept)
        for name in settings:
            del os.environ[name]
    return {"name": case["name"], "problem": problem, "calls": calls, "runs": runs, "logs": kept.messages}


torch.set_num_threads(1)
# The same kernel, asked for in the same words, is loaded once for all the files.
for loader in ("get_kernel", "get_locked_kernel", "load_kernel"):
    setattr(kernels, loader, functools.cache(getattr(kernels, loader)))
with open(FOLDER / "cases.json", encoding="utf-8") as file:
    CASES = json.load(file)
print("\noutcomes " + json.dumps([outcome(number, case) for number, case in enumerate(CASES)]))
