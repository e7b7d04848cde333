"""Makes the kernels of this folder in the Hub's layout, for the Hub of the tests to serve with --repositories.

    python test/gpuKernels/build.py FOLDER [--cpu | --no-compiling] [--tiny]

Compiled ones are built for the PyTorch that runs this: with nvcc where there is one, else for the CPU. Prints a line of
JSON for each repository. --tiny: small workloads, for machines without a GPU.
"""

import argparse
import json
import os
import shutil
import tempfile

from compiling import capability, compile_library, cuda_backend, find_nvcc, variant_name
from layout import Build, kernel_id, python_files, write_repository

HERE = os.path.dirname(os.path.abspath(__file__))
ORGANISATION = "gpu-kernels"
#: The Hub of the tests says that it is not trusted.
UNTRUSTED = "stranger"
TINY = 64
#: Builds for other systems that stand beside the one for this: never loaded, and each of other bytes.
OTHER_BUILDS = (
    "torch29-cxx11-cu126-x86_64-linux", "torch29-cxx11-cu128-x86_64-linux", "torch29-cxx11-cu130-x86_64-linux",
    "torch210-cxx11-cu126-x86_64-linux", "torch210-cxx11-cu128-x86_64-linux", "torch210-cxx11-cu130-x86_64-linux",
    "torch29-cxx11-cu128-aarch64-linux", "torch210-cxx11-cu128-aarch64-linux", "torch210-cxx11-cu130-aarch64-linux",
)
OPS = "import torch\n\nfrom . import {id}\n\nops = torch.ops.{id}\n"
#: Ends the script of the untrusted publisher.
TELL = '\nprint("the script of an untrusted publisher was run")\n'
WRONG = ("half_rows", "float16", "cached_answer", "idle_later", "side_stream", "patched_timer")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--cpu", action="store_true", help="compile for the CPU although there is nvcc")
    parser.add_argument("--no-compiling", action="store_true")
    parser.add_argument("--tiny", action="store_true")
    options = parser.parse_args()
    shutil.rmtree(options.folder, ignore_errors=True)
    maker = Maker(options.folder, options.tiny)
    maker.triton()
    if not options.no_compiling:
        maker.compiled(None if options.cpu else find_nvcc())


class Maker:
    def __init__(self, folder, tiny):
        self._folder, self._tiny = folder, tiny

    def triton(self):
        package = python_files(os.path.join(HERE, "triton_ops"))
        one_silu = self._script("one_silu")
        self._triton("triton-ops", package, self._script("triton_ops"))
        self._triton("triton-ops", package, one_silu + TELL, UNTRUSTED)
        self._triton("same-again", package, self._script("same_again"))
        self._triton("right-bfloat16", package, one_silu.replace("torch.float32", "torch.bfloat16"))
        parts = {name: package[name] for name in ("_functions.py", "_plain.py", "_triton.py")}
        for cheat in WRONG:
            files = {**parts, "__init__.py": read(os.path.join(HERE, "wrong", f"{cheat}.py"))}
            self._triton(f"wrong-{cheat.replace('_', '-')}", files, one_silu)

    def compiled(self, nvcc):
        import torch

        backend = cuda_backend(torch) if nvcc is not None else None
        family = "cpu" if backend is None else "cuda"
        sources = {name: read(os.path.join(HERE, "cuda_ops", name)) for name in os.listdir(os.path.join(HERE, "cuda_ops")) if "." in name}
        id_ = kernel_id("cuda-ops", family, sources)
        with tempfile.TemporaryDirectory() as folder:
            library = read(compile_library(torch, id_, folder, None if backend is None else nvcc))
        ops = {"_ops.py": OPS.format(id=id_).encode()}
        package = {**python_files(os.path.join(HERE, "cuda_ops")), **ops}
        variant = variant_name(torch, backend or "cpu")
        archs = [] if backend is None else [f"{capability(torch)}+PTX"]
        builds = [Build(variant, id_, {**package, f"{id_}.abi3.so": library}, family, archs)]
        for other in OTHER_BUILDS:
            builds.append(Build(other, id_, {**package, f"{id_}.abi3.so": library + other.encode()}, "cuda", ["9.0"]))
        self._write("cuda-ops", builds, self._script("cuda_ops"))
        cheat = {**ops, "__init__.py": read(os.path.join(HERE, "wrong", "compiled_half_rows.py")), f"{id_}.abi3.so": library}
        name = "wrong-compiled-half-rows"
        self._write(name, [Build(variant, kernel_id(name, family, cheat), cheat, family, archs)], self._script("one_silu"))

    def _triton(self, name, files, script, organisation=ORGANISATION):
        variants = (("torch-cuda", "cuda"), ("torch-universal", "cpu"))
        builds = [Build(variant, kernel_id(name, backend, files), files, backend) for variant, backend in variants]
        self._write(name, builds, script, organisation)

    def _script(self, name):
        text = read(os.path.join(HERE, "benchmarks", f"{name}.py")).decode()
        return text.replace("SHRINK = 1\n", f"SHRINK = {TINY}\n") if self._tiny else text

    def _write(self, name, builds, script, organisation=ORGANISATION):
        write_repository(os.path.join(self._folder, organisation, name), name, builds, script)
        print(json.dumps({"repository": f"{organisation}/{name}", "variants": [build.variant for build in builds]}), flush=True)


def read(path):
    with open(path, "rb") as file:
        return file.read()


if __name__ == "__main__":
    main()
