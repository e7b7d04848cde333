"""What a failure means and what to do about it, in words. Standard library only."""

import re
import signal

#: Windows says these instead of a signal.
WINDOWS_CODES = {
    0xC0000005: "access violation",
    0xC00000FD: "stack overflow",
    0xC0000409: "stack buffer overrun",
    0xC0000135: "a library was not found",
    0xC000013A: "interrupted",
}

#: (kind, pattern in the message, cause, advice); the first that fits decides.
KNOWN = (
    (
        "out-of-memory",
        r"out of memory|OutOfMemoryError|CUDA_ERROR_OUT_OF_MEMORY|MemoryError|DefaultCPUAllocator: can't allocate",
        "The memory of the device was not enough.",
        "Choose smaller shapes, or close what else uses the device.",
    ),
    (
        "illegal-access",
        r"illegal memory access|misaligned address|unspecified launch failure|an illegal instruction",
        "The kernel read or wrote memory that is not its own.",
        "Try another version of the kernel, and report this shape and dtype to its authors.",
    ),
    (
        "device-assert",
        r"device-side assert",
        "An assertion in the kernel failed on the device.",
        "Check that shapes, dtypes and indices are what the kernel takes.",
    ),
    (
        "driver-too-old",
        r"driver on your system is too old|driver version is insufficient",
        "The driver is older than this build of PyTorch needs.",
        "Update the NVIDIA driver, or install a PyTorch that is built for an older CUDA.",
    ),
    (
        "no-gpu",
        r"No CUDA GPUs are available|no NVIDIA driver on your system|no CUDA-capable device|No HIP GPUs",
        "This PyTorch is built for a GPU, and no GPU can be used.",
        "Check that the driver is installed and the GPU is visible here, or measure on the CPU.",
    ),
    (
        "device-busy",
        r"CUDA-capable device\(s\) is/are busy or unavailable|cudaErrorDevicesUnavailable",
        "Another process has the GPU for itself.",
        "Wait until it has ended, or choose another GPU.",
    ),
    (
        "no-kernel-image",
        r"no kernel image is available",
        "The kernel or PyTorch holds no code for this GPU.",
        "Choose a variant, or a PyTorch, built for this GPU's architecture.",
    ),
    (
        "capability",
        r"does not support the current device|CUDA capability",
        "The kernel's build does not support this GPU.",
        "Choose another version or another kernel for this GPU.",
    ),
    (
        "trust-unknown",
        r"could not verify publisher trust",
        "The Hub could not be asked whether the publisher is trusted.",
        "Check the connection, or agree to run this publisher's code, then run again.",
    ),
    (
        "untrusted",
        r"not from a trusted publisher|trust_remote_code",
        "The publisher is not one that the kernels library trusts.",
        "Agree to run this publisher's code, then run again.",
    ),
    (
        "no-variant",
        r"Cannot find a build variant|does not have a build|No compatible build",
        "No build of this kernel fits this PyTorch and this machine.",
        "Choose another version of the kernel, or a PyTorch that one of its builds is for.",
    ),
    (
        "no-version",
        r"Version .* not found|A kernel version or revision must be specified|RevisionNotFound",
        "The kernel has no such version.",
        "Choose one of the versions that it has.",
    ),
    (
        "no-builds",
        r"EntryNotFoundError",
        "The repository has no builds at this revision.",
        "Choose one of the versions that it has.",
    ),
    (
        "no-repository",
        r"RepositoryNotFound|Repository Not Found|401 Client Error|404 Client Error|GatedRepo",
        "The repository cannot be read.",
        "Check the name, and that you are logged in if it is private or gated.",
    ),
    (
        "missing-package",
        r"requires Python dependency|No module named",
        "A Python package that is needed is not installed.",
        "Install the package into this environment, then run again.",
    ),
    (
        "no-function",
        r"AttributeError: (partially initialized )?module .* has no attribute",
        "The workload asks for a function that this build of the kernel does not have.",
        "Choose another version of the kernel, or another workload.",
    ),
    (
        "disk-full",
        r"No space left on device|Disk quota exceeded|ENOSPC|No usable temporary directory",
        "The disk is full.",
        "Free some space, or set KERNELS_CACHE to a folder on another disk.",
    ),
    (
        "offline",
        r"Connection ?Error|Max retries exceeded|Name or service not known|LocalEntryNotFound|OfflineModeIsEnabled"
        r"|ConnectError|getaddrinfo",
        "The Hub could not be reached.",
        "Check the connection, or run a kernel that has been downloaded before.",
    ),
    (
        "missing-library",
        r"undefined symbol|cannot open shared object|DLL load failed|image not found",
        "A compiled library of the kernel does not fit, or one that it needs is missing.",
        "The build fits another PyTorch or system: choose another version of the kernel.",
    ),
    (
        "wants-cuda",
        r"Torch not compiled with CUDA enabled|not linked with support for cuda|Expected .* cuda",
        "The code asks for CUDA, which this PyTorch does not have.",
        "Measure it on a machine with CUDA.",
    ),
)


def cause_of_message(text, default="failed"):
    """(kind, cause, advice) of an exception's text."""
    for kind, pattern, cause, advice in KNOWN:
        if re.search(pattern, text, re.IGNORECASE):
            return kind, cause, advice
    return default, "The code raised an error.", "Read the error; if it is the kernel's, report it to its authors."


def cause_of_exit(code, last_words=""):
    """(kind, cause, advice) of a process that ended without being asked to. `code` as subprocess tells it."""
    known = cause_of_message(last_words, "") if last_words else ("", "", "")
    is_known = known[0] in ("illegal-access", "out-of-memory", "device-assert")
    if code < 0:
        name = signal_name(-code)
        if -code == getattr(signal, "SIGKILL", 9):
            return (
                "killed",
                f"The process was killed from outside ({name}), as systems do when memory runs out.",
                "Choose smaller shapes, or close what else uses memory.",
            )
        return known if is_known else crash(name)
    if code & 0xFFFFFFFF in WINDOWS_CODES:
        return crash(WINDOWS_CODES[code & 0xFFFFFFFF])
    if is_known:
        return known
    return (
        "exit-called",
        f"The code ended its own process (exit code {code}).",
        "A kernel or a workload must not call exit: report it to its authors.",
    )


def crash(how):
    advice = "Try another version of the kernel, and report this shape and dtype to its authors."
    return "crash", f"The process crashed ({how}).", advice


def signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
