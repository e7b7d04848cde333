"""Builds cuda_ops with nvcc, or without it for the CPU alone, against the PyTorch that is installed."""

import glob
import os
import platform
import shutil
import subprocess
import sys
import sysconfig

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, "cuda_ops")
#: The oldest Python that the library shall load in.
LIMITED_API = "0x030a0000"
OPTIONS = ["-O3", "-std=c++17"]


class NoCompiler(Exception):
    pass


def find_nvcc():
    """The path of nvcc: of the PATH, of CUDA_HOME, of the usual folders, of its wheel; None where there is none."""
    home = os.environ.get("CUDA_HOME") or os.environ.get("CUDA_PATH")
    wheels = [os.path.join(path, "nvidia") for path in sys.path if path]
    places = [
        *([os.path.join(home, "bin", "nvcc")] if home else []),
        shutil.which("nvcc") or "",
        *sorted(glob.glob("/usr/local/cuda*/bin/nvcc"), reverse=True),
        *[found for path in wheels for found in glob.glob(os.path.join(path, "cu*", "bin", "nvcc"))],
        *[os.path.join(path, "cuda_nvcc", "bin", "nvcc") for path in wheels],
    ]
    return next((place for place in places if place and os.access(place, os.X_OK)), None)


def variant_name(torch, backend):
    """As in `torch211-cxx11-cu130-x86_64-linux`."""
    major, minor = torch.__version__.split(".")[:2]
    abi = "cxx11" if torch.compiled_with_cxx11_abi() else "cxx98"
    return f"torch{major}{minor}-{abi}-{backend}-{platform.machine()}-{platform.system().lower()}"


def cuda_backend(torch):
    """`cu130`; None for a PyTorch without CUDA."""
    return None if torch.version.cuda is None else f"cu{torch.version.cuda.replace('.', '')}"


def capability(torch):
    """Of the GPU that is here, else of an H100."""
    major, minor = torch.cuda.get_device_capability() if torch.cuda.is_available() else (9, 0)
    return f"{major}.{minor}"


def compile_library(torch, name, folder, nvcc):
    """The path of `<name>.abi3.so` in `folder`. `nvcc` None: for the CPU alone. Raises NoCompiler."""
    from torch.utils.cpp_extension import include_paths

    compiler = shutil.which("g++") or shutil.which("c++")
    if compiler is None:
        raise NoCompiler("There is no g++ on the PATH.")
    libraries = os.path.join(os.path.dirname(torch.__file__), "lib")
    includes = [path for path in include_paths() if os.path.isdir(path)] + [sysconfig.get_paths()["include"]]
    options = [*OPTIONS, "-fPIC", f"-DPy_LIMITED_API={LIMITED_API}", f"-DEXTENSION_NAME={name}"]
    options += [f"-D_GLIBCXX_USE_CXX11_ABI={int(torch.compiled_with_cxx11_abi())}"]
    linked = [f"-L{libraries}", "-ltorch_cpu", "-lc10"]
    target = os.path.join(folder, f"{name}.abi3.so")
    binding = os.path.join(folder, "binding.o")
    if nvcc is None:
        run([compiler, *options, *with_flag("-I", includes), "-c", os.path.join(SOURCES, "binding.cpp"), "-o", binding])
        run([compiler, "-shared", binding, *linked, "-o", target])
        return target
    home = os.path.dirname(os.path.dirname(os.path.realpath(nvcc)))
    includes += [path for path in glob.glob(os.path.join(home, "include")) + glob.glob(os.path.join(home, "targets", "*", "include"))]
    run([compiler, *options, "-DWITH_CUDA", *with_flag("-I", includes), "-c", os.path.join(SOURCES, "binding.cpp"), "-o", binding])
    code = capability(torch).replace(".", "")
    kinds = [f"arch=compute_{code},code=sm_{code}", f"arch=compute_{code},code=compute_{code}"]
    device = os.path.join(folder, "activations.o")
    run([nvcc, *OPTIONS, "-Xcompiler", "-fPIC", *with_flag("-gencode=", kinds), "-c", os.path.join(SOURCES, "activations.cu"), "-o", device])
    # The wheel's nvcc looks for the runtime in lib64, and has it in lib.
    runtime = [f"-L{path}" for path in (os.path.join(home, "lib"), os.path.join(home, "lib64")) if os.path.isdir(path)]
    run([nvcc, "-shared", binding, device, *runtime, *linked, "-lc10_cuda", "-o", target])
    return target


def with_flag(flag, values):
    return [f"{flag}{value}" for value in values]


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NoCompiler(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
