"""Each way of getting a better number than one's work deserves is caught; what is honest is not."""

import unittest

from rig import activation, has_cuda, kernel, measure

CUDA = has_cuda()
#: What each is, and why.
CAUGHT = {
    "cached_answer": "wrong-values",
    "lazy_later": "wrong-values",
    "half_output": "wrong-values",
    "half_returned": "wrong-values",
    "changed_inputs": "changed-inputs",
    "lower_precision": "wrong-values",
    "lazy_tensor": "wrong-output",
    "wrong_dtype": "wrong-output",
    "patched_timer": "patched-timer",
}
HONEST = ["honest", "own_sync"]
if CUDA:
    CAUGHT["other_stream"] = "other-stream"
    HONEST.append("joined_stream")


class Cheats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # Patching a timer concerns all that are loaded with it: it runs alone.
        names = [name for name in (*CAUGHT, *HONEST) if name != "patched_timer"]
        size = {"tokens": 4096, "inner": 4096} if CUDA else {}
        request = activation([kernel(name) for name in names], **size)
        request["sources"][0]["dtypes"].append("float16")
        cls.run_ = measure(request)
        cls.patched = measure(activation([kernel("patched_timer")], **size))

    def test_cheats_are_caught(self):
        for name, kind in CAUGHT.items():
            with self.subTest(name):
                row = (self.patched if name == "patched_timer" else self.run_).rows()[name]
                self.assertEqual(row["status"], "wrong", row["problem"])
                # Work that waits for nobody may also come before its output is poisoned.
                kinds = (kind, "wrong-values") if name == "other_stream" else (kind,)
                self.assertIn(row["problem"]["kind"], kinds, row["problem"])
                self.assertIsNone(row["timing"])

    def test_honest_kernels_are_timed(self):
        for name in HONEST:
            with self.subTest(name):
                row = self.run_.rows()[name]
                self.assertEqual(row["status"], "timed", row["problem"])
                self.assertGreaterEqual(len(row["timing"]["samplesNs"]), 1)
                self.assertTrue(all(one["passed"] for one in row["guards"]), row["guards"])

    def test_unwritten_elements_are_counted(self):
        outputs = self.run_.rows()["half_output"]["accuracy"]["before"][0]["outputs"][0]
        self.assertEqual(outputs["unwritten"], outputs["elements"] // 2)
        self.assertIsNone(outputs["worstShare"])

    def test_what_timed_runs_wrote_is_checked(self):
        row = self.run_.rows()["lazy_later"]
        self.assertEqual([output["wrong"] for check in row["accuracy"]["before"] for output in check["outputs"]], [0])
        self.assertGreater(row["accuracy"]["after"][0]["outputs"][0]["wrong"], 0)

    def test_half_precision_passing_for_half(self):
        self.assertEqual(self.run_.of("case")[1]["dtype"], "float16")
        rows = self.run_.rows(1)
        self.assertEqual(rows["lower_precision"]["status"], "wrong")
        self.assertEqual(rows["honest"]["status"], "timed")


if __name__ == "__main__":
    unittest.main()
