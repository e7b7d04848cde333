"""Each built-in workload asks a kernel as that kernel is asked: run with stand-ins of the same names and parameters."""

import importlib.util
import json
import os
import sys
import unittest

import torch

from rig import HERE
from stand_ins import all_stand_ins
from test_workloads import device, small_shape
from kernel_lens_harness.builtin_set import BuiltinSet
from kernel_lens_harness.builtin_source import forms_of
from kernel_lens_harness.checking import Wanted, check
from kernel_lens_harness.contenders import Contender
from kernel_lens_harness.input_set import Refused
from kernel_lens_harness.workloads.catalogue import all_workloads
from kernel_lens_harness.workloads.workload import Maker, call_of

KERNELS = os.path.join(HERE, "..", "hub", "torchKernels")
#: Workloads whose calls differ in their names only.
ALIKE = "activation."
#: It packs its weights in an order that is not the real one's.
OTHER_ORDER = "kernels-community/quantization-bitsandbytes"


def hub_kernels():
    """(name, module) of the kernels of the test Hub, which have the real ones' names, parameters and refusals."""
    with open(os.path.join(KERNELS, "versions.json"), encoding="utf-8") as file:
        names = list(json.load(file))
    for name in names:
        if name == OTHER_ORDER:
            continue
        path = os.path.join(KERNELS, *name.split("/"), "__init__.py")
        id_ = f"hub_{os.path.basename(name).replace('-', '_')}"
        spec = importlib.util.spec_from_file_location(id_, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[id_] = module
        calls = importlib.util.spec_from_file_location(f"{id_}._calls", os.path.join(KERNELS, "_calls.py"))
        sys.modules[f"{id_}._calls"] = importlib.util.module_from_spec(calls)
        calls.loader.exec_module(sys.modules[f"{id_}._calls"])
        spec.loader.exec_module(module)
        yield name, module


class Calls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.modules = [*hub_kernels(), *all_stand_ins()]
        cls.device = device()

    def checked(self, workload, module, dtype, form, backward=False):
        shape = workload.odd if form == "odd" else small_shape(workload)
        maker = Maker(torch, "cpu", getattr(torch, dtype), 3, "random" if form == "odd" else form)
        one = BuiltinSet(self.device, workload, shape, maker, backward, backward)
        runner = one.runner(Contender({"id": "k", "kind": "kernel"}, module))
        return check(self.device, one, runner, Wanted(one), workload.tolerance)

    def pairs(self):
        for name, module in self.modules:
            for workload in all_workloads():
                call, _ = call_of(workload, module)
                if call is not None:
                    yield name, module, workload, call

    def test_every_call_is_right(self):
        for name, module, workload, call in self.pairs():
            for form in forms_of(workload):
                dtype = next(
                    dtype for dtype in reversed(workload.dtypes) if call.dtypes is None or dtype in call.dtypes
                )
                with self.subTest(f"{name}: {workload.id}", dtype=dtype, form=form):
                    try:
                        checked = self.checked(workload, module, dtype, form)
                    except (Refused, RuntimeError):
                        # Kernels refuse sizes that suit nothing; that they refuse others would be a wrong call.
                        self.assertEqual(form, "odd")
                        continue
                    self.assertIsNone(checked.problem)
                    self.assertEqual(checked.changed, {})
                    self.assertEqual([one for one in checked.checks if one["wrong"]], [])

    def test_every_backward_is_right(self):
        tried = set()
        for name, module, workload, call in self.pairs():
            if workload.backward and call.differentiable:
                with self.subTest(f"{name}: {workload.id}"):
                    checked = self.checked(workload, module, workload.dtypes[-1], "random", backward=True)
                    self.assertIsNone(checked.problem)
                    self.assertEqual([one for one in checked.checks if one["wrong"]], [])
                    tried.add(workload.id)
        self.assertEqual(
            tried,
            {one.id for one in all_workloads() if one.backward and any(call.differentiable for call in one.calls)},
        )

    def test_none_is_left_untried(self):
        tried = {(workload.id, call.function, call.parameters) for _, _, workload, call in self.pairs()}
        untried = {
            (workload.id, call.function, call.parameters)
            for workload in all_workloads()
            for call in workload.calls
            if not workload.id.startswith(ALIKE)
        } - tried
        self.assertEqual(untried, set())
        self.assertEqual({id_ for id_, _, _ in tried}, {workload.id for workload in all_workloads()})


if __name__ == "__main__":
    unittest.main()
