"""The rule of rightness and the rule of stopping, on numbers made by hand."""

import math
import os
import random
import unittest

import torch

import rig  # noqa: F401 puts the harness on the path
from kernel_lens_harness import poison
from kernel_lens_harness.cause import cause_of_exit, cause_of_message
from kernel_lens_harness.compare_output import compare_output, is_right
from kernel_lens_harness.device import Device
from kernel_lens_harness.originals import Originals
from kernel_lens_harness.sampling import half_width

PLACE = Device(torch, Originals(torch), "cpu", 0)


def compared(got, want, dtype=torch.float32, **options):
    return compare_output(
        PLACE, "out", torch.tensor(got, dtype=dtype), torch.tensor(want, dtype=torch.float64), **options
    )


class Rightness(unittest.TestCase):
    def test_relative_to_the_output(self):
        # The scale is the root mean square, here about 1.
        self.assertEqual(compared([1.0, -1.0, 1e-6], [1.0, -1.0, 0.0])["wrong"], 0)
        self.assertEqual(compared([1.0, -1.0, 1e-4], [1.0, -1.0, 0.0])["wrong"], 1)

    def test_worst_element(self):
        result = compare_output(
            PLACE, "out", torch.tensor([[1.0, 1.0], [1.5, 1.0]]), torch.ones(2, 2, dtype=torch.float64)
        )
        self.assertEqual(result["worst"], {"index": 2, "coordinates": [1, 0], "got": "1.5", "want": "1.0"})
        self.assertAlmostEqual(result["maxAbs"], 0.5)
        self.assertAlmostEqual(result["worstShare"], 0.5 / 2e-5)

    def test_not_finite(self):
        nan, inf = math.nan, math.inf
        self.assertEqual(compared([nan, inf, -inf, 1.0], [nan, inf, -inf, 1.0])["wrong"], 0)
        for got, want in ((nan, 1.0), (inf, 1.0), (1.0, nan), (inf, -inf)):
            with self.subTest(got=got, want=want):
                result = compared([got, 1.0], [want, 1.0])
                self.assertEqual((result["wrong"], result["worstShare"], result["maxRel"]), (1, None, None))

    def test_overflow_of_half(self):
        self.assertEqual(compared([math.inf], [70000.0], torch.float16)["wrong"], 0)
        self.assertEqual(compared([math.inf], [60000.0], torch.float16)["wrong"], 1)
        wide = [2e7, -2e7]
        for got, want, others, wrong in (
            (math.inf, 65106.0, [1.0, 1.0], 1),
            (math.inf, 65106.0, wide, 0),
            (-math.inf, 65106.0, wide, 1),
            (math.nan, 65106.0, wide, 1),
        ):
            with self.subTest(got=got, want=want, others=others):
                self.assertEqual(compared([got, *others], [want, *others], torch.float16)["wrong"], wrong)

    def test_whole_numbers_are_equal_or_wrong(self):
        self.assertEqual(compared([1, 2, 4], [1, 2, 3], torch.int32)["wrong"], 1)

    def test_unwritten(self):
        for dtype in (torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.int32, torch.int64):
            with self.subTest(dtype):
                got = torch.empty(6, dtype=dtype)
                poison.fill(torch, got)
                got[:2] = 1
                result = compare_output(PLACE, "out", got, torch.ones(6, dtype=torch.float64))
                self.assertEqual((result["unwritten"], result["wrong"]), (4, 4))

    def test_twice_the_baseline(self):
        baseline = compared([1.00001], [1.0])
        self.assertTrue(is_right(baseline))
        near, far = compared([1.000015], [1.0], stored=1e-6), compared([1.00003], [1.0], stored=1e-6)
        self.assertFalse(is_right(near))
        self.assertTrue(is_right(near, baseline))
        self.assertFalse(is_right(far, baseline))

    def test_chunks_agree(self):
        from kernel_lens_harness import compare_output as module

        want = torch.randn(1000, dtype=torch.float64)
        got = want.float()
        got[700] += 1
        whole = compare_output(PLACE, "out", got, want)
        before, module.CHUNK = module.CHUNK, 64
        try:
            parts = compare_output(PLACE, "out", got, want)
        finally:
            module.CHUNK = before
        self.assertEqual(
            {**whole, "tolerance": None, "rms": None, "worstShare": None, "maxRel": None},
            {**parts, "tolerance": None, "rms": None, "worstShare": None, "maxRel": None},
        )
        self.assertAlmostEqual(whole["maxRel"], parts["maxRel"])


class Stopping(unittest.TestCase):
    def test_interval_holds_the_median(self):
        """Of 400 runs of samples whose median is 1, the interval must hold it in about 95%, and surely in 90%."""
        chance = random.Random(4)
        held = 0
        for _ in range(400):
            samples = sorted(chance.lognormvariate(0, 0.1) for _ in range(40))
            middle = samples[20]
            held += abs(middle - 1) <= 1.3 * half_width(samples) * middle
        self.assertGreater(held, 360)

    def test_shrinks_with_samples(self):
        chance = random.Random(5)
        samples = [chance.gauss(100, 1) for _ in range(4000)]
        self.assertLess(half_width(samples), half_width(samples[:40]))


class Causes(unittest.TestCase):
    def test_messages(self):
        for text, kind in (
            ("torch.AcceleratorError: CUDA error: an illegal memory access was encountered", "illegal-access"),
            ("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate", "out-of-memory"),
            ("The NVIDIA driver on your system is too old (found version 11040)", "driver-too-old"),
            ("Found no NVIDIA driver on your system. Please check", "no-gpu"),
            ("ValueError: Kernel repository 'a/b' is not from a trusted publisher.", "untrusted"),
            ("FileNotFoundError: Cannot find a build variant for this system in a/b", "no-variant"),
            ("OSError: [Errno 28] No space left on device", "disk-full"),
            ("undefined symbol: _ZN3c10", "missing-library"),
            ("AssertionError: Torch not compiled with CUDA enabled", "wants-cuda"),
        ):
            with self.subTest(text):
                self.assertEqual(cause_of_message(text)[0], kind)

    @unittest.skipIf(os.name == "nt", "signals are not Windows's")
    def test_exits(self):
        self.assertIn("SIGSEGV", cause_of_exit(-11)[1])
        self.assertEqual(cause_of_exit(-9)[0], "killed")
        self.assertEqual(cause_of_exit(3)[0], "exit-called")
        self.assertEqual(cause_of_exit(0xC0000005 - (1 << 32))[0] in ("crash",), True)


if __name__ == "__main__":
    unittest.main()
