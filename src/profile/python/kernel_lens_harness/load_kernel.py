"""Loads a kernel with whatever release of the `kernels` library is installed."""

import importlib.metadata
import inspect
import pathlib
import re

OLDEST = (0, 15)
#: From here on trust can be given to one repository, and does not reach to what it depends on.
TRUSTS_BY_NAME = (0, 17)


class LibraryProblem(Exception):
    """`kind`, `cause`, `advice`: the library itself is missing or too old."""

    def __init__(self, kind, cause, advice):
        super().__init__(cause)
        self.kind, self.cause, self.advice = kind, cause, advice


def require_release():
    """The version of the library that is installed, which is not imported for it. Raises LibraryProblem."""
    try:
        version = importlib.metadata.version("kernels")
    except importlib.metadata.PackageNotFoundError:
        cause = "The package kernels is not installed in this environment."
        raise LibraryProblem("no-kernels", cause, "Install kernels into it, then run again.") from None
    if numbers_of(version) < OLDEST:
        cause = f"kernels {version} is installed; 0.15 or newer is needed."
        raise LibraryProblem("kernels-too-old", cause, "Upgrade kernels in this environment, then run again.")
    return version


def require_library():
    """The library and its version. Raises LibraryProblem."""
    version = require_release()
    try:
        import kernels
    except Exception as error:  # noqa: B902 a release may not suit what else is installed, and say so in any way
        cause = f"kernels {version} cannot be imported: {type(error).__name__}: {error}."
        raise LibraryProblem("kernels-broken", cause, "Install it again, with what it needs.") from error
    return kernels, version


def numbers_of(version):
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def load_kernel(spec):
    """The module of the request's `spec`: `folder`, or `repo` with `version` or `revision`, and `trust`."""
    library, installed = require_library()
    trust = bool(spec.get("trust"))
    if "folder" in spec:
        return call_with_known(library.get_local_kernel, [pathlib.Path(spec["folder"])], {"trust_remote_code": trust})
    if trust and numbers_of(installed) >= TRUSTS_BY_NAME:
        trust = [spec["repo"]]
    return call_with_known(
        library.get_kernel,
        [spec["repo"]],
        {
            "version": spec.get("version"),
            "revision": spec.get("revision"),
            "trust_remote_code": trust,
        },
    )


def call_with_known(function, arguments, options):
    """Calls `function` with those options that this release of the library has."""
    known = inspect.signature(function).parameters
    return function(*arguments, **{key: value for key, value in options.items() if key in known and value is not None})
