"""Backward, A/A runs, and what of the built-in workloads there is to choose from."""

import types
import unittest

import torch
from rig import activation, kernel, measure
from kernel_lens_harness.builtin_source import ShapeProblem, builtin_plan, default_dtypes
from kernel_lens_harness.dtypes import NoDtype


class Runs(unittest.TestCase):
    def test_against_itself(self):
        run = measure(activation([kernel("honest")], mode="aa"))
        rows = run.rows()
        self.assertEqual(list(rows), ["honest", "honest#2"])
        self.assertEqual({row["status"] for row in rows.values()}, {"timed"})
        self.assertEqual([row["contender"]["baseline"] for row in rows.values()], [True, False])

    def test_directions_and_chosen_cases(self):
        norm = {
            "kind": "builtin",
            "workloads": ["norm.rms_norm"],
            "dtypes": ["float32"],
            "backward": True,
            "shapes": [{"tokens": 16, "hidden": 64}],
        }
        silu = {
            "kind": "builtin",
            "workloads": ["activation.silu_and_mul"],
            "dtypes": ["float32"],
            "shapes": [{"tokens": 8, "inner": 64}, {"tokens": 16, "inner": 64}],
        }
        only = [
            "norm.rms_norm/16×64/float32",
            "norm.rms_norm/16×64/float32/backward",
            "activation.silu_and_mul/16×64/float32",
        ]
        run = measure({**activation([kernel("honest"), kernel("norm")]), "sources": [norm, silu], "only": only})
        self.assertEqual([case["id"] for case in run.of("case")], only)
        forward, backward, chosen = (run.rows(number) for number in range(3))
        self.assertEqual(
            {name: row["status"] for name, row in forward.items()},
            {"eager": "timed", "honest": "failed", "norm": "timed"},
            forward["norm"]["problem"],
        )
        self.assertEqual(forward["honest"]["problem"]["kind"], "not-applicable")
        outputs = backward["norm"]["accuracy"]["before"][0]["outputs"]
        self.assertEqual([one["output"] for one in outputs], ["out", "gradient of x", "gradient of weight"])
        self.assertEqual(
            {name: row["status"] for name, row in backward.items()},
            {"eager": "timed", "honest": "failed", "norm": "timed"},
            backward["norm"]["problem"],
        )
        self.assertIn("gradient-copied", [one["id"] for one in run.of("case")[1]["flags"]])
        self.assertEqual(chosen["honest"]["status"], "timed")


class Plans(unittest.TestCase):
    """What of the built-in workloads there is to choose from."""

    def plan(self, kind="cpu", modules=(), method=None, **source):
        place = types.SimpleNamespace(
            kind=kind, torch=torch, name_in_torch="cpu", properties=types.SimpleNamespace(major=9)
        )
        contenders = [types.SimpleNamespace(module=module) for module in modules]
        return builtin_plan(
            {"kind": "builtin", "name": "builtin", **source}, place, contenders, method or {"edgeInputs": True}
        )

    def kernel_with(self, **functions):
        module = types.ModuleType("kernel")
        vars(module).update(functions)
        return module

    def test_a_gpu_has_batches_and_one_dtype_in_short_runs(self):
        tasks = self.plan("cuda", [self.kernel_with(silu=lambda out, x: None)]).tasks
        short = [task for task in tasks if task.rank is not None]
        self.assertEqual({task.dtype for task in short}, {"bfloat16"})
        self.assertEqual(sorted((task.rank, task.shape["tokens"]) for task in short), [(0, 4096), (1, 256), (2, 1024)])
        self.assertEqual({task.dtype for task in tasks}, {"bfloat16", "float16", "float32"})

    def test_old_gpus_have_no_bfloat16(self):
        for kind, major, expected in (
            ("cuda", 7, "float16"),
            ("cuda", 8, "bfloat16"),
            ("rocm", 9, "bfloat16"),
            ("mps", 0, "float16"),
            ("cpu", 0, "float32"),
        ):
            with self.subTest(kind, major=major):
                place = types.SimpleNamespace(kind=kind, properties=types.SimpleNamespace(major=major))
                self.assertEqual(default_dtypes(place)[0], expected)

    def test_a_cpu_has_the_smallest(self):
        short = [task for task in self.plan(workloads=["activation.silu", "mlp.swiglu"]).tasks if task.rank is not None]
        self.assertEqual([task.shape["tokens"] for task in short], [256, 256])

    def test_wishes(self):
        source = {
            "workloads": ["activation.silu"],
            "shapes": [{"tokens": 3}, {"tokens": 3}, {"tokens": 5, "inner": 7, "name": "mine"}],
            "dtypes": ["float32", "float16"],
        }
        tasks = self.plan("cuda", **source).tasks
        self.assertEqual(
            [task.id for task in tasks],
            [f"activation.silu/{name}/{dtype}" for name in ("3×14336", "mine") for dtype in source["dtypes"]],
        )
        self.assertTrue(all(task.must for task in tasks))

    def test_named_shapes_do_not_bring_other_dtypes(self):
        tasks = self.plan("cuda", workloads=["activation.silu"], shapes=[{"tokens": 3}]).tasks
        self.assertEqual([(task.dtype, task.must) for task in tasks if task.must], [("bfloat16", True)])

    def test_a_kernel_for_one_dtype_is_measured_in_it(self):
        eetq = self.kernel_with(w8_a16_gemm=lambda input, weight, scale: None)
        self.assertEqual({task.dtype for task in self.plan("cuda", [eetq]).tasks}, {"float16"})

    def test_dtypes_that_cannot_be(self):
        for workloads, dtypes, words in (
            (["product.int8"], ["float32"], "but in float16"),
            (["activation.silu"], ["float33"], "no dtype float33"),
        ):
            with self.subTest(dtypes), self.assertRaises(NoDtype) as caught:
                self.plan("cuda", workloads=workloads, dtypes=dtypes)
            self.assertIn(words, caught.exception.cause)

    def test_dtypes_that_suit_some_workloads_are_left_out_of_others(self):
        plan = self.plan(
            "cuda", workloads=["product.int8", "activation.silu"], dtypes=["float32", "float16"], shapes=[{"tokens": 1}]
        )
        self.assertEqual(
            [task.id for task in plan.tasks],
            ["activation.silu/1×14336/float32", "activation.silu/1×14336/float16", "product.int8/1×4096×14336/float16"],
        )
        self.assertEqual([(one["workload"], "float32" in one["reason"]) for one in plan.left], [("product.int8", True)])

    def test_sizes_that_cannot_be(self):
        for workload, sizes, words in (
            ("activation.silu", {"hidden": 4}, "has no size hidden: it has tokens, inner"),
            ("activation.silu", {"tokens": 0}, "a whole number from 1"),
            ("activation.silu", {"tokens": "4"}, "a whole number from 1"),
            ("attention.flash", {"causal": 1}, "true or false"),
            ("attention.flash", {"heads": 5, "kvHeads": 2}, "no multiple"),
            ("product.fp8-blocks", {"hidden": 100}, "no multiple of 128"),
        ):
            with self.subTest(workload, sizes=sizes):
                with self.assertRaises(ShapeProblem) as caught:
                    self.plan(workloads=[workload], shapes=[sizes])
                self.assertIn(words, caught.exception.cause)

    def test_sizes_that_suit_some_workloads_are_left_out_of_others(self):
        plan = self.plan(workloads=["activation.silu", "norm.rms_norm"], shapes=[{"hidden": 64}])
        self.assertEqual({task.workload for task in plan.tasks}, {"norm.rms_norm"})
        self.assertEqual([one["workload"] for one in plan.left], ["activation.silu"])

    def test_no_backward_where_no_kernel_has_one(self):
        module = self.kernel_with(rms_norm=lambda x, weight, eps: None)
        plan = self.plan("cuda", [module], backward=True, dtypes=["float16"], shapes=[{"tokens": 4}])
        self.assertEqual([task.id for task in plan.tasks], ["norm.rms_norm/4×4096/float16"])
        self.assertEqual([one["id"] for one in plan.left], ["norm.rms_norm/4×4096/float16/backward"])


if __name__ == "__main__":
    unittest.main()
