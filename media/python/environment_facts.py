"""What is installed in this environment, and what the `kernels` library would find on this machine."""

import importlib.metadata
import importlib.util
import json
import os
import platform
import sys
import sysconfig

import gpu_facts
import installer_facts
import torch_facts


def print_facts(modules, probe):
    """Prints the facts as one line of JSON. `modules`: import names to look for. `probe`: the script, to ask about GPUs."""
    # Drivers can crash or hang whoever asks them, so another process does, while this one reads files.
    with gpu_facts.DriverQuestion(probe) as question:
        torch = torch_facts.read_torch()
        facts = {
            "kernelLensProbe": 1,
            "python": read_python(),
            "platform": {
                "system": platform.system(),
                "machine": platform.machine(),
                "macos": platform.mac_ver()[0] or None,
            },
            "torch": torch,
            "cann": torch_facts.read_cann() if torch is not None and "torch_npu" in torch["autoload"] else None,
            "kernels": read_version("kernels", "kernels"),
            "tvmFfi": read_version("tvm_ffi", "apache-tvm-ffi"),
            "modules": {name: is_there(name) for name in sorted(set(modules) | set(kernel_dependencies()))},
            "installer": installer_facts.read_installer(),
            "stamps": read_stamps(torch),
        }
        facts["gpus"] = gpu_facts.read_gpus(question)
        # A start file of the environment may have printed something without ending its line.
        sys.stdout.write("\n" + json.dumps(facts) + "\n")
        sys.stdout.flush()


def read_python():
    return {
        # A build from between two releases calls itself `3.14.0+`, which is no version to others.
        "version": platform.python_version().rstrip("+"),
        "executable": sys.executable,
        "freeThreaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    }


def is_there(name):
    """Whether a top-level module can be found. Looking for `a.b` would import `a`."""
    try:
        return name.isidentifier() and importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def read_version(module, distribution):
    """The installed version of a distribution whose module can be found; None where either is missing or unreadable."""
    if not is_there(module):
        return None
    try:
        return importlib.metadata.version(distribution)
    except (ImportError, LookupError, ValueError, OSError):
        return None


def kernel_dependencies():
    """Import names that the installed `kernels` library knows kernels to depend on. None of them where it is not there."""
    try:
        # The spec of a package without a loader, such as a plain folder named `kernels`, has no origin.
        origin = getattr(importlib.util.find_spec("kernels"), "origin", None)
        if origin is None:
            return []
        with open(os.path.join(os.path.dirname(origin), "python_depends.json"), encoding="utf-8") as file:
            data = json.load(file)
        groups = [data["general"], *data["backends"].values()]
        packages = [package for group in groups for one in group.values() for package in one.get("python", [])]
        return [package["import"] for package in packages if isinstance(package.get("import"), str)]
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return []


def read_stamps(torch):
    """Files and folders whose time of change tells that these facts are old."""
    paths = [sys.executable, os.path.join(sys.prefix, "pyvenv.cfg"), os.path.join(sys.prefix, "conda-meta")]
    paths += [folder for folder in sys.path if os.path.basename(folder) in ("site-packages", "dist-packages")]
    if torch is not None and torch["file"] is not None:
        paths.append(torch["file"])
    return [os.path.abspath(path) for path in paths if path and os.path.exists(path)]
