"""Code that says `cuda` on a machine without: torch's functions are given the device that is there instead."""

import functools


def on_device(device, call):
    torch = device.torch
    from torch.overrides import TorchFunctionMode

    class Elsewhere(TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            kwargs = dict(kwargs or {})
            if names_cuda(torch, kwargs.get("device")):
                kwargs["device"] = device.name_in_torch
            args = tuple(device.name_in_torch if names_cuda(torch, value) else value for value in args)
            if getattr(function, "__name__", "") == "cuda":
                function, args = torch.Tensor.to, (args[0], device.name_in_torch)
            return function(*args, **kwargs)

    @functools.wraps(call)
    def run(*args, **kwargs):
        with Elsewhere():
            return call(*args, **kwargs)

    return run


def names_cuda(torch, value):
    if isinstance(value, str):
        return value == "cuda" or value.startswith("cuda:")
    return isinstance(value, torch.device) and value.type == "cuda"
