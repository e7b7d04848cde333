"""A script's reference in float64: its instance is copied with every floating tensor made exact."""

import contextlib
import copy

ORDER = ("float8_e5m2", "float8_e4m3fn", "bfloat16", "float16", "float32", "float64")


def exact_copy(torch, instance):
    """Of what is read of it: exact copies of weights that the reference does not read could fill the device's memory."""
    made = {}

    class Exact(type(instance)):
        def __getattribute__(self, name):
            value = super().__getattribute__(name)
            if name in made and made[name][0] is value:
                return made[name][1]
            if name.startswith("__") or name not in super().__getattribute__("__dict__"):
                return value
            # What this calculates is not the reference's.
            with torch._C.DisableTorchFunction():
                made[name] = (value, exact(torch, value))
            return made[name][1]

    other = Exact.__new__(Exact)
    other.__dict__.update(vars(instance))
    return other


def exact(torch, value):
    if isinstance(value, torch.nn.Module):
        return copy.deepcopy(value).double()
    if isinstance(value, torch.Tensor):
        return value.detach().double() if value.is_floating_point() and value.element_size() > 1 else value
    if isinstance(value, dict):
        return {key: exact(torch, one) for key, one in value.items()}
    if type(value) in (list, tuple):
        return type(value)(exact(torch, one) for one in value)
    return value


class Seen:
    def __init__(self):
        self._names = set()

    def add(self, dtype):
        self._names.add(str(dtype).removeprefix("torch."))

    def name(self):
        """The least exact dtype that was calculated in, or None."""
        return next((name for name in ORDER if name in self._names), None)


@contextlib.contextmanager
def lowest_precision(torch):
    """Notes the dtypes of all floating results inside: a reference may turn to float32 by itself."""
    # A TorchDispatchMode would import the whole compiler.
    from torch.overrides import TorchFunctionMode

    seen = Seen()

    class Notes(TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            result = function(*args, **(kwargs or {}))
            for one in result if isinstance(result, (tuple, list)) else (result,):
                if isinstance(one, torch.Tensor) and one.is_floating_point():
                    seen.add(one.dtype)
            return result

    with Notes():
        yield seen
