"""Cases of benchmark scripts: classes that derive from kernels.benchmark.Benchmark."""

import ast
import importlib.util
import inspect
import os
import re
import sys

from kernel_lens_harness.benchmark_base import require_benchmark_base
from kernel_lens_harness.contenders import problem_of_error
from kernel_lens_harness.script_set import Script, ScriptSet
from kernel_lens_harness.task import Plan, Task, flag

PREFIX = "benchmark_"
#: What a script asks of its kernel: `self.kernel.gelu(…)`, `bench.kernel.layers.SiluAndMul()`.
ASKED = re.compile(r"\.kernel\.((?:layers\.)?[A-Za-z_]\w*)")


class ScriptProblem(Exception):
    def __init__(self, kind, cause, advice):
        super().__init__(cause)
        self.kind, self.cause, self.advice = kind, cause, advice


def script_plan(source, device, contenders, method):
    """Tasks of all scripts of the source; a script that cannot be used costs its own only."""
    base = require_benchmark_base()
    kernel = next((one for one in contenders if one.module is not None), None)
    plan = Plan()
    for number, script in enumerate(source["scripts"]):
        try:
            module = load_script(script, f"kernel_lens_benchmark_{source['index']}_{number}", source["workFolder"])
            tasks = [
                task for cls in classes_of(module, base) for task in class_tasks(cls, script, device, kernel, method)
            ]
            if not tasks:
                raise no_class(script)
            plan.tasks += tasks
        except BaseException as error:  # noqa: B036 scripts are code of others, and may call exit
            plan.problems.append({**problem_of_error(error), "source": script["name"]})
    wanted = source.get("workloads")
    if wanted:
        plan.tasks = [task for task in plan.tasks if task.workload in wanted or task.group in wanted]
        for task in plan.tasks:
            task.must = True
    return plan


def load_script(script, name, work_folder):
    """The script as a module. Raises ScriptProblem where it has no class of its own, before any of it runs."""
    if not has_class(script):
        raise no_class(script)
    folder = script.get("folder")
    if folder is not None and folder not in sys.path:
        sys.path.insert(0, folder)
    # In a file, because Triton and torch.compile read the source of what they compile.
    path = os.path.join(work_folder, f"{name}.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(script["source"])
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def no_class(script):
    cause = f"No class in {script['name']} derives from kernels.benchmark.Benchmark and has a workload."
    return ScriptProblem("no-benchmark-class", cause, "Use the built-in workloads, or a function of your own.")


def has_class(script):
    try:
        tree = ast.parse(script["source"])
    except (SyntaxError, ValueError) as error:
        cause = f"Python {sys.version.split()[0]} cannot read {script['name']}: {error}."
        raise ScriptProblem(
            "syntax-error", cause, "Report it to the kernel's authors, or use the built-in workloads."
        ) from None
    return any(isinstance(node, ast.ClassDef) for node in ast.walk(tree))


def classes_of(module, base):
    own = [value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__]
    return [value for value in dict.fromkeys(own) if issubclass(value, base) and value is not base]


def class_tasks(cls, file, device, kernel, method):
    names = workloads_of(cls)
    text = source_of(cls, file["source"])
    # The last is the largest in most scripts, the first the smallest.
    order = list(dict.fromkeys([*names[-1:], *names[:1], *names]))
    return [workload_task(Script(cls, name, text), file, order.index(name), device, kernel, method) for name in names]


def workloads_of(cls):
    """The names of its workloads, as they follow one another in its code, inherited ones first."""
    names = [name for parent in reversed(cls.__mro__) for name in vars(parent) if name.startswith(PREFIX)]
    return [name.removeprefix(PREFIX) for name in dict.fromkeys(names) if callable(getattr(cls, name))]


def source_of(cls, script):
    """The script's text, and that of classes elsewhere that its class derives from: the stock ones of the library."""
    texts = [script]
    for parent in cls.__mro__:
        if parent.__module__ not in (cls.__module__, "builtins"):
            try:
                texts.append(inspect.getsource(parent))
            except (OSError, TypeError):
                pass
    return "\n".join(texts)


def workload_task(script, file, rank, device, kernel, method):
    base_seed = script.cls.seed if isinstance(script.cls.seed, int) else method["seed"]
    flags = []
    if script.verify is None:
        text = f"The script has no verify_{script.workload}: what the kernel writes is not checked."
        flags.append(flag("no-reference", "warning", text))
    name = f"{script.cls.__name__}.{script.workload}"

    def make(seed, form):
        # The script's own seed comes first, so that its own numbers are among those checked.
        made = ScriptSet(device, script, base_seed + seed - method["seed"], kernel)
        made.tell_tolerance = lambda tolerance: setattr(task, "tolerance", tolerance)
        return made

    task = Task(
        id=f"{file['name']}:{name}",
        workload=name,
        label=name,
        dtype="as in the script",
        shape={},
        make=make,
        baseline="eager" if script.verify is not None else None,
        oracle_text=f"verify_{script.workload} of the script on float64 copies",
        flags=flags,
        group=script.cls.__name__,
        rank=rank,
        functions=tuple(dict.fromkeys(ASKED.findall(script.source))),
    )
    return task
