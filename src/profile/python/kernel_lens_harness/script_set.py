"""One instance of a benchmark class as a set of inputs: the kernel runs `benchmark_w`, PyTorch runs `verify_w`."""

import contextlib
import copy
import random

from kernel_lens_harness.dtypes import RELATIVE, dtype_name
from kernel_lens_harness.input_set import InputSet, Refused, Runner
from kernel_lens_harness.outputs import as_tuple
from kernel_lens_harness.script_device import on_device
from kernel_lens_harness.script_kernel import CountingKernel, SetupKernel
from kernel_lens_harness.script_links import Links
from kernel_lens_harness.script_oracle import exact_copy, lowest_precision


class Script:
    """A workload of a class. `source`: the text of the class and of what it derives from."""

    def __init__(self, cls, workload, source):
        self.cls, self.workload, self.source = cls, workload, source
        self.run = f"benchmark_{workload}"
        self.verify = f"verify_{workload}" if callable(getattr(cls, f"verify_{workload}", None)) else None
        self.setup = f"setup_{workload}" if callable(getattr(cls, f"setup_{workload}", None)) else "setup"
        #: Names of the tensors that may get other numbers, and whether the setup asks the kernel: known after the first.
        self.free = None
        self.asks_kernel = False


class ScriptSet(InputSet):
    #: Told by the oracle: the least exact dtype that it calculated in.
    oracle_dtype = None

    def __init__(self, device, script, seed, kernel):
        """`kernel`: the contender whose kernel a setup may ask; None when there is none."""
        self._device, self._script, self._kernel = device, script, kernel
        self._instance = self._new_instance(seed)
        tensors = tensors_of(device.torch, self._instance)
        self._given = {name: value for name, value in tensors.items() if is_output(name)}
        self.given_bytes = sum(one.numel() * one.element_size() for one in self._given.values())
        self.inputs = {name: value for name, value in tensors.items() if not is_output(name)}
        self.outputs = ()
        #: Called with the allowance that suits a reference less exact than its output's dtype.
        self.tell_tolerance = lambda tolerance: None

    def changeable(self):
        return {name: one for name, one in self.inputs.items() if name in self._script.free and one.is_floating_point()}

    def runner(self, contender):
        if contender.kind == "kernel":
            return self._kernel_runner(contender)
        if contender.kind == "function":
            raise Refused("this case is about kernels")
        if self._script.verify is None:
            raise Refused(f"the script has no verify_{self._script.workload}")
        instance = copy.copy(self._instance)
        method = getattr(self._script.cls, self._script.verify)
        if contender.kind == "compile":
            method = contender.compiled.setdefault(
                self._script.verify, self._device.torch.compile(method, dynamic=False)
            )
        return Runner(self._placed(lambda: method(instance)))

    def oracle(self):
        if self._script.verify is None:
            return None
        torch = self._device.torch
        exact = exact_copy(torch, self._instance)
        with lowest_precision(torch) as seen:
            try:
                wanted = self._placed(getattr(exact, self._script.verify))()
            except (RuntimeError, TypeError, ValueError, NotImplementedError):
                # References that are written for one dtype are taken as they are.
                wanted = self._placed(getattr(copy.copy(self._instance), self._script.verify))()
        self.oracle_dtype = seen.name()
        wanted = tuple(tensor.detach() for tensor in as_tuple(wanted))
        self._tell_tolerance()
        return wanted

    def refill(self, seed):
        names = self.changeable()
        if not names:
            return False
        fresh = tensors_of(self._device.torch, self._new_instance(seed))
        for name, tensor in names.items():
            if name in fresh and fresh[name].shape == tensor.shape and fresh[name].dtype == tensor.dtype:
                tensor.copy_(fresh[name])
        return True

    def faults(self, changed, wanted):
        """Scripts keep buffers among their tensors: a change is a fault where the reference comes out otherwise."""
        before = wanted.exact
        if before is None:
            return {}
        allclose = self._device.torch.allclose
        same = all(
            a.shape == b.shape and allclose(a.double(), b.double(), rtol=1e-6, atol=1e-9, equal_nan=True)
            for a, b in zip(before, self.oracle())
        )
        return {} if same else changed

    def repeats(self, contender):
        instance = copy.copy(self._instance)
        instance.kernel = counter = CountingKernel(contender.module)
        try:
            self._placed(getattr(instance, self._script.run))()
        except Exception:  # What it raises, it raises again where that is told.
            return 1
        return counter.repeats()

    def _kernel_runner(self, contender):
        if self._script.asks_kernel and contender.module is not self._kernel.module:
            raise Refused(
                f"the script's setup asks the kernel, and what it prepared here is of {self._kernel.label} alone"
            )
        # The inputs are shared among contenders; what a script puts on itself is not.
        instance = copy.copy(self._instance)
        instance.kernel = contender.module
        run = self._placed(getattr(instance, self._script.run))

        def read(result):
            # Some scripts put their output together only in verify.
            if self._script.verify is not None:
                self._placed(getattr(instance, self._script.verify))()
            return as_tuple(instance.out)

        return Runner(run, self._given.values(), read)

    def _new_instance(self, seed):
        torch, script = self._device.torch, self._script
        torch.manual_seed(seed)
        random.seed(seed)
        instance = script.cls()
        # Some setups seed by it once more.
        instance.seed = seed
        instance.device = self._device.name_in_torch
        links = Links(torch) if script.free is None else None
        instance.kernel = asked = SetupKernel(self._kernel, links)
        with links.noted() if links is not None else contextlib.nullcontext():
            self._placed(getattr(instance, script.setup))()
        instance.kernel = self._kernel.module if self._kernel is not None else None
        if links is not None:
            tensors = tensors_of(torch, instance)
            outputs = [tensor for name, tensor in tensors.items() if is_output(name)]
            script.free = links.free(tensors, outputs)
            script.asks_kernel = asked.was_asked
        return instance

    def _tell_tolerance(self):
        """A reference that rounds to another dtype on its way tells no more than that dtype can."""
        known = self._given or self.inputs
        own = [RELATIVE[dtype_name(one.dtype)] for one in known.values() if one.is_floating_point()]
        least = RELATIVE.get(self.oracle_dtype, 0.0)
        if least > max(own, default=least):
            self.tell_tolerance(least)

    def _placed(self, call):
        """Where there is no CUDA, code that says `cuda` is given this device."""
        if self._device.is_cuda or "cuda" not in self._script.source:
            return call
        return on_device(self._device, call)


def is_output(name):
    """Scripts name what they have written to `out`, `out1`, `output`; anything else is taken for an input."""
    return name.startswith(("out", "tmp_out"))


def tensors_of(torch, instance):
    return {
        name: value
        for name, value in vars(instance).items()
        if type(value) is torch.Tensor and value.layout is torch.strided
    }
