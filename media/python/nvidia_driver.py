"""What NVIDIA's driver and runtime know. Runs in a process of its own: a broken driver crashes or hangs whoever asks it."""

import ctypes
import ctypes.util
import json
import sys

COMPUTE_CAPABILITY = (75, 76)


def print_facts():
    """Prints two lines, each a word and JSON: the driver's facts, then the runtime's, which take a search of the disk."""
    print_line(read_driver())
    print_line({"runtime": read_runtime()})


def print_line(facts):
    # A start file of the environment may have printed something without ending its line.
    sys.stdout.write("\nkernelLensDriver: " + json.dumps(facts) + "\n")
    sys.stdout.flush()


def read_driver():
    """The GPUs in the order of CUDA, which is PyTorch's: the driver itself applies CUDA_VISIBLE_DEVICES."""
    facts = {"devices": [], "driver": read_driver_version(), "driverCuda": None}
    cuda = load("libcuda.so.1", "nvcuda.dll")
    if cuda is None or cuda.cuInit(0) != 0:
        return facts
    version = ctypes.c_int()
    if cuda.cuDriverGetVersion(ctypes.byref(version)) == 0:
        facts["driverCuda"] = cuda_version(version.value)
    count = ctypes.c_int()
    if cuda.cuDeviceGetCount(ctypes.byref(count)) != 0:
        return facts
    for index in range(count.value):
        device = ctypes.c_int()
        if cuda.cuDeviceGet(ctypes.byref(device), index) == 0:
            facts["devices"].append(read_device(cuda, device))
    return facts


def read_device(cuda, device):
    name = ctypes.create_string_buffer(256)
    memory = ctypes.c_size_t()
    capability = [ctypes.c_int(), ctypes.c_int()]
    known = [
        cuda.cuDeviceGetAttribute(ctypes.byref(value), attribute, device) == 0
        for value, attribute in zip(capability, COMPUTE_CAPABILITY)
    ]
    return {
        "name": name.value.decode("utf-8", "replace") if cuda.cuDeviceGetName(name, 256, device) == 0 else "NVIDIA GPU",
        "architecture": "%d.%d" % (capability[0].value, capability[1].value) if all(known) else None,
        "memoryBytes": memory.value if cuda.cuDeviceTotalMem_v2(ctypes.byref(memory), device) == 0 else None,
    }


def read_driver_version():
    nvml = load("libnvidia-ml.so.1", "nvml.dll")
    if nvml is None or nvml.nvmlInit_v2() != 0:
        return None
    version = ctypes.create_string_buffer(80)
    known = nvml.nvmlSystemGetDriverVersion(version, 80) == 0
    nvml.nvmlShutdown()
    return version.value.decode("utf-8", "replace") if known else None


def load(linux, windows):
    try:
        if sys.platform == "win32":
            return ctypes.WinDLL(windows)
        return ctypes.CDLL(linux) if sys.platform.startswith("linux") else None
    except OSError:
        return None


def read_runtime():
    """The version of the CUDA runtime on the search path, which counts for the `kernels` library where there is no torch."""
    name = ctypes.util.find_library("cudart")
    if name is None:
        return None
    version = ctypes.c_int()
    try:
        known = ctypes.CDLL(name).cudaRuntimeGetVersion(ctypes.byref(version)) == 0
    except (OSError, AttributeError):
        return None
    return cuda_version(version.value) if known else None


def cuda_version(number):
    return "%d.%d" % (number // 1000, number % 1000 // 10)
