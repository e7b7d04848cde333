"""Every built-in workload finds its kernels by name and signature, and its reference agrees with itself in float64."""

import json
import os
import types
import unittest

import torch

import rig  # noqa: F401 puts the harness on the path
from kernel_lens_harness.builtin_set import BuiltinSet
from kernel_lens_harness.checking import Wanted, check
from kernel_lens_harness.contenders import Contender
from kernel_lens_harness.device import Device
from kernel_lens_harness.originals import Originals
from kernel_lens_harness.workloads.catalogue import all_workloads, workloads_for
from kernel_lens_harness.workloads.workload import Maker, call_of

CATALOGUE = os.environ.get(
    "CATALOGUE", os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../media/catalogue.json")
)
SMALL = {"tokens": 5, "hidden": 256, "inner": 384, "batch": 2, "heads": 4, "kvHeads": 2, "head": 32, "channels": 24}
#: By repository: what it must be asked.
EXPECTED = {
    "kernels-community/activation": {
        f"activation.{name}"
        for name in (
            "silu_and_mul",
            "mul_and_silu",
            "gelu_and_mul",
            "gelu_tanh_and_mul",
            "fatrelu_and_mul",
            "gelu_fast",
            "gelu_new",
            "gelu_quick",
            "gelu_tanh",
            "silu",
            "gelu",
        )
    },
    "kernels-community/relu": {"activation.relu"},
    "kernels-community/flash-attn2": {"attention.flash", "attention.varlen", "attention.decode"},
    "kernels-community/flash-attn3": {"attention.flash", "attention.varlen", "attention.decode"},
    "kernels-community/vllm-flash-attn3": {"attention.flash", "attention.varlen", "attention.decode"},
    "kernels-community/flash-attn4": {"attention.flash", "attention.varlen"},
    "kernels-community/metal-flash-sdpa": {"attention.varlen"},
    "kernels-community/paged-attention": {"attention.paged"},
    "kernels-community/sage-attention": {"attention.sage"},
    "kernels-community/layer-norm": {"norm.rms_norm", "norm.layer_norm"},
    "kernels-community/rmsnorm": {"norm.rms_norm"},
    "kernels-community/flash-attn-ops": {
        "norm.rms_norm",
        "norm.layer_norm",
        "norm.add_rms_norm",
        "norm.add_layer_norm",
        "rotary.heads",
    },
    "kernels-community/rotary": {"rotary.transformers", "rotary.halves"},
    "kernels-community/liger-kernels": {"rotary.transformers", "mlp.swiglu", "mlp.geglu", "norm.rms_norm"},
    "kernels-community/causal-conv1d": {"conv.causal"},
    "kernels-community/quantization-eetq": {"product.int8"},
    "kernels-community/quantization-gptq": {"product.int4"},
    "kernels-community/quantization-bitsandbytes": {"product.nf4"},
    "kernels-community/vllm-moe": {"product.fp8-both"},
    "kernels-community/finegrained-fp8": {"product.fp8-blocks"},
    "mlx-rmsnorm/mlx-rmsnorm": {"norm.rms_norm"},
}


def stand_in(row):
    """A module with the functions and layers that the catalogue says the kernel has."""
    scope = {"torch": types.SimpleNamespace(bfloat16=0, float16=0)}
    module = types.ModuleType("kernel")
    for function in row["functions"]:
        if function["signature"].startswith("("):
            try:
                exec(f"def f{function['signature']}: pass", scope)
                setattr(module, function["name"], scope["f"])
            except (NameError, SyntaxError):
                setattr(module, function["name"], len)
    module.layers = types.ModuleType("layers")
    for name in row["layers"]:
        setattr(module.layers, name, type(name, (torch.nn.Module,), {}))
    return module


def device():
    return Device(torch, Originals(torch), "cpu", 0)


def small_shape(workload):
    small = {**SMALL, "kvHeads": 4} if workload.id == "attention.sage" else SMALL
    return {
        key: value if isinstance(value, bool) else small.get(key, value) for key, value in workload.shapes[0].items()
    }


class Matching(unittest.TestCase):
    def test_real_kernels(self):
        if not os.path.exists(CATALOGUE):
            self.skipTest("no catalogue here")
        with open(CATALOGUE, encoding="utf-8") as file:
            rows = {row["id"]: row for row in json.load(file)["kernels"]}
        for repo, expected in EXPECTED.items():
            with self.subTest(repo):
                self.assertLessEqual(expected, {workload.id for workload in workloads_for([stand_in(rows[repo])])})

    def test_other_signature_is_no_match(self):
        module = types.ModuleType("kernel")
        module.flash_attn_func = lambda qkv, cu_seqlens: None
        self.assertEqual(workloads_for([module]), [])


class References(unittest.TestCase):
    def test_each_is_right_by_its_own_measure(self):
        """The reference in its lowest dtype against itself in float64: tolerance and shapes make sense."""
        place = device()
        for workload in all_workloads():
            for dtype in workload.dtypes:
                for form in ("random", "zeros", "large", "odd"):
                    if form == "odd" and workload.odd is None:
                        continue
                    with self.subTest(workload.id, dtype=dtype, form=form):
                        shape = {**workload.odd} if form == "odd" else {**small_shape(workload)}
                        if workload.id.startswith("product.") and form != "odd":
                            shape.update(hidden=256, inner=256)
                        maker = Maker(torch, "cpu", getattr(torch, dtype), 3, "random" if form == "odd" else form)
                        one = BuiltinSet(place, workload, shape, maker, False)
                        checked = check(
                            place,
                            one,
                            one.runner(Contender({"id": "eager", "kind": "eager"})),
                            Wanted(one),
                            workload.tolerance,
                        )
                        self.assertIsNone(checked.problem)
                        self.assertEqual(checked.changed, {})
                        for output in checked.checks:
                            self.assertEqual(output["wrong"], 0, output)

    def test_backward(self):
        place = device()
        for workload in all_workloads():
            if workload.backward:
                with self.subTest(workload.id):
                    one = BuiltinSet(
                        place, workload, small_shape(workload), Maker(torch, "cpu", torch.float32, 3), True
                    )
                    checked = check(
                        place, one, one.runner(Contender({"id": "eager", "kind": "eager"})), Wanted(one), None
                    )
                    self.assertIsNone(checked.problem)
                    self.assertEqual(sum(output["wrong"] for output in checked.checks), 0)
                    self.assertGreater(len(checked.checks), len(workload.outputs))

    def test_less_memory_means_the_same(self):
        for workload in all_workloads():
            if workload.oracle is not None:
                shape = small_shape(workload)
                inputs = workload.make(Maker(torch, "cpu", torch.float64, 5), shape)
                attributes = workload.attributes(shape)
                for given in (
                    [{**attributes, "causal": causal} for causal in (True, False)]
                    if "causal" in attributes
                    else [attributes]
                ):
                    with self.subTest(workload.id, **given):
                        self.assertTrue(
                            torch.allclose(workload.oracle(**inputs, **given), workload.reference(**inputs, **given))
                        )

    def test_flops_and_calls(self):
        for workload in all_workloads():
            self.assertGreater(workload.flops(workload.shapes[0]), 0)
            self.assertEqual(len({shape["name"] for shape in workload.shapes}), len(workload.shapes))
            self.assertEqual(call_of(workload, types.ModuleType("empty")), (None, None))


if __name__ == "__main__":
    unittest.main()
