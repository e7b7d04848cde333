"""The GPUs of this machine in the order in which PyTorch counts them, and their driver."""

import ctypes
import glob
import json
import os
import re
import subprocess
import sys
import time

# What NVIDIA's driver may take, seconds. The whole probe has two.
DRIVER_LIMIT = 1.2
# How each line that answers begins.
ANSWER = "kernelLensDriver: "


class DriverQuestion:
    """Asks NVIDIA's driver in another process, which is gone when this is left."""

    def __init__(self, probe):
        self.process = subprocess.Popen(
            [sys.executable, probe, "--driver"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.deadline = time.monotonic() + DRIVER_LIMIT

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        try:
            self.process.communicate(timeout=0.1)
        except subprocess.TimeoutExpired:
            # The kernel does not let it go. Nothing here waits for that.
            pass

    def answer(self):
        """What driver and runtime say, as far as they came, and why no more came."""
        problem = None
        try:
            output, _ = self.process.communicate(timeout=max(0.1, self.deadline - time.monotonic()))
            if self.process.returncode != 0:
                problem = "NVIDIA's driver ended the process that asked it."
        except subprocess.TimeoutExpired as expired:
            output = expired.output or b""
            problem = "NVIDIA's driver did not answer within %s s." % DRIVER_LIMIT
        answer = {"devices": [], "driver": None, "driverCuda": None, "runtime": None}
        for line in output.decode("utf-8", "replace").splitlines():
            # What a start file of the environment prints is no answer, and what was cut off is none either.
            if line.startswith(ANSWER):
                try:
                    answer.update(json.loads(line[len(ANSWER) :]))
                except ValueError:
                    pass
        return answer, problem


def read_gpus(question):
    nvidia, problem = question.answer()
    amd, apple = read_amd(), read_apple()
    devices = [
        dict(device, vendor=vendor)
        for vendor, found in (("nvidia", nvidia["devices"]), ("amd", amd), ("apple", apple))
        for device in found
    ]
    return {
        "devices": devices,
        "driver": nvidia["driver"] or (read_line("/sys/module/amdgpu/version") if amd else None),
        "driverCuda": nvidia["driverCuda"],
        "cudaRuntime": nvidia["runtime"],
        "hardware": read_pci_vendors(),
        "distribution": read_distribution(),
        "problem": problem,
    }


def read_amd(root="/sys/class/kfd/kfd/topology/nodes"):
    """AMD's GPUs as the kernel driver lists them, less those that the usual variables hide."""
    found = []
    for node in sorted(glob.glob(os.path.join(root, "*")), key=lambda path: int(re.sub(r"\D", "", path) or 0)):
        properties = read_properties(os.path.join(node, "properties"))
        version = properties.get("gfx_target_version", 0)
        if version == 0 or properties.get("simd_count", 0) == 0:
            continue
        banks = [read_properties(path) for path in glob.glob(os.path.join(node, "mem_banks", "*", "properties"))]
        # Heap types 1 and 2 are the card's own memory.
        memory = sum(bank.get("size_in_bytes", 0) for bank in banks if bank.get("heap_type") in (1, 2))
        stated = (version // 10000, version // 100 % 100, version % 100)
        architecture = "gfx%d%x%x" % (overridden(os.path.basename(node)) or stated)
        found.append({"name": "AMD GPU", "architecture": architecture, "memoryBytes": memory or None})
    found = visible(found, os.environ.get("ROCR_VISIBLE_DEVICES"))
    # HIP goes by CUDA's variable only where its own says nothing.
    own = os.environ.get("HIP_VISIBLE_DEVICES")
    return visible(found, own if own is not None else os.environ.get("CUDA_VISIBLE_DEVICES"))


def overridden(node):
    """What people set so that ROCm takes a card for a related one: `10.3.0`, for one node or for all. None: nothing."""
    for variable in ("HSA_OVERRIDE_GFX_VERSION_" + node, "HSA_OVERRIDE_GFX_VERSION"):
        match = re.match(r"(\d+)\.(\d+)\.(\d+)$", os.environ.get(variable, ""))
        if match is not None:
            return tuple(int(part) for part in match.groups())
    return None


def visible(devices, variable):
    """Those that a list of numbers names, in its order, up to the first that is none. Names by UUID are not resolved."""
    if variable is None:
        return devices
    chosen = []
    for part in variable.split(","):
        if not part.strip().isdigit() or int(part) >= len(devices):
            break
        chosen.append(devices[int(part)])
    return chosen


def read_properties(path):
    """A file of lines `name number`."""
    values = {}
    for line in read_lines(path):
        name, _, number = line.strip().partition(" ")
        if number.isdigit():
            values[name] = int(number)
    return values


def read_apple():
    if sys.platform != "darwin" or os.uname().machine != "arm64":
        return []
    size = ctypes.c_size_t(256)
    name = ctypes.create_string_buffer(256)
    try:
        failed = ctypes.CDLL(None).sysctlbyname(b"machdep.cpu.brand_string", name, ctypes.byref(size), None, 0)
    except (OSError, AttributeError):
        failed = -1
    text = "Apple GPU" if failed else name.value.decode("utf-8", "replace")
    return [{"name": text, "architecture": None, "memoryBytes": None}]


def read_pci_vendors(root="/sys/bus/pci/devices"):
    """Makers of the display and 3D controllers on the bus, whether or not a driver serves them."""
    names = {"0x10de": "nvidia", "0x1002": "amd", "0x8086": "intel"}
    found = set()
    for device in glob.glob(os.path.join(root, "*")):
        if (read_line(os.path.join(device, "class")) or "").startswith("0x03"):
            found.add(names.get(read_line(os.path.join(device, "vendor")) or ""))
    return sorted(name for name in found if name is not None)


def read_distribution(path="/etc/os-release"):
    """`ubuntu`, `fedora`; None: not Linux, or not said."""
    for line in read_lines(path):
        if line.startswith("ID="):
            return line[3:].strip().strip("\"'") or None
    return None


def read_line(path):
    lines = read_lines(path)
    return lines[0].strip() or None if lines else None


def read_lines(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()
    except OSError:
        return []
