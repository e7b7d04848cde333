"""Which program installs packages into this environment."""

import importlib.util
import os
import sys
import sysconfig


def read_installer():
    """`kind`: the program. `project`: the folder whose project it manages; None: only the environment is known."""
    prefix = sys.prefix
    managed = os.path.exists(os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED"))
    kind, project = read_kind(prefix)
    return {
        "kind": kind,
        "prefix": prefix,
        "project": project,
        "pip": importlib.util.find_spec("pip") is not None,
        # The system's own Python, which refuses packages from elsewhere.
        "externallyManaged": managed and prefix == sys.base_prefix,
    }


def read_kind(prefix):
    if os.path.isdir(os.path.join(prefix, "conda-meta")):
        return ("pixi" if os.path.exists(os.path.join(prefix, "conda-meta", "pixi")) else "conda"), None
    project = os.path.dirname(prefix)
    parts = os.path.normcase(prefix).replace("\\", "/").split("/")
    if "pypoetry" in parts or has(project, "poetry.lock"):
        return "poetry", project if has(project, "poetry.lock") else None
    if has(project, "pdm.lock") or has(project, ".pdm-python") or parts[-3:-1] == ["pdm", "venvs"]:
        return "pdm", project if has(project, "pdm.lock") else None
    if "uv" in read_settings(os.path.join(prefix, "pyvenv.cfg")):
        return "uv", project if has(project, "uv.lock") else None
    return "pip", None


def has(folder, name):
    return os.path.exists(os.path.join(folder, name))


def read_settings(path):
    """The keys of a pyvenv.cfg."""
    try:
        with open(path, encoding="utf-8") as file:
            return {line.split("=")[0].strip() for line in file if "=" in line}
    except (OSError, UnicodeDecodeError):
        return set()
