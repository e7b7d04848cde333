"""Which cases a run takes of all that there are."""

import unittest

import rig  # noqa: F401 puts the harness on the path
from kernel_lens_harness.selection import MOST, choose


def case(group, rank, builtin=True, must=False, functions=(), suffix=""):
    id_ = f"{group}/{rank}{suffix}"
    return {
        "id": id_,
        "workload": group,
        "label": id_,
        "group": group,
        "rank": rank,
        "must": must,
        "functions": list(functions),
        "builtin": builtin,
    }


def ids(cases):
    return [one["id"] for one in cases]


def workloads(count, ranks=(2, 0, 1, None)):
    return [case(f"w{number}", rank) for number in range(count) for rank in ranks]


class Sizes(unittest.TestCase):
    def test_one_workload_has_three_batches(self):
        cases, left = choose(workloads(1), "default")
        self.assertEqual(ids(cases), ["w0/2", "w0/0", "w0/1"])
        self.assertEqual(ids(left), ["w0/None"])

    def test_several_have_one_or_two_each(self):
        for count, each in ((2, 2), (6, 2), (12, 1)):
            with self.subTest(count):
                cases, left = choose(workloads(count), "default")
                self.assertEqual(len(cases), count * each)
                self.assertEqual({one["workload"] for one in cases}, {f"w{number}" for number in range(count)})
                self.assertEqual(len(cases) + len(left), 4 * count)

    def test_bounds(self):
        for size, most in MOST.items():
            for count in (1, 3, 5, 30):
                with self.subTest(size, count=count):
                    self.assertLessEqual(len(choose(workloads(count), size)[0]), most)

    def test_quick_is_shorter(self):
        self.assertEqual(ids(choose(workloads(1), "quick")[0]), ["w0/0", "w0/1"])
        self.assertEqual(ids(choose(workloads(3), "quick")[0]), ["w0/0", "w1/0", "w2/0"])

    def test_full_is_all(self):
        every = [*workloads(20), case("s", 0, builtin=False, functions=["f"]), case("b", 0, functions=["f"])]
        self.assertEqual(choose(every, "full"), (every, []))

    def test_only_decides_alone(self):
        cases, left = choose(workloads(20), "quick", only=["w3/None", "w19/1"])
        self.assertEqual((ids(cases), left), (["w3/None", "w19/1"], []))

    def test_equal_ranks_go_together(self):
        """Forward and backward, or dtypes that the user named."""
        pairs = [case("w", rank, suffix=suffix) for rank in (0, 1, 2) for suffix in ("f", "b")]
        self.assertEqual(ids(choose(pairs, "quick")[0]), ["w/0f", "w/0b", "w/1f", "w/1b"])

    def test_a_rank_that_is_too_large_alone_is_taken_all_the_same(self):
        many = [case("w", 0, suffix=str(number)) for number in range(MOST["default"] + 5)]
        self.assertEqual(len(choose(many, "default")[0]), len(many))

    def test_nothing(self):
        for size in ("quick", "default", "full"):
            self.assertEqual(choose([], size), ([], []))


class Wishes(unittest.TestCase):
    def test_what_is_named_runs_whatever_the_bound(self):
        named = [case(f"named {number}", 0, must=True) for number in range(20)]
        self.assertEqual(choose([*named, *workloads(3)], "quick")[0], named)

    def test_what_a_script_measures_is_not_measured_twice(self):
        script = [case("Class", rank, builtin=False, functions=["silu_and_mul"]) for rank in (1, 2, 0)]
        builtin = [case("silu_and_mul", 0, functions=["silu_and_mul"]), case("gelu", 0, functions=["gelu"])]
        cases, left = choose([*script, *builtin], "default")
        self.assertEqual(ids(cases), ["Class/1", "Class/0", "gelu/0"])
        reasons = {one["id"]: one["reason"] for one in left}
        self.assertIn("script measures silu_and_mul", reasons["silu_and_mul/0"])
        self.assertIn("about 12 cases", reasons["Class/2"])

    def test_named_ones_are_measured_twice(self):
        script = case("Class", 0, builtin=False, functions=["gelu"])
        self.assertEqual(len(choose([script, case("gelu", 0, functions=["gelu"], must=True)], "default")[0]), 2)

    def test_a_scripts_only_class_is_measured_whole(self):
        script = [case("Class", rank, builtin=False) for rank in range(5)]
        self.assertEqual(len(choose(script, "default")[0]), 5)


if __name__ == "__main__":
    unittest.main()
