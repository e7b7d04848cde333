"""Runs a contender once on a set of inputs whose outputs are poisoned, and compares all it wrote."""

from kernel_lens_harness import poison
from kernel_lens_harness.compare_output import compare_output
from kernel_lens_harness.input_set import changes, restore, snapshot
from kernel_lens_harness.outputs import problem_of


class Wanted:
    """What the reference says of a set: exact values, asked for when first needed, and the shapes and dtypes of outputs."""

    def __init__(self, input_set, sizes=()):
        """`sizes`: bytes of outputs, where they are known from an earlier set and the set does not tell."""
        self._set = input_set
        self._asked = False
        self._exact = None
        self._sizes = list(sizes)
        self.described = input_set.outputs

    @property
    def exact(self):
        """A tuple of tensors; None without a reference."""
        if not self._asked:
            self._exact = self._set.oracle()
            self._asked = True
        return self._exact

    @property
    def oracle_dtype(self):
        return None if self.exact is None else getattr(self._set, "oracle_dtype", None) or "float64"

    def name(self, index):
        return self.described[index][0] if index < len(self.described) else ("out" if index == 0 else f"out{index + 1}")

    def description(self, index, got):
        """(shape, dtype) that the output shall have; scripts and functions only say the shape."""
        if index < len(self.described):
            return self.described[index][1:]
        return (self.exact[index].shape, got.dtype) if self.exact is not None else (got.shape, got.dtype)

    def bytes_of_outputs(self):
        if self.described:
            return [size_of(shape) * dtype.itemsize for _, shape, dtype in self.described]
        if not self._sizes and self._asked and self._exact is not None:
            self._sizes = [one.numel() * size for one in self._exact for size in (2, 4)]
        return self._sizes


def size_of(shape):
    count = 1
    for size in shape:
        count *= size
    return count


class Checked:
    """`problem`: a sentence about outputs that cannot be compared at all, or None."""

    def __init__(self, checks, problem, changed):
        self.checks, self.problem, self.changed = checks, problem, changed


def check(device, input_set, runner, wanted, stored, call=None, allowed_changes=0, poisoned=True):
    """`call`: what runs the contender instead of `runner.run`, giving its result. Raises what the contender raises."""
    torch = device.torch
    before = snapshot(input_set.inputs)
    try:
        result = run_poisoned(device, runner, wanted, call or runner.run) if poisoned else (call or runner.run)()
        device.synchronize()
        changed = {name: count for name, count in changes(torch, input_set.inputs, before).items() if count > allowed_changes}
    except BaseException:
        restore(torch, input_set.inputs, before)
        raise
    if changed:
        changed = input_set.faults(changed, wanted)
        # The next contender shall have what this one was given.
        restore(torch, {name: input_set.inputs[name] for name in changed}, before)
    got = runner.outputs(result)
    return compare(device, got, wanted, stored, changed)


def run_poisoned(device, runner, wanted, call):
    for tensor in runner.given:
        poison.fill(device.torch, tensor)
    with poison.poisoned_allocations(device, wanted.bytes_of_outputs()):
        result = call()
        device.synchronize()
    return result


def compare(device, got, wanted, stored, changed):
    torch = device.torch
    expected = len(wanted.described) or (len(wanted.exact) if wanted.exact is not None else len(got))
    if len(got) != expected:
        return Checked([], f"{len(got)} outputs instead of {expected}", changed)
    checks = []
    for index, output in enumerate(got):
        described = wanted.description(index, output) if isinstance(output, torch.Tensor) else ((), None)
        problem = problem_of(torch, output, described, device.type)
        if problem is not None:
            return Checked([], problem if expected == 1 else f"{wanted.name(index)}: {problem}", changed)
        if wanted.exact is not None:
            exact = wanted.exact[index]
            checks.append(compare_output(device, wanted.name(index), output, exact.reshape(output.shape), stored))
    return Checked(checks, None, changed)
