"""Times the workloads of a kernel's benchmark script with triton.testing.do_bench: a line of JSON for each.

    python do_bench.py ORG/NAME SCRIPT
"""

import importlib.util
import json
import random
import sys

import torch
from kernels import get_kernel
from kernels.benchmark import Benchmark
from triton.testing import do_bench


def main():
    id_, path = sys.argv[1:3]
    kernel = get_kernel(id_, version=1)
    spec = importlib.util.spec_from_file_location("benchmark_script", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["benchmark_script"] = module
    spec.loader.exec_module(module)
    for cls in vars(module).values():
        if isinstance(cls, type) and issubclass(cls, Benchmark) and cls is not Benchmark:
            for name in sorted(dir(cls)):
                if name.startswith("benchmark_"):
                    workload(cls, name.removeprefix("benchmark_"), kernel)


def workload(cls, name, kernel):
    instance = cls()
    instance.kernel, instance.device = Counting(kernel), "cuda"
    torch.manual_seed(cls.seed or 0)
    random.seed(cls.seed or 0)
    getattr(instance, f"setup_{name}", instance.setup)()
    run, verify = getattr(instance, f"benchmark_{name}"), getattr(instance, f"verify_{name}")
    run()
    # Some workloads call the kernel several times a run; ours tells the time of one call.
    calls = instance.kernel.calls
    instance.kernel = kernel
    tell(cls, name, "kernel", run, calls)
    tell(cls, name, "eager", verify, 1)
    torch._dynamo.reset()
    compiled = torch.compile(verify, dynamic=False)
    tell(cls, name, "compile", compiled, 1)


def tell(cls, name, contender, call, calls):
    call()
    ns = do_bench(call, warmup=25, rep=100, return_mode="median") * 1e6 / calls
    print(json.dumps({"workload": f"{cls.__name__}.{name}", "contender": contender, "ns": ns}), flush=True)


class Counting:
    def __init__(self, kernel):
        self._kernel, self.calls = kernel, 0

    def __getattr__(self, name):
        self.calls += 1
        return getattr(self._kernel, name)


if __name__ == "__main__":
    main()
