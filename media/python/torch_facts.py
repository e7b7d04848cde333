"""What `torch` would say of itself once imported, read from its files."""

import ast
import configparser
import ctypes
import glob
import importlib.metadata
import importlib.util
import os
import platform
import re
import sys

VERSION_NAMES = ("__version__", "cuda", "hip", "xpu")


def read_torch():
    """None: there is no torch. `problem`: it is there, and importing it fails."""
    try:
        spec = importlib.util.find_spec("torch")
    except (ImportError, ValueError) as error:
        return broken(None, str(error))
    if spec is None:
        return None
    if spec.origin is None or not spec.submodule_search_locations:
        where = list(spec.submodule_search_locations or [])
        return broken(None, "%s holds no torch/__init__.py" % (where[0] if where else "its folder"))
    folder = os.path.dirname(spec.origin)
    file = os.path.join(folder, "version.py")
    try:
        values = read_constants(read_text(file), VERSION_NAMES)
        init = read_text(spec.origin)
        autoload = read_autoload(init)
    except (OSError, UnicodeDecodeError, SyntaxError, ValueError) as error:
        return broken(file if os.path.exists(file) else None, describe(error))
    if not isinstance(values.get("__version__"), str):
        return broken(file, "%s states no version" % file)
    if not glob.glob(os.path.join(folder, "_C.*")) and not os.path.isdir(os.path.join(folder, "_C")):
        return broken(file, "%s lacks its compiled part" % folder)
    return {
        "file": file,
        "version": values["__version__"],
        "cuda": text_or_none(values.get("cuda")),
        "hip": text_or_none(values.get("hip")),
        "xpu": text_or_none(values.get("xpu")),
        "cxx11Abi": read_abi(folder, init),
        "autoload": autoload,
        "mps": is_mps_available(values["__version__"]),
        "problem": None,
    }


def broken(file, problem):
    nothing = dict.fromkeys(["version", "cuda", "hip", "xpu", "cxx11Abi"])
    return dict(nothing, file=file, autoload=[], mps=False, problem=problem)


def describe(error):
    if isinstance(error, OSError):
        return "%s: %s" % (error.filename, error.strerror)
    if isinstance(error, SyntaxError):
        return "version.py: %s" % error.msg
    return str(error)


def text_or_none(value):
    return value if isinstance(value, str) else None


def read_text(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def read_constants(source, names):
    """The constants that a module gives to `names`, the last one winning, as on import."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets, value = [node.target], node.value
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name) and target.id in names:
                found[target.id] = ast.literal_eval(value)
    return found


def read_abi(folder, init):
    """`torch.compiled_with_cxx11_abi()`: a constant in newer releases, else what programs are told to compile with."""
    body = re.search(r"^def compiled_with_cxx11_abi\(.*?\n(?=\S)", init, re.MULTILINE | re.DOTALL)
    constant = re.search(r"^\s+return (True|False)\s*$", body.group(), re.MULTILINE) if body else None
    if constant:
        return constant.group(1) == "True"
    try:
        config = read_text(os.path.join(folder, "share", "cmake", "Torch", "TorchConfig.cmake"))
    except (OSError, UnicodeDecodeError):
        return None
    flag = re.search(r"_GLIBCXX_USE_CXX11_ABI=([01])", config)
    return flag.group(1) == "1" if flag else None


def read_autoload(init):
    """Top-level modules of the device extensions that `import torch` imports too, such as `torch_npu`."""
    if "def _import_device_backends" not in init or os.environ.get("TORCH_DEVICE_BACKEND_AUTOLOAD", "1") != "1":
        return []
    try:
        points = importlib.metadata.entry_points()
    except (configparser.Error, UnicodeDecodeError, OSError) as error:
        # Torch reads the same list and fails in the same way.
        raise ValueError("the list of its device extensions cannot be read: %s" % error) from error
    group = points.select(group="torch.backends") if hasattr(points, "select") else points.get("torch.backends", ())
    return sorted({re.split(r"[.:]", point.value)[0].strip() for point in group})


def is_mps_available(version):
    """`torch.backends.mps.is_available()`: a build for macOS, on a system that is new enough and has a Metal device."""
    if sys.platform != "darwin":
        return False
    parts = [int(part) for part in re.findall(r"\d+", version)[:2]]
    needed = (14, 0) if parts >= [2, 9] else (13, 0) if parts >= [2, 3] else (12, 3)
    system = tuple(int(part) for part in re.findall(r"\d+", platform.mac_ver()[0])[:2])
    return system >= needed and has_metal_device()


def has_metal_device():
    try:
        metal = ctypes.CDLL("/System/Library/Frameworks/Metal.framework/Metal")
        metal.MTLCreateSystemDefaultDevice.restype = ctypes.c_void_p
        return metal.MTLCreateSystemDefaultDevice() is not None
    except (OSError, AttributeError):
        return False


def read_cann():
    """The version of the CANN toolkit as `torch_npu` reads it; None where there is none."""
    home = os.environ.get("ASCEND_HOME_PATH", "")
    if home == "":
        return None
    for pattern in ("ascend_*_install.info", os.path.join("*", "ascend_*_install.info")):
        for file in sorted(glob.glob(os.path.join(glob.escape(home), pattern))):
            try:
                lines = read_text(file).splitlines()
            except (OSError, UnicodeDecodeError):
                continue
            versions = [line.strip().split("=")[-1] for line in lines if "version" in line]
            if versions:
                return versions[0]
    return None
