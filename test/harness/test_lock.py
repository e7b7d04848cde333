"""One run at a time on a device, whoever else uses the folder of the locks."""

import os
import stat
import subprocess
import sys
import tempfile
import unittest

from rig import HARNESS
from kernel_lens_harness.gpu_lock import DeviceBusy, GpuLock

NEVER = lambda: False  # noqa: E731


#: Holds the lock of the folder in its argument until it is ended.
HOLDER = """
import sys
from kernel_lens_harness.gpu_lock import GpuLock
lock = GpuLock(sys.argv[1], "gpu")
lock.take(0, lambda: False)
print("held", flush=True)
sys.stdin.read()
"""


class Locks(unittest.TestCase):
    def setUp(self):
        self.folder = os.path.join(tempfile.mkdtemp(), "made")

    def held(self, device="gpu"):
        lock = GpuLock(self.folder, device)
        lock.take(0, NEVER)
        self.addCleanup(lock.release)
        return lock

    def test_one_at_a_time(self):
        first = self.held()
        with self.assertRaises(DeviceBusy) as caught:
            GpuLock(self.folder, "gpu").take(0, NEVER)
        self.assertEqual(caught.exception.holder, os.getpid())
        first.release()
        self.held()

    def test_devices_are_apart(self):
        self.held("gpu 0")
        self.held("gpu 1")

    def test_a_cancelled_run_does_not_wait(self):
        self.held()
        with self.assertRaises(DeviceBusy):
            GpuLock(self.folder, "gpu").take(3600, lambda: True)

    def test_it_ends_with_its_process(self):
        environment = {**os.environ, "PYTHONPATH": os.path.dirname(HARNESS)}
        command = [sys.executable, "-B", "-c", HOLDER, self.folder]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as other:
            self.assertEqual(other.stdout.readline().strip(), b"held")
            with self.assertRaises(DeviceBusy) as caught:
                GpuLock(self.folder, "gpu").take(0, NEVER)
            self.assertEqual(caught.exception.holder, other.pid)
            other.kill()
        self.held()

    @unittest.skipIf(os.name == "nt", "links and modes are not Windows's")
    def test_a_link_leads_nowhere(self):
        os.makedirs(self.folder)
        precious = os.path.join(self.folder, "precious")
        with open(precious, "w", encoding="ascii") as file:
            file.write("kept")
        lock = GpuLock(self.folder, "gpu")
        os.symlink(precious, f"{lock.path}.pid")
        lock.take(0, NEVER)
        self.addCleanup(lock.release)
        with open(precious, encoding="ascii") as file:
            self.assertEqual(file.read(), "kept")

    @unittest.skipIf(os.name == "nt" or os.getuid() == 0, "root may write everything")
    def test_another_users_file_locks_as_well(self):
        first = self.held()
        first.release()
        os.chmod(first.path, stat.S_IRUSR)
        self.held()


if __name__ == "__main__":
    unittest.main()
