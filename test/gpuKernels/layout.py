"""Puts packages into the Hub's layout: build/<variant>/ with its metadata.json, benchmarks/, a card."""

import base64
import hashlib
import json
import os


class Build:
    """One variant: `files`, by their names, and what metadata.json says of it. `id_`: what Python imports it as."""

    def __init__(self, variant, id_, files, backend, archs=()):
        self.variant, self.id, self.files, self.backend, self.archs = variant, id_, files, backend, list(archs)


def kernel_id(name, backend, sources):
    """As kernel-builder has it: the same for the same sources, and no other kernel's."""
    digest = hashlib.sha1(b"".join(key.encode() + sources[key] for key in sorted(sources))).hexdigest()[:7]
    return f"_{name.replace('-', '_')}_{backend}_{digest}"


def write_repository(folder, name, builds, benchmark, license="Apache-2.0"):
    """`<folder>/v1` and `<folder>/main`. `benchmark`: the script's text."""
    version = os.path.join(folder, "v1")
    for build in builds:
        target = os.path.join(version, "build", build.variant)
        for path, content in build.files.items():
            write(os.path.join(target, path), content)
        metadata = {
            "id": build.id, "name": name, "version": 1, "license": license, "python-depends": [],
            "backend": {"type": build.backend, **({"archs": build.archs} if build.archs else {})},
            "digest": {"algorithm": "sha256", "files": {path: digest(build.files[path]) for path in sorted(build.files)}},
        }
        write(os.path.join(target, "metadata.json"), (json.dumps(metadata, indent=2) + "\n").encode())
    write(os.path.join(version, "benchmarks", "benchmark.py"), benchmark.encode())
    write(os.path.join(folder, "main", "README.md"), f"# {name}\n\nOf the tests.\n".encode())


def digest(content):
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def python_files(folder):
    """The Python files of a folder by name."""
    found = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".py"):
            with open(os.path.join(folder, name), "rb") as file:
                found[name] = file.read()
    return found
