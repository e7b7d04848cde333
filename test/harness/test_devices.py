"""Which device is taken, why there is none, and what goes on around it."""

import os
import tempfile
import types
import unittest
from unittest import mock

import torch
from rig import device
from kernel_lens_harness.device import NoDevice, choose_device
from kernel_lens_harness.machine import read_machine
from kernel_lens_harness.opening import chosen_device


class Devices(unittest.TestCase):
    """Without the machine for it: torch as it says so."""

    def fake(self, error=None, cuda="13.0"):
        def init():
            if error is not None:
                raise error

        place = types.SimpleNamespace(init=init)
        backends = types.SimpleNamespace(mps=types.SimpleNamespace(is_available=lambda: False))
        version = types.SimpleNamespace(cuda=cuda, hip=None)
        return types.SimpleNamespace(
            __version__="2.11", version=version, cuda=place, backends=backends, empty=lambda *_, **__: None
        )

    def problem(self, error, wanted="cuda", **options):
        with self.assertRaises(NoDevice) as caught:
            choose_device(self.fake(error, **options), wanted)
        return caught.exception

    def test_a_driver_that_is_too_old(self):
        said = "The NVIDIA driver on your system is too old (found version 11040). Please update your GPU driver"
        problem = self.problem(RuntimeError(said))
        self.assertEqual(problem.kind, "driver-too-old")
        self.assertIn("11040", problem.cause)
        self.assertIn("Update the NVIDIA driver", problem.advice)

    def test_a_gpu_that_another_process_has_for_itself(self):
        said = "CUDA error: CUDA-capable device(s) is/are busy or unavailable"
        self.assertEqual(self.problem(RuntimeError(said)).kind, "device-busy")

    def test_torch_without_cuda_asked_for_it(self):
        self.assertEqual(self.problem(None, cuda=None).kind, "torch-without-cuda")

    def choice(self, fake, wanted="auto", driver=True):
        with mock.patch("kernel_lens_harness.opening.has_nvidia_driver", return_value=driver):
            return chosen_device(fake, wanted)

    def test_torch_without_cuda_beside_a_driver(self):
        chosen, noticed = self.choice(self.fake(cuda=None))
        self.assertEqual((chosen, noticed["id"], noticed["severity"]), (("cpu", 0), "torch-without-cuda", "warning"))
        self.assertIn("built for CUDA", noticed["text"])
        self.assertIsNone(self.choice(self.fake(cuda=None), driver=False)[1])
        self.assertIsNone(self.choice(self.fake(cuda=None), wanted="cpu")[1])

    def test_torch_for_cuda_without_a_gpu(self):
        missing = RuntimeError("Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU")
        chosen, noticed = self.choice(self.fake(missing), driver=False)
        self.assertEqual((chosen, noticed["id"]), (("cpu", 0), "no-gpu"))
        for wanted, driver in (("cuda", False), ("auto", True)):
            with self.subTest(wanted), self.assertRaises(NoDevice) as caught:
                self.choice(self.fake(missing), wanted, driver)
            self.assertEqual(caught.exception.kind, "no-gpu")

    @unittest.skipIf(
        device() != "cpu" or torch.version.cuda is None, "needs a PyTorch for CUDA on a machine without GPU"
    )
    def test_the_real_one(self):
        self.assertEqual(choose_device(torch, "cpu"), ("cpu", 0))
        with self.assertRaises(NoDevice) as caught:
            choose_device(torch, "cuda")
        self.assertIn(caught.exception.kind, ("no-gpu", "driver-too-old"))


@unittest.skipIf(os.name == "nt", "the stand-in for nvidia-smi is a shell script")
class Machine(unittest.TestCase):
    """nvidia-smi as it is seen to answer."""

    def reading(self, state, apps, own=(1, 2)):
        folder = tempfile.mkdtemp()
        path = os.path.join(folder, "nvidia-smi")
        with open(path, "w", encoding="utf-8") as file:
            file.write(
                f"#!/bin/sh\ncase \"$*\" in\n*compute-apps*) printf '{apps}' ;;\n*clocks_event_reasons*) {state} ;;\n*) exit 6 ;;\nesac\n"
            )
        os.chmod(path, 0o755)
        with mock.patch.dict(os.environ, {"PATH": folder}):
            return read_machine(None, own)

    STATE = "echo '1980, 1980, 45, 580.65.06, Not Active, Not Active, Not Active, %s, Not Active'"

    def test_a_quiet_gpu(self):
        reading = self.reading(self.STATE % "Not Active", "")
        self.assertEqual((reading["gpuClockMhz"], reading["temperatureC"], reading["driver"]), (1980, 45, "580.65.06"))
        self.assertEqual((reading["otherProcesses"], reading["throttled"]), (0, []))

    def test_a_gpu_that_others_use_too(self):
        for apps, others in (("1\\n77\\n", 1), ("1\\n2\\n", 0), ("77\\n78\\n", 1), ("77\\n", 0)):
            with self.subTest(apps):
                self.assertEqual(self.reading(self.STATE % "Not Active", apps)["otherProcesses"], others)

    def test_a_gpu_that_is_slowed_down(self):
        self.assertEqual(self.reading(self.STATE % "Active", "")["throttled"], ["power limit"])

    def test_a_tool_that_fails_or_is_not_there(self):
        self.assertIsNone(self.reading("exit 9", "")["driver"])
        with mock.patch.dict(os.environ, {"PATH": tempfile.mkdtemp()}):
            self.assertIsNone(read_machine("GPU-1", [1])["otherProcesses"])


if __name__ == "__main__":
    unittest.main()
