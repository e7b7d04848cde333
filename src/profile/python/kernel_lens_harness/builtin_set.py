"""A set of inputs of a built-in workload."""

from kernel_lens_harness.dtypes import dtype_name
from kernel_lens_harness.input_set import InputSet, Refused, Runner
from kernel_lens_harness.outputs import as_tuple
from kernel_lens_harness.workloads.workload import Maker, call_of


class BuiltinSet(InputSet):
    def __init__(self, device, workload, shape, maker, backward=False, copies=False):
        """`copies`: each run has a copy of the gradients, which it may change."""
        self._device, self._workload, self._shape, self._maker = device, workload, shape, maker
        self._attributes = workload.attributes(shape)
        self._backward, self._copies = backward, copies
        self.inputs = workload.make(maker, shape)
        self._gradients = None
        with device.torch.no_grad():
            self.outputs = self._describe()

    def runner(self, contender):
        if contender.kind == "function":
            raise Refused("this case is about kernels")
        if contender.kind == "kernel":
            return self._kernel_runner(contender)
        reference = self._workload.reference
        if contender.kind == "compile":
            reference = contender.compiled.setdefault("reference", self._device.torch.compile(reference, dynamic=False))
        inputs, attributes = self.inputs, self._attributes
        if self._backward:
            return self._with_backward(lambda leaves: reference(**leaves, **attributes))
        return Runner(lambda: reference(**inputs, **attributes))

    def oracle(self):
        torch = self._device.torch
        place = "cpu" if self._device.kind == "mps" else self._device.name_in_torch
        exact = {
            name: tensor.detach().to(place, torch.float64) if is_exactable(torch, tensor) else tensor.to(place)
            for name, tensor in self.inputs.items()
        }
        reference = self._workload.oracle or self._workload.reference
        if not self._backward:
            return as_tuple(reference(**exact, **self._attributes))
        # Written in place, an oracle of less memory cannot be differentiated.
        return self._gradient_of(lambda leaves: self._workload.reference(**leaves, **self._attributes), exact)

    def refill(self, seed):
        maker = self._maker
        fresh = self._workload.make(Maker(maker.torch, maker.device, maker.dtype, seed, maker.form), self._shape)
        for name, tensor in fresh.items():
            if name not in self._workload.fixed:
                self.inputs[name].copy_(tensor)
        return True

    def _kernel_runner(self, contender):
        call, function = call_of(self._workload, contender.module)
        if call is None:
            raise Refused(f"the kernel has no function for {self._workload.label}")
        dtype = dtype_name(self._maker.dtype)
        if call.dtypes is not None and dtype not in call.dtypes:
            raise Refused(f"{call.function} does not take {dtype}")
        reason = call.refuses(self._shape)
        if reason is not None:
            raise Refused(reason)
        attributes = {**self._attributes, "module": contender.module}
        if self._backward:
            if not call.differentiable:
                raise Refused(f"{call.function} has no backward")
            return self._with_backward(
                lambda leaves: first_of(call.prepare(function, leaves, (), attributes)(), call.outputs)
            )
        outs = self._new_outputs() if call.takes_outs else ()
        run = call.prepare(function, self.inputs, outs, attributes)
        read = None if call.outputs is None else lambda result: as_tuple(result)[: call.outputs]
        return Runner(run, outs, read)

    def _with_backward(self, forward):
        """Forward and backward in one: the outputs, then the gradients of inputs."""
        inputs = self.inputs
        return Runner(lambda: self._gradient_of(forward, inputs))

    def _gradient_of(self, forward, inputs):
        torch = self._device.torch
        with torch.enable_grad():
            learnt = self._learnt()
            leaves = {name: tensor.detach().requires_grad_(name in learnt) for name, tensor in inputs.items()}
            outs = as_tuple(forward(leaves))
            wanted = [leaves[name] for name in learnt]
            gradients = torch.autograd.grad(outs, wanted, self._gradients_for(outs))
        return tuple(out.detach() for out in outs) + gradients

    def _learnt(self):
        """Names of the inputs whose gradients are wanted."""
        return [
            name for name, one in self.inputs.items() if one.is_floating_point() and name not in self._workload.constant
        ]

    def _gradients_for(self, outs):
        """Fixed numbers of one seed, in the dtype and place of the outputs."""
        if self._gradients is None:
            maker = Maker(self._maker.torch, self._maker.device, self._maker.dtype, 7)
            self._gradients = [maker.weight(*out.shape) for out in outs]
        placed = [gradient.to(out.device, out.dtype) for gradient, out in zip(self._gradients, outs)]
        return [gradient.clone() for gradient in placed] if self._copies else placed

    def _new_outputs(self):
        torch = self._device.torch
        return tuple(
            torch.empty(shape, dtype=dtype, device=self._device.name_in_torch) for _, shape, dtype in self.outputs
        )

    def _describe(self):
        result = as_tuple(self._workload.reference(**self.inputs, **self._attributes))
        described = [(name, tuple(out.shape), out.dtype) for name, out in zip(self._workload.outputs, result)]
        if self._backward:
            described += [
                (f"gradient of {name}", tuple(self.inputs[name].shape), self.inputs[name].dtype)
                for name in self._learnt()
            ]
        return tuple(described)


def is_exactable(torch, tensor):
    """Floats of one byte are converted by the reference itself, together with their scales."""
    return tensor.is_floating_point() and tensor.element_size() > 1


def first_of(result, count):
    return result if count is None else as_tuple(result)[:count]
