"""The user's own: a Python function against another, on shapes and dtypes from the request."""

import importlib
import importlib.util
import os
import sys

from kernel_lens_harness.dtypes import checked_dtypes
from kernel_lens_harness.input_set import InputSet, Refused, Runner
from kernel_lens_harness.outputs import as_tuple
from kernel_lens_harness.task import Plan, Task
from kernel_lens_harness.workloads.workload import Maker


class FunctionProblem(Exception):
    def __init__(self, cause, advice):
        super().__init__(cause)
        self.kind, self.cause, self.advice = "no-function", cause, advice


def function_plan(source, device, contenders, method):
    python = source["python"]
    function = find(python["file"], python["function"])
    against = find(python["file"], python["against"]) if python.get("against") else None
    tasks = {}
    for dtype in checked_dtypes(device.torch, source.get("dtypes") or ("float32",)):
        for inputs in source["inputs"]:
            task = task_of(source, function, against, inputs, dtype, device, method)
            # Inputs of the same sizes may differ in their values.
            count = sum(id_ == task.id or id_.startswith(f"{task.id}#") for id_ in tasks)
            task.id += f"#{count + 1}" if count > 0 else ""
            tasks[task.id] = task
    return Plan(list(tasks.values()))


def task_of(source, function, against, inputs, dtype, device, method):
    python = source["python"]

    def make(seed, form):
        maker = Maker(device.torch, device.name_in_torch, getattr(device.torch, dtype), seed, form)
        return FunctionSet(device, function, against, inputs, maker)

    name = ", ".join("×".join(str(size) for size in one["shape"]) for one in inputs["tensors"])
    return Task(
        id=f"{python['function']}/{name}/{dtype}",
        workload=python["function"],
        label=f"{python['function']} {name}",
        dtype=dtype,
        shape={"tensors": inputs["tensors"]},
        make=make,
        flops=inputs.get("flops"),
        forms=("random", "zeros", "large") if method["edgeInputs"] else ("random",),
        tolerance=source.get("tolerance"),
        baseline="eager" if against is not None else None,
        must=True,
        oracle_text=f"{python['against']} on float64 copies" if against is not None else "none",
    )


class FunctionSet(InputSet):
    """The contender `function` runs the function, `eager` and `compile` what it is held against."""

    oracle_dtype = None

    def __init__(self, device, function, against, description, maker):
        self._device, self._function, self._against = device, function, against
        self._description, self._maker = description, maker
        self._arguments = {one["name"]: tensor_of(device.torch, one, maker) for one in description["tensors"]}
        self._constants = description.get("arguments") or {}
        written = set(description.get("outputs") or ())
        self.inputs = {name: value for name, value in self._arguments.items() if name not in written}
        self.outputs = ()

    def runner(self, contender):
        if contender.kind == "kernel":
            raise Refused("this case is about a function of the user's")
        function = self._function if contender.kind == "function" else self._against
        if function is None:
            raise Refused("no function was named to compare with")
        if contender.kind == "compile":
            function = contender.compiled.setdefault("against", self._device.torch.compile(function, dynamic=False))
        arguments = list(self._arguments.values())
        constants = self._constants
        return Runner(lambda: function(*arguments, **constants))

    def oracle(self):
        if self._against is None:
            return None
        from kernel_lens_harness.script_oracle import exact, lowest_precision

        torch = self._device.torch
        arguments = [exact(torch, value) for value in self._arguments.values()]
        with lowest_precision(torch) as seen:
            try:
                result = self._against(*arguments, **self._constants)
            except (RuntimeError, TypeError, NotImplementedError):
                result = self._against(
                    *[value.detach().clone() for value in self._arguments.values()], **self._constants
                )
        self.oracle_dtype = seen.name()
        return tuple(tensor.detach() for tensor in as_tuple(result))

    def refill(self, seed):
        maker = Maker(self._maker.torch, self._maker.device, self._maker.dtype, seed, self._maker.form)
        for one in self._description["tensors"]:
            self._arguments[one["name"]].copy_(tensor_of(self._device.torch, one, maker))
        return True


def tensor_of(torch, one, maker):
    dtype = getattr(torch, one["dtype"]) if one.get("dtype") else None
    if one.get("values") == "whole":
        return maker.whole(one.get("low", 0), one.get("high", 2), *one["shape"], dtype=dtype)
    if one.get("values") == "ones":
        return torch.ones(one["shape"], dtype=dtype or maker.dtype, device=maker.device)
    return maker.normal(*one["shape"], dtype=dtype)


def find(file, name):
    """A function of the user's file by its dotted name, or one of an installed module: `torch.nn.functional.gelu`."""
    value = load_file(file)
    for part in name.split("."):
        value = getattr(value, part, None)
        if value is None:
            break
    if value is None and "." in name:
        module, _, last = name.rpartition(".")
        try:
            value = getattr(importlib.import_module(module), last, None)
        except ImportError:
            value = None
    if not callable(value):
        advice = "Name a function at the top of the file, or one of an installed module."
        raise FunctionProblem(f"{os.path.basename(file)} has no function {name}.", advice)
    return value


def load_file(file):
    """The file as a module, loaded once."""
    if not os.path.exists(file):
        raise FunctionProblem(f"{file} is not there.", "Name a file that is.")
    name = os.path.splitext(os.path.basename(file))[0]
    # A json.py of the user's is not to be Python's for everybody else.
    for name in (name, f"kernel_lens_users_{name}"):
        existing = sys.modules.get(name)
        if existing is None:
            break
        if os.path.realpath(getattr(existing, "__file__", None) or "") == os.path.realpath(file):
            return existing
    folder = os.path.dirname(os.path.abspath(file))
    if folder not in sys.path:
        sys.path.insert(0, folder)
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None:
        raise FunctionProblem(f"{os.path.basename(file)} is no Python file.", "Name one that ends with .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
