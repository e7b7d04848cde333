"""A built-in workload: what goes in, what PyTorch makes of it, and how kernels are asked for the same."""

import inspect
from dataclasses import dataclass, field
from typing import Any, Callable


@dataclass(frozen=True)
class KernelCall:
    """How a kernel that has `function` (dotted: `layers.Silu`) is asked.

    `prepare(function, inputs, outs, attributes)` gives the call without arguments that is timed. `outs` are tensors for
    the outputs, poisoned before, for kernels that are handed theirs (`takes_outs`).
    """

    function: str
    #: The names that the function's parameters begin with, to tell it from others of the same name.
    parameters: tuple[str, ...]
    prepare: Callable[..., Callable[[], Any]]
    takes_outs: bool = False
    differentiable: bool = False
    #: Its backward leaves other numbers in the gradient of the output, as autograd allows.
    writes_gradient: bool = False
    #: Which outputs of the result count; the others are the kernel's own affair.
    outputs: int | None = None
    dtypes: tuple[str, ...] | None = None
    #: A check of a shape: a sentence saying why the kernel does not take it, or None.
    refuses: Callable[[dict], str | None] = lambda shape: None


@dataclass(frozen=True)
class Workload:
    id: str
    label: str
    #: Each: `name` and the sizes that `make` reads, perhaps `model`.
    shapes: tuple[dict, ...]
    #: `make(maker, shape)`: input tensors by name.
    make: Callable[..., dict]
    #: `reference(**inputs, **attributes)`: plain PyTorch, for any dtype; also the oracle when given float64.
    reference: Callable[..., Any]
    outputs: tuple[str, ...]
    calls: tuple[KernelCall, ...]
    flops: Callable[[dict], int]
    attributes: Callable[[dict], dict] = field(default=lambda shape: {})
    #: Sizes that are no multiples of anything, to be checked, not timed; None where the operation has none.
    odd: dict | None = None
    #: The allowance of an approximate operation, instead of the dtype's: |got − want| ≤ tolerance × max(1, |want|).
    tolerance: float | None = None
    dtypes: tuple[str, ...] = ("bfloat16", "float16", "float32")
    #: A reference of less memory than `reference` for the oracle, if need be.
    oracle: Callable[..., Any] | None = None
    backward: bool = False
    #: Inputs whose gradients nobody wants.
    constant: tuple[str, ...] = ()
    #: Which shapes a short run takes, first the one that it takes if only one: their places in `shapes`.
    picks: tuple[int, ...] = (2, 0, 1)
    #: A check of a shape: a sentence saying why there is none such, or None.
    refuses: Callable[[dict], str | None] = lambda shape: None
    #: Inputs that a kernel prepares once, as when a model is loaded: these stay when other numbers are put in.
    fixed: tuple[str, ...] = ()


class Maker:
    """Makes input tensors of one seed. `form`: `random`, `zeros`, or `large` for large values."""

    LARGE = 30.0

    def __init__(self, torch, device, dtype, seed, form="random"):
        self.torch, self.device, self.dtype, self.form = torch, device, dtype, form
        self._generator = torch.Generator(device=device).manual_seed(seed)

    def normal(self, *shape, dtype=None, scale=1.0, mean=0.0):
        """Activations: these are what `zeros` and `large` are about."""
        if self.form == "zeros":
            return self.torch.zeros(shape, device=self.device, dtype=dtype or self.dtype)
        factor = scale * (self.LARGE if self.form == "large" else 1.0)
        return self.weight(*shape, dtype=dtype, scale=factor, mean=mean)

    def weight(self, *shape, dtype=None, scale=1.0, mean=0.0):
        values = self.torch.randn(shape, device=self.device, dtype=self.torch.float32, generator=self._generator)
        return values.mul_(scale).add_(mean).to(dtype or self.dtype)

    def whole(self, low, high, *shape, dtype=None):
        dtype = dtype or self.torch.int64
        return self.torch.randint(low, high, shape, device=self.device, dtype=dtype, generator=self._generator)


def find_function(module, dotted):
    """The function or class of a kernel by its dotted name; None when it has none."""
    value = module
    for part in dotted.split("."):
        value = getattr(value, part, None)
        if value is None:
            return None
    return value


def fits(function, parameters):
    """Whether its parameters begin with these names. Compiled functions tell nothing, and are taken at their name."""
    if isinstance(function, type):
        return True
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return True
    return names[: len(parameters)] == list(parameters) or names[:1] == ["args"]


def call_of(workload, module):
    """The first of the workload's calls that the kernel has, with its function; (None, None) when it has none."""
    for call in workload.calls:
        function = find_function(module, call.function)
        if function is not None and callable(function) and fits(function, call.parameters):
            return call, function
    return None, None


def layer_of(torch, cls, attributes):
    """The forward of a layer as `kernelize` makes it: without arguments, with the attributes of what it replaces."""
    layer = cls.__new__(cls)
    torch.nn.Module.__init__(layer)
    for name, value in attributes.items():
        layer.register_buffer(name, value, persistent=False) if isinstance(value, torch.Tensor) else setattr(
            layer, name, value
        )
    return layer.forward
