"""Answers questions with the installed `kernels` library, its machine's values given.

Reads {"kind": ..., "cases": [...]} from the file named first, writes the answers as a JSON list to the second.
"""

import json
import sys
from types import SimpleNamespace

import kernels
import kernels._versions
import kernels.archs
import kernels.hf_hub
import kernels.python_deps
import kernels.validate
import kernels.variants
from huggingface_hub.utils import HFValidationError, validate_repo_id
from kernels._rust import Metadata
from kernels.backends import CANN, CPU, CUDA, TPU, XPU, Metal, Neuron, ROCm
from packaging.version import Version, parse

VERSIONED = {"cuda": CUDA, "rocm": ROCm, "xpu": XPU, "cann": CANN}
PLAIN = {"cpu": CPU, "metal": Metal, "neuron": Neuron, "tpu": TPU}


def backend_of(system):
    name, version = system["backend"]["name"], system["backend"]["version"]
    return PLAIN[name]() if name in PLAIN else VERSIONED[name](version=Version(version))


def major_minor(text):
    """As `resolve_variants` cuts the versions of torch and tvm-ffi."""
    if text is None:
        return None
    version = parse(text)
    return Version(f"{version.major}.{version.minor}")


def answer_variants(case):
    system = case["system"]
    try:
        given = {
            "selected_backend": backend_of(system),
            "cpu": system["cpu"],
            "os": system["os"],
            "torch_version": major_minor(system["torch"]),
            "torch_cxx11_abi": system["torchCxx11Abi"],
            "tvm_ffi_version": major_minor(system["tvmFfi"]),
            "macos_version": None if system["macos"] is None else parse(system["macos"]),
        }
    except ValueError as error:
        return {"error": str(error)}
    kernels.variants._is_unsupported_free_threaded_build = lambda: system["freeThreadedWithoutAbi"]
    variants, skipped = [], []
    for name in case["names"]:
        try:
            variants.append(kernels.variants.parse_variant(name))
        except ValueError:
            skipped.append(name)
    accepted, trace = kernels.variants._resolve_variant_for_system(variants=variants, **given)
    return {
        "chosen": accepted[0].variant_str if accepted else None,
        "trace": [[d.variant.variant_str, getattr(d, "reason", None)] for d in trace],
        "skipped": skipped,
    }


def fake_torch(system):
    name, architecture = system["backend"]["name"], system["architecture"]
    capability = architecture.split(".") if name == "cuda" and architecture else []
    return SimpleNamespace(
        version=SimpleNamespace(
            cuda=system["backend"]["version"] if name == "cuda" else None,
            hip=system["backend"]["version"] if name == "rocm" else None,
        ),
        cuda=SimpleNamespace(
            is_available=lambda: architecture is not None,
            get_device_capability=lambda: tuple(int(part) for part in capability),
            current_device=lambda: 0,
            get_device_properties=lambda _device: SimpleNamespace(gcnArchName=architecture),
        ),
    )


def answer_metadata(case):
    """What `get_kernel` raises for a build that it has taken; null: it loads it."""
    system, variant = case["system"], case["variant"]
    metadata = Metadata.from_bytes(json.dumps(case["metadata"]).encode())
    modules = system["modules"]
    kernels.archs.has_torch = system["torch"] is not None
    sys.modules["torch"] = fake_torch(system)
    kernels.__version__ = system["kernelsVersion"]
    kernels.validate._backend = lambda: backend_of(system)
    find_spec = SimpleNamespace(find_spec=lambda module: True if modules.get(module, False) else None)
    kernels.python_deps.importlib = SimpleNamespace(util=find_spec)
    validators = [*kernels.validate.default_metadata_validators(), kernels.validate.ArchValidator()]
    try:
        kernels.validate.AllValidator(validators).validate_metadata(metadata=metadata, variant=variant)
    except (RuntimeError, ValueError, ImportError) as error:
        return str(error)
    return None


def answer_versions(branches):
    refs = SimpleNamespace(branches=[SimpleNamespace(**branch) for branch in branches])
    kernels.hf_hub._get_hf_api = lambda: SimpleNamespace(list_repo_refs=lambda **_: refs)
    versions = kernels._versions._get_available_versions("org/name", local_files_only=False)
    return [[str(version), versions[version].name, versions[version].commit] for version in sorted(versions)]


def answer_id(repo_id):
    try:
        validate_repo_id(repo_id)
    except HFValidationError:
        return False
    return True


ANSWERS = {"variants": answer_variants, "metadata": answer_metadata, "versions": answer_versions, "ids": answer_id}

with open(sys.argv[1], encoding="utf-8") as questions:
    asked = json.load(questions)
answers = [ANSWERS[asked["kind"]](case) for case in asked["cases"]]
with open(sys.argv[2], "w", encoding="utf-8") as written:
    json.dump(answers, written)
