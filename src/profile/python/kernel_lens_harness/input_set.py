"""One set of tensors that all contenders of a case run on, and what is asked of it. Sources make subclasses."""

import itertools
import random


class Refused(Exception):
    """The contender does not take this workload; says why. No fault of the contender's."""

    kind = "not-applicable"
    advice = "Choose another workload, or another kernel for this one."

    def __init__(self, reason):
        super().__init__(reason)
        self.cause = f"{reason[:1].upper()}{reason[1:]}."


class InputSet:
    """Sources implement the abstract part below."""

    #: Input tensors by name: these must not change, but for one element that is touched before each timed run.
    inputs = {}
    #: (name, shape, dtype) of each output.
    outputs = ()

    def runner(self, contender):
        """A Runner of `contender` on this set. Raises Refused."""
        raise NotImplementedError

    def oracle(self):
        """The outputs, as exact as can be, of the inputs as they are now; None when there is no reference."""
        raise NotImplementedError

    def changeable(self):
        """Those inputs that may get other numbers, each by itself."""
        return self.inputs

    def refill(self, seed):
        """Puts other random numbers where these are. False when there are none."""
        return False

    def faults(self, changed, wanted):
        """Those of the changed inputs that it was wrong to change. `wanted`: what the reference said before."""
        return changed

    def repeats(self, contender):
        """How often one run asks the kernel for the same."""
        return 1


class Runner:
    """`run()` is what is timed. `given`: output tensors the kernel is handed; `read(result)`: all outputs of a run."""

    def __init__(self, run, given=(), read=None):
        self.run = run
        self.given = tuple(given)
        self._read = read

    def outputs(self, result):
        from kernel_lens_harness.outputs import as_tuple

        return as_tuple(result) if self._read is None else self._read(result)


def snapshot(inputs):
    return {name: tensor.detach().clone() for name, tensor in inputs.items()}


def restore(torch, inputs, before):
    try:
        with torch.no_grad():
            for name, tensor in inputs.items():
                tensor.copy_(before[name])
    except RuntimeError:
        pass  # The device is lost: whoever uses it next says so.


def changes(torch, inputs, before):
    """How many elements of each input differ from its snapshot; inputs that do not are left out."""
    counts = {}
    for name, tensor in inputs.items():
        a, b = tensor.detach(), before[name]
        if a.element_size() == 1 and a.is_floating_point():
            a, b = a.view(torch.uint8), b.view(torch.uint8)
        different = (a != b) & ~((a != a) & (b != b))
        count = int(different.sum())
        if count > 0:
            counts[name] = count
    return counts


#: Places at which an input is touched in turn: a kernel that looks at one of them for a change it knows finds none.
PLACES = 32


def touch(torch, inputs, seed):
    """A call that turns the sign of one element in place: no answer given before is one to this. None without floats."""
    floats = [
        t
        for t in inputs.values()
        if t.dtype in (torch.float32, torch.float16, torch.bfloat16, torch.float64) and t.numel() > 0
    ]
    if not floats:
        return None
    largest = max(floats, key=lambda tensor: tensor.numel()).detach()
    chance = random.Random(seed)
    elements = []
    for _ in range(PLACES):
        place = tuple(slice(at, at + 1) for at in (chance.randrange(size) for size in largest.shape))
        elements.append(largest[place].neg_ if place else largest.neg_)
    turns = itertools.cycle(elements)
    return lambda: next(turns)()
