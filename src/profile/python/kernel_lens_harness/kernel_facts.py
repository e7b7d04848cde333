"""What of a loaded kernel goes into the report: where it came from, which of its builds ran, and what it has."""

import hashlib
import inspect
import json
import os
import types

from kernel_lens_harness.task import flag

METADATA = "metadata.json"
#: The module lies in the folder of its build, or in one of its own name inside.
LEVELS = 2
MOST_FUNCTIONS = 200
CHUNK = 1 << 20


def kernel_facts(module, spec):
    """The event's fields. Never raises: a kernel that runs is measured, whatever it does not tell."""
    file = getattr(module, "__file__", None)
    build = build_folder(file) if file else None
    metadata = read_metadata(build)
    origin = hub_origin(build) if build else None
    asked = spec.get("repo")
    flags = []
    if asked is not None and build is not None and origin is None and os.environ.get("LOCAL_KERNELS"):
        text = f"LOCAL_KERNELS has {asked} come from {os.path.dirname(build)}: that is what was measured."
        flags.append(flag("local-kernels", "warning", text))
    if origin is not None and origin[0] != asked:
        flags.append(flag("redirected", "info", f"{asked} refers to {origin[0]}, which was loaded."))
    return {
        "repo": asked,
        "folder": spec.get("folder"),
        "version": spec.get("version"),
        "revision": spec.get("revision"),
        "commit": origin[1] if origin else None,
        "variant": os.path.basename(build) if build else None,
        "file": file,
        # The Hub's commit says as much; files of this machine may be others tomorrow.
        "digest": digest_of(build) if build and origin is None else None,
        "license": text_or_none(metadata.get("license")),
        "functions": functions_of(module),
        "layers": layers_of(module),
        "problem": None,
        "flags": flags,
    }


def build_folder(file):
    """The folder of the build: the nearest with metadata, else that of the file."""
    folder = os.path.dirname(os.path.abspath(file))
    candidate = folder
    for _ in range(LEVELS):
        if os.path.exists(os.path.join(candidate, METADATA)):
            return candidate
        candidate = os.path.dirname(candidate)
    return folder


def read_metadata(build):
    try:
        with open(os.path.join(build, METADATA), encoding="utf-8") as file:
            metadata = json.load(file)
    except (OSError, ValueError, TypeError):
        return {}
    return metadata if isinstance(metadata, dict) else {}


def hub_origin(build):
    """(repository, commit) of a folder in a cache of huggingface_hub; None for any other."""
    parts = build.split(os.sep)
    # …/kernels--org--name/snapshots/<commit>/build/<variant>
    for at in range(len(parts) - 1, 1, -1):
        if parts[at - 1] == "snapshots" and "--" in parts[at - 2]:
            return "/".join(parts[at - 2].split("--")[1:]), parts[at]
    return None


def digest_of(build):
    """sha256 over all files by their names: of each its path in the folder, a zero byte, the sha256 of its content."""
    paths = []
    for folder, folders, files in os.walk(build):
        # Python's own, and not the same from one run to the next.
        folders[:] = [name for name in folders if name != "__pycache__"]
        paths += [os.path.relpath(os.path.join(folder, name), build) for name in files]
    whole = hashlib.sha256()
    try:
        for path in sorted(path.replace(os.sep, "/") for path in paths):
            whole.update(path.encode("utf-8", "surrogateescape") + b"\0" + file_digest(os.path.join(build, path)))
    except OSError:
        return None
    return whole.hexdigest()


def file_digest(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.digest()


def functions_of(module):
    names = attribute(module, "__all__")
    if not isinstance(names, (list, tuple)):
        names = [name for name in vars(module) if not name.startswith("_")]
    functions = []
    for name in names:
        # Some list the functions themselves.
        name = name if isinstance(name, str) else getattr(name, "__name__", "")
        value = attribute(module, name)
        if callable(value) and not isinstance(value, (type, types.ModuleType)):
            functions.append({"name": name, "signature": signature_text(value)})
    return functions[:MOST_FUNCTIONS]


def layers_of(module):
    layers = attribute(module, "layers")
    if not isinstance(layers, types.ModuleType):
        return []
    return [
        name
        for name, value in vars(layers).items()
        if isinstance(value, type) and is_within(value.__module__, layers.__name__)
    ]


def is_within(name, package):
    return name == package or str(name).startswith(f"{package}.")


def attribute(module, name):
    """None where there is none, or where looking for it fails."""
    try:
        return getattr(module, name, None)
    except Exception:  # noqa: B902 modules may have a __getattr__ of their own
        return None


def signature_text(function):
    try:
        return str(inspect.signature(function))
    except (TypeError, ValueError):
        return ""


def text_or_none(value):
    return value if isinstance(value, str) and value != "" else None
