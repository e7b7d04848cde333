"""Whatever a kernel does, it costs one contender or one case; the rest is measured, and nothing is left running."""

import os
import signal
import subprocess
import time
import unittest

from rig import Run, activation, kernel, measure


class Failures(unittest.TestCase):
    #: What is reported of each.
    KINDS = {
        "crashes": "crash",
        "exits": "exit-called",
        "calls_exit": "exit-called",
        "hangs": "time-limit",
        "out_of_memory": "out-of-memory",
        "raises": "failed",
        "import_fails": "missing-package",
        "import_crashes": "crash",
        "disk_full": "disk-full",
        "raises_oddly": "failed",
    }

    @classmethod
    def setUpClass(cls):
        names = [*cls.KINDS, "forks", "prints", "honest"]
        cls.run_ = measure(activation([kernel(name) for name in names], method={"caseLimitS": 10}))

    def test_each_costs_itself_only(self):
        rows = self.run_.rows()
        for name, kind in self.KINDS.items():
            with self.subTest(name):
                self.assertEqual(
                    (rows[name]["status"], rows[name]["problem"]["kind"]), ("failed", kind), rows[name]["problem"]
                )
                self.assertTrue(rows[name]["problem"]["cause"] and rows[name]["problem"]["advice"])
        for name in ("eager", "honest"):
            self.assertEqual(rows[name]["status"], "timed", rows[name]["problem"])

    @unittest.skipIf(os.name == "nt", "signals are not Windows's")
    def test_signal_is_named(self):
        self.assertIn("SIGSEGV", self.run_.rows()["crashes"]["problem"]["cause"])

    def test_kernels_that_could_not_be_loaded_are_told(self):
        problems = {event["contender"]: event["problem"] for event in self.run_.of("kernel")}
        self.assertEqual(
            {name: problem["kind"] for name, problem in problems.items() if problem},
            {"import_fails": "missing-package", "import_crashes": "crash"},
        )

    def test_printing_does_not_disturb(self):
        self.assertEqual(self.run_.rows()["prints"]["status"], "timed")
        said = sum(len(event["text"]) for event in self.run_.of("log"))
        self.assertLess(said, 1 << 20)
        self.assertGreater(sum(event.get("droppedBytes", 0) for event in self.run_.of("log")), 900 << 20)
        self.assertEqual(len(self.run_.of("end")), 1)
        self.assertEqual(self.run_.of("end")[0]["status"], "complete")

    def test_nothing_is_left(self):
        self.assertEqual(self.run_.rows()["forks"]["status"], "timed", self.run_.rows()["forks"]["problem"])
        self.assertNotIn("kernel-lens-leftover", processes())


class Cancelling(unittest.TestCase):
    def cancel_when(self, name, phase, how):
        run = Run(activation([kernel(name)], method={"timeLimitS": 300, "targetHalfWidth": 0, "caseLimitS": 300}))
        try:
            run.wait_for("phase", text=phase)
            time.sleep(0.3)
            how(run)
            run.end(100)
            self.assertEqual(run.of("end")[0]["status"], "cancelled")
            self.assertEqual(run.workers(), [])
        finally:
            run.end(100)

    def test_while_timing(self):
        self.cancel_when("honest", "timing", Run.cancel)

    @unittest.skipIf(os.name == "nt", "signals are not Windows's")
    def test_while_a_kernel_hangs_that_hears_no_signal(self):
        self.cancel_when("ignores_signals", "checking ignores_signals", Run.terminate)

    def test_when_the_asker_is_gone(self):
        self.cancel_when("honest", "importing", Run.close_input)

    @unittest.skipUnless(os.path.exists("/proc"), "only Linux ends a child whose parent was killed at once")
    def test_when_the_supervisor_is_killed(self):
        run = Run(activation([kernel("hangs")]))
        try:
            run.wait_for("phase", text="checking hangs")
            worker = children_of(run.pid)
            self.assertEqual(len(worker), 1)
            os.kill(run.pid, signal.SIGKILL)
            run.end(60)
            until = time.monotonic() + 60
            while is_alive(worker[0]) and time.monotonic() < until:
                time.sleep(0.05)
            self.assertFalse(is_alive(worker[0]))
        finally:
            run.end(60)


def is_alive(pid):
    """False also for one that has ended and that nobody collects."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(one) for one in file.read().split()]


def processes():
    return (
        subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=False).stdout
        if os.name != "nt"
        else ""
    )


if __name__ == "__main__":
    unittest.main()
