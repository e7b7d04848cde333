"""Environments in which nothing can be measured: what is said of each, and what to do."""

import os
import tempfile
import unittest

from rig import Run, activation, device, kernel, measure
from kernel_lens_harness.gpu_lock import GpuLock


def stand_in(name, code):
    """An environment in which importing `name` runs `code`."""
    return on_path({f"{name}.py": code})


def on_path(files):
    folder = tempfile.mkdtemp()
    for name, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    return {"PYTHONPATH": os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH")]))}


def release(version, code=""):
    """One in which this release of kernels is installed."""
    info = f"Metadata-Version: 2.1\nName: kernels\nVersion: {version}\n"
    return on_path({f"kernels-{version}.dist-info/METADATA": info, "kernels/__init__.py": code})


class Failing(unittest.TestCase):
    def first_error(self, **options):
        run = measure(activation([kernel("honest")]), **options)
        self.assertEqual(run.of("end")[0]["status"], "failed")
        error = run.of("error")[0]
        self.assertTrue(error["fatal"] and error["cause"] and error["advice"])
        self.assertEqual(run.of("case"), [])
        return error

    def test_without_torch(self):
        error = self.first_error(
            environment=stand_in("torch", "raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')")
        )
        self.assertEqual(error["kind"], "no-torch")

    def test_broken_torch(self):
        for code, kind in (
            ("raise OSError('libcudart.so.13: cannot open shared object file')", "missing-library"),
            ("import a_package_that_nobody_has", "torch-broken"),
            ("raise AttributeError('half a torch')", "torch-broken"),
        ):
            with self.subTest(code):
                self.assertEqual(self.first_error(environment=stand_in("torch", code))["kind"], kind)

    def test_torch_that_crashes(self):
        self.assertEqual(
            self.first_error(environment=stand_in("torch", "import ctypes; ctypes.string_at(0)"))["kind"], "crash"
        )

    def test_kernels_that_is_too_old(self):
        for version in ("0.14.1", "0.9.0", "0.1"):
            with self.subTest(version):
                error = self.first_error(environment=release(version))
                self.assertEqual(error["kind"], "kernels-too-old")
                self.assertIn(version, error["cause"])

    def test_kernels_that_does_not_suit_the_rest(self):
        code = "from huggingface_hub import something_of_another_release"
        error = self.first_error(environment={**release("0.16.0", code), "PYTHONWARNINGS": "ignore"})
        self.assertEqual(error["kind"], "kernels-broken")
        self.assertIn("something_of_another_release", error["cause"])

    def test_a_locked_device(self):
        folder = tempfile.mkdtemp()
        visible = [
            os.environ.get(name, "") for name in ("CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ZE_AFFINITY_MASK")
        ]
        lock = GpuLock(folder, "cpu" if device() == "cpu" else " ".join(["0", *visible]))
        lock.take(0, lambda: False)
        self.addCleanup(lock.release)
        run = measure(activation([kernel("honest")], lockFolder=folder))
        self.assertEqual(run.of("error")[0]["kind"], "busy")
        self.assertIn(str(os.getpid()), run.of("error")[0]["cause"])

    def test_bad_requests(self):
        for request in (
            b"nonsense\n",
            b'{"v": 99}\n',
            b'{"v": 1, "sources": []}\n',
            b'{"v": 1, "size": "huge"}\n',
            b"",
        ):
            with self.subTest(request):
                run = Run(request)
                run.close_input()
                run.end(60)
                self.assertEqual((run.of("error")[0]["kind"], run.of("end")[0]["status"]), ("bad-request", "failed"))

    def test_no_room_for_temporary_files(self):
        environment = {
            **stand_in(
                "tempfile",
                "class TemporaryDirectory:\n    def __init__(self, **_):\n        raise OSError(28, 'No space left on device')\n",
            )
        }
        self.assertEqual(self.first_error(environment=environment)["kind"], "disk-full")


if __name__ == "__main__":
    unittest.main()
