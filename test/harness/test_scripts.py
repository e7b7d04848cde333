"""Benchmark scripts as they are found on the Hub, with their oddities."""

import os
import unittest

from rig import HERE, QUICK, kernel, measure


def script(name):
    with open(os.path.join(HERE, "scripts", f"{name}.py"), encoding="utf-8") as file:
        return {"name": f"benchmarks/{name}.py", "source": file.read()}


def run_scripts(sources, kernels, only=None):
    """`sources`: scripts of each."""
    return measure(
        {
            "contenders": [{"id": "eager", "kind": "eager"}, *map(kernel, kernels)],
            "method": {**QUICK, "seeds": 2},
            "size": "full",
            "only": only,
            "sources": [
                {"kind": "scripts", "name": f"source {number}", "scripts": scripts}
                for number, scripts in enumerate(sources)
            ],
        }
    )


class Scripts(unittest.TestCase):
    @classmethod
    def run_once(cls, names, kernels, sources=(), only=None):
        cls.run_ = run_scripts([[script(name) for name in names], *sources], kernels, only)
        cls.cases = {event["workload"]: event for event in cls.run_.of("case")}

    def row(self, workload, contender):
        return next(row for row in self.cases[workload]["rows"] if row["contender"]["id"] == contender)

    def flags(self, workload):
        case = self.cases[workload]
        return {one["id"] for one in [*case["flags"], *(flag for row in case["rows"] for flag in row["flags"])]}

    def assert_timed(self, workload, contender):
        row = self.row(workload, contender)
        self.assertEqual(row["status"], "timed", row["problem"])
        self.assertTrue(row["accuracy"]["oracle"])


def unusable(name, source):
    return {"name": name, "source": f"{source}\n\nclass Some:\n    pass\n"}


class Oddities(Scripts):
    #: Scripts that cannot be used, and what is said of each.
    UNUSABLE = {
        "exits.py": ("import sys; sys.exit(3)", "exit-called"),
        "missing.py": ("import a_package_that_nobody_has", "missing-package"),
        "other.py": ("import time", "no-benchmark-class"),
        "forks.py": ("import os; getattr(os, 'fork', int)()", "no-benchmark-class"),
        "broken.py": ("def (", "syntax-error"),
        "raises.py": ("raise ValueError('not today')", "failed"),
    }

    @classmethod
    def setUpClass(cls):
        bad = [unusable(name, source) for name, (source, _) in cls.UNUSABLE.items()]
        # natten's has functions only; it would measure by itself, were it run.
        bad.append({"name": "functions.py", "source": "import os\nos._exit(1)\n"})
        ends = [unusable("ends.py", "import os; os._exit(3)")]
        cls.run_once(["activation", "oddities"], ["honest", "half_output"], [bad, ends])

    def test_every_workload_is_a_case(self):
        self.assertEqual(len(self.cases), 9)
        self.assertNotIn("Base.base", self.cases)

    def test_right_kernels_are_timed_with_their_reference(self):
        for workload in (
            "SiluAndMulBenchmark.large",
            "HardCoded.base",
            "Assembled.base",
            "Adds.base",
            "Returned.half",
            "Single.base",
        ):
            for contender in ("honest", "eager"):
                with self.subTest(workload, contender=contender):
                    self.assert_timed(workload, contender)

    def test_least_bytes_are_those_read_and_written(self):
        # Of floats: 16 rows of 64 read and of 32 written, into one tensor and into two.
        for workload, values in (("HardCoded.base", 16 * 96), ("Assembled.base", 16 * 128)):
            with self.subTest(workload):
                self.assertEqual(self.cases[workload]["leastBytes"], 4 * values)
        self.assertGreater(self.cases["Returned.half"]["leastBytes"], 0)

    def test_wrong_kernels_are_seen(self):
        for workload in ("SiluAndMulBenchmark.large", "HardCoded.base", "Assembled.base", "Adds.base", "Returned.half"):
            with self.subTest(workload):
                self.assertEqual(self.row(workload, "half_output")["status"], "wrong")

    def test_small_errors_are_seen(self):
        self.assertEqual(self.row("Wrong.base", "honest")["status"], "wrong")

    def test_repeated_calls_are_told(self):
        self.assertIn("repeated-call", self.flags("SiluAndMulBenchmark.large"))
        self.assertNotIn("repeated-call", self.flags("Returned.half"))

    def test_adding_workloads_are_told(self):
        self.assertIn("adds-to-output", self.flags("Adds.base"))

    def test_dtype_of_the_oracle(self):
        self.assertEqual(self.cases["HardCoded.base"]["oracle"]["dtype"], "float64")
        self.assertEqual(self.cases["Single.base"]["oracle"]["dtype"], "float32")

    def test_patched_comparison(self):
        self.assertIn("patched-torch", self.flags("HardCoded.base"))

    def test_without_reference(self):
        self.assertIn("no-reference", self.flags("NoReference.base"))
        row = self.row("NoReference.base", "honest")
        self.assertEqual((row["status"], row["accuracy"]["oracle"]), ("timed", False), row["problem"])

    def test_setup_that_raises(self):
        case = self.cases["Raises.base"]
        self.assertEqual((case["status"], case["problem"]["kind"]), ("failed", "failed"))
        self.assertIn("no weights here", case["problem"]["detail"])

    def test_unusable_scripts_cost_themselves(self):
        problems = {event["source"]: event for event in self.run_.of("error")}
        self.assertEqual(len(problems), len(self.run_.of("error")))
        for name, kind in {
            **{name: kind for name, (_, kind) in self.UNUSABLE.items()},
            "functions.py": "no-benchmark-class",
            "source 2": "exit-called",
        }.items():
            with self.subTest(name):
                self.assertEqual(problems[name]["kind"], kind, problems[name])
                self.assertFalse(problems[name]["fatal"])
                self.assertTrue(problems[name]["advice"])
        self.assertEqual(self.run_.of("end")[0]["status"], "complete")


class Prepared(Scripts):
    @classmethod
    def setUpClass(cls):
        cases = [
            f"benchmarks/prepared.py:{name}.base" for name in ("Packed", "Converted", "Weights", "Absent", "Rounded")
        ]
        # The others are for GPUs.
        cls.run_once(["prepared", "stock"], ["prepares", "honest"], only=[*cases, "benchmarks/stock.py:Stock.small"])

    def test_setups_that_ask_the_kernel(self):
        for workload in ("Packed.base", "Weights.base", "Converted.base"):
            for contender in ("prepares", "eager"):
                with self.subTest(workload, contender=contender):
                    self.assert_timed(workload, contender)

    def test_what_one_kernel_prepared_is_not_given_to_another(self):
        row = self.row("Packed.base", "honest")
        self.assertEqual((row["status"], row["problem"]["kind"]), ("failed", "not-applicable"))
        self.assertIn("of prepares alone", row["problem"]["cause"])

    def test_a_function_that_this_version_does_not_have(self):
        self.assertEqual(self.row("Absent.base", "prepares")["problem"]["kind"], "no-function")

    def test_each_seed_is_another_even_where_a_setup_seeds_by_itself(self):
        wanted = {
            str(check["outputs"][0]["worst"]) for check in self.row("Converted.base", "eager")["accuracy"]["before"]
        }
        self.assertEqual(len(wanted), 2)

    def test_a_reference_of_few_bits_is_not_held_to_more(self):
        case = self.cases["Rounded.base"]
        self.assertEqual((case["oracle"]["dtype"], case["tolerance"]), ("float8_e4m3fn", 0.125))
        self.assert_timed("Rounded.base", "prepares")

    def test_stock_classes_run_on_a_device_that_they_do_not_name(self):
        self.assert_timed("Stock.small", "prepares")


if __name__ == "__main__":
    unittest.main()
