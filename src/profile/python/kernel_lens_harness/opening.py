"""Loads torch, takes what is measured with, and opens the device."""

import os
import platform
import shutil
import sys
import time

from kernel_lens_harness.cause import cause_of_message
from kernel_lens_harness.load_kernel import require_library, require_release
from kernel_lens_harness.task import flag

#: What an installed driver of NVIDIA's leaves, where nvidia-smi is not on the path.
DRIVER_FILES = ("/proc/driver/nvidia/version", "/usr/lib/wsl/lib/libcuda.so.1", r"C:\Windows\System32\nvcuda.dll")


class NoTorch(Exception):
    def __init__(self, kind, cause, advice):
        super().__init__(cause)
        self.kind, self.cause, self.advice = kind, cause, advice


def open_bench(session, known):
    """Puts torch, device and clocks on the session. `known`: what an earlier worker of this run found. Returns it."""
    asks_library = any(one["kind"] == "kernel" for one in session.request["contenders"])
    if asks_library:
        # Before torch, which takes seconds.
        require_release()
    session.phase("importing torch")
    began = time.perf_counter()
    torch = import_torch()
    import_s = time.perf_counter() - began
    from kernel_lens_harness.cold_cache import ColdCache
    from kernel_lens_harness.device import Device
    from kernel_lens_harness.machine import read_machine
    from kernel_lens_harness.originals import Originals

    request = session.request
    version = None
    if asks_library:
        session.phase("importing kernels")
        version = require_library()[1]
    session.torch = torch
    session.originals = Originals(torch)
    session.phase("opening the device")
    (kind, index), noticed = chosen_device(torch, request["device"])
    session.device = device = Device(torch, session.originals, kind, index)
    session.cold = ColdCache(device)
    session.uuid = device.facts()["uuid"]
    if known is not None:
        return known
    facts = {
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "hip": torch.version.hip,
        "kernels": version,
        "triton": version_of("triton"),
        "python": platform.python_version(),
        "executable": sys.executable,
        "platform": platform.platform(),
        "importTorchS": round(import_s, 3),
        "device": device.facts(),
        "timer": {
            "kind": device.timer.kind,
            "resolutionNs": device.timer.resolution_ns,
            "overheadNs": device.timer.overhead_ns,
        },
        "cache": session.cold.text(),
    }
    session.send("opened", **facts)
    if noticed is not None:
        session.send("flag", **noticed)
    session.send("machine", at="before", reading=read_machine(session.uuid, session.own_pids()))
    return facts


def chosen_device(torch, wanted):
    """((kind, index), a flag about the choice or None). Raises NoDevice."""
    from kernel_lens_harness.device import NoDevice, choose_device

    try:
        chosen = choose_device(torch, wanted)
    except NoDevice:
        # A PyTorch for CUDA is what pip installs by itself: without a driver, the CPU is all that there is.
        if wanted != "auto" or torch.version.cuda is None or has_nvidia_driver():
            raise
        return ("cpu", 0), flag("no-gpu", "info", "There is no GPU that this PyTorch can use: the CPU was measured.")
    if wanted == "auto" and chosen[0] == "cpu" and torch.version.cuda is None and has_nvidia_driver():
        text = (
            f"This PyTorch ({torch.__version__}) is built without CUDA, so the CPU was measured, although an NVIDIA "
            "driver is installed. Install a PyTorch that is built for CUDA to measure on the GPU."
        )
        return chosen, flag("torch-without-cuda", "warning", text)
    return chosen, None


def has_nvidia_driver():
    return shutil.which("nvidia-smi") is not None or any(os.path.exists(path) for path in DRIVER_FILES)


def measure(session, request):
    from kernel_lens_harness.builtin_source import default_dtypes
    from kernel_lens_harness.limits import measure_limits

    session.phase("measuring the limits of the device", None, 60)
    dtypes = {
        dtype for source in request["sources"] for dtype in source.get("dtypes") or default_dtypes(session.device)
    }
    if "float32" in dtypes:
        dtypes.add("tf32")
    session.send("limits", **measure_limits(session.device, session.cold, dtypes, session.is_cancelled))


def import_torch():
    try:
        import torch
    except ModuleNotFoundError as error:
        if error.name != "torch":
            cause = f"torch cannot be imported: {error}."
            raise NoTorch("torch-broken", cause, "Install torch again, with what it needs.") from error
        cause = "torch is not installed in this environment."
        raise NoTorch("no-torch", cause, "Install PyTorch into it, or choose another interpreter.") from None
    except Exception as error:  # noqa: B902 a broken installation can fail in any way
        kind, _, _ = cause_of_message(str(error), "torch-broken")
        cause = f"torch cannot be imported: {type(error).__name__}: {error}."
        raise NoTorch(kind, cause, "Install torch again, with what it needs.") from error
    return torch


def version_of(name):
    import importlib.metadata

    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
