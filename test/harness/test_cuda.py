"""What only a GPU can show: streams, launches, memory, a lost context, the device's clock."""

import unittest

from rig import activation, has_cuda, kernel, measure


@unittest.skipUnless(has_cuda(), "needs an NVIDIA or AMD GPU")
class Gpu(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        names = ["illegal_access", "out_of_memory", "other_stream", "joined_stream", "honest"]
        cls.run_ = measure(
            activation(
                [kernel(name) for name in names],
                tokens=4096,
                inner=4096,
                method={"limits": True, "edgeInputs": True, "timeLimitS": 1},
            )
        )

    def test_lost_context_costs_one_contender(self):
        row = self.run_.rows()["illegal_access"]
        self.assertEqual(row["status"], "failed")
        self.assertIn(row["problem"]["kind"], ("device-assert", "illegal-access"))
        self.assertEqual(self.run_.rows()["honest"]["status"], "timed")

    def test_out_of_memory(self):
        self.assertEqual(self.run_.rows()["out_of_memory"]["problem"]["kind"], "out-of-memory")

    def test_streams(self):
        self.assertIn(self.run_.rows()["other_stream"]["problem"]["kind"], ("other-stream", "wrong-values"))
        joined = self.run_.rows()["joined_stream"]
        self.assertEqual(joined["status"], "timed", joined["problem"])
        self.assertEqual(joined["launches"]["otherStreams"], 1)

    def test_facts(self):
        row = self.run_.rows()["honest"]
        self.assertEqual(row["launches"]["count"], 3)
        self.assertGreater(row["peakBytes"], 0)
        self.assertTrue(all(one["passed"] for one in row["guards"]), row["guards"])
        self.assertEqual({one["id"] for one in row["guards"]}, {"other-stream", "device-clock", "patched-timer"})
        opened = self.run_.of("opened")[0]
        self.assertEqual(opened["timer"]["kind"], "cuda-events")
        self.assertLess(opened["timer"]["resolutionNs"], 2000)

    def test_nothing_beats_the_limit(self):
        limits = self.run_.of("limits")[0]
        copy = limits["copyBytes"] / sorted(limits["copySamplesNs"])[len(limits["copySamplesNs"]) // 2]
        samples = sorted(self.run_.rows()["honest"]["timing"]["samplesNs"])
        self.assertLess(self.run_.of("case")[0]["leastBytes"] / samples[len(samples) // 2], 1.1 * copy)

    def test_machine_is_read(self):
        readings = [event["reading"] for event in self.run_.of("machine")]
        self.assertEqual(len(readings), 2)
        self.assertIsNotNone(readings[0]["driver"])


if __name__ == "__main__":
    unittest.main()
