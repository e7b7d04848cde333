"""Prints what the installed `kernels` library takes this machine for, torch imported, as JSON."""

import json
import sys

import kernels
import kernels.variants


def text(value):
    return None if value is None else str(value)


def main():
    seen = {}
    kernels.variants._resolve_variant_for_system = lambda **given: seen.update(given) or ([], [])
    try:
        kernels.variants.resolve_variants([])
    except Exception as error:
        print(json.dumps({"error": type(error).__name__}))
        return
    backend = seen["selected_backend"]
    print(
        json.dumps(
            {
                "backend": {"name": backend.name, "version": text(getattr(backend, "version", None))},
                "cpu": seen["cpu"],
                "os": seen["os"],
                "torch": text(seen["torch_version"]),
                "torchCxx11Abi": seen["torch_cxx11_abi"],
                "tvmFfi": text(seen["tvm_ffi_version"]),
                "macos": text(seen["macos_version"]),
                "freeThreadedWithoutAbi": kernels.variants._is_unsupported_free_threaded_build(),
                "kernelsVersion": kernels.__version__,
            }
        )
    )


if __name__ == "__main__":
    sys.exit(main())
