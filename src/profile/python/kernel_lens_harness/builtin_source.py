"""Cases of the built-in workloads, for the kernels that have functions for them."""

from kernel_lens_harness.builtin_set import BuiltinSet
from kernel_lens_harness.dtypes import NoDtype, checked_dtypes
from kernel_lens_harness.task import Plan, Task, flag
from kernel_lens_harness.workloads.catalogue import all_workloads, workloads_for
from kernel_lens_harness.workloads.workload import Maker, call_of

#: Without a wish of the user's: what people run models in, first the one that a short run takes.
DTYPES = {"gpu": ("bfloat16", "float16", "float32"), "cpu": ("float32",)}
#: Apple's GPUs, and NVIDIA's before this capability, calculate in bfloat16 by detours.
BFLOAT16_FROM = 8
#: Of the rank of a shape: it is taken in full runs only.
NEVER = None
COPIED = (
    "A kernel here writes into the gradient that it is given: each run of every contender has a copy, "
    "whose time all hold."
)


class ShapeProblem(Exception):
    kind, advice = "bad-shape", "Name the sizes as the workload does."

    def __init__(self, cause):
        super().__init__(cause)
        self.cause = cause


def default_dtypes(device):
    names = DTYPES["cpu" if device.kind == "cpu" else "gpu"]
    detour = device.kind == "mps" or (device.kind == "cuda" and device.properties.major < BFLOAT16_FROM)
    return tuple(name for name in names if name != "bfloat16") if detour else names


def builtin_plan(source, device, contenders, method):
    """Every shape and dtype of every workload, as far as the source does not name its own."""
    modules = [contender.module for contender in contenders if contender.module is not None]
    named = source.get("workloads")
    workloads = workloads_for(modules) if named is None else [one for one in all_workloads() if one.id in named]
    checked_dtypes(device.torch, source.get("dtypes") or ())
    plan, problem = Plan(), None
    for workload in workloads:
        calls = [call for module in modules if (call := call_of(workload, module)[0]) is not None]
        dtypes, other = dtypes_of(source, workload, calls, device)
        for shape, rank in ranked_shapes(source, workload, device):
            reason = wrong_with(workload, shape)
            problem = problem or (reason and ShapeProblem(reason)) or (other and not dtypes and NoDtype(other))
            if reason is not None or other is not None:
                plan.left.append({**facts_of(workload, shape), "reason": reason or other})
            for dtype in dtypes if reason is None else ():
                # One dtype is enough for a short run, unless the user names several.
                own = rank if dtype == dtypes[0] or source.get("dtypes") else NEVER
                add_directions(plan, source, workload, calls, (shape, dtype), (own, named), device, method)
    if not plan.tasks and problem:
        raise problem
    return plan


def dtypes_of(source, workload, calls, device):
    """(those to measure in, a sentence about named ones that the workload or the kernels do not take, or None)."""

    def takes(call, dtype):
        return call.dtypes is None or dtype in call.dtypes

    known = [dtype for dtype in workload.dtypes if not calls or any(takes(call, dtype) for call in calls)]
    wanted = source.get("dtypes") or default_dtypes(device)
    fitting = [dtype for dtype in wanted if dtype in known]
    if source.get("dtypes") is None:
        # A kernel for one dtype only is measured in it.
        return fitting or known[:1], None
    rest = [dtype for dtype in wanted if dtype not in known]
    return (
        fitting,
        f"{workload.label} is not measured in {', '.join(rest)} here, but in {', '.join(known)}." if rest else None,
    )


def ranked_shapes(source, workload, device):
    """(shape, rank) of each. The user's shapes are sizes by the workload's own names, over its first shape."""
    wanted = source.get("shapes")
    if wanted is not None:
        first = {key: value for key, value in workload.shapes[0].items() if key not in ("model", "name")}
        shapes = {}
        for sizes in wanted:
            shape = {**first, **{key: value for key, value in sizes.items() if key != "name"}}
            shape["name"] = sizes.get("name") or name_of(shape)
            shapes[shape["name"]] = shape
        return [(shape, 0) for shape in shapes.values()]
    if device.kind == "cpu":
        return [(shape, 0 if at == 0 else NEVER) for at, shape in enumerate(workload.shapes)]
    return [
        (shape, workload.picks.index(at) if at in workload.picks else NEVER) for at, shape in enumerate(workload.shapes)
    ]


def name_of(shape):
    words = [key for key, value in shape.items() if value is True]
    return " ".join(["×".join(str(value) for value in shape.values() if type(value) is int), *words])


def wrong_with(workload, shape):
    """Why the workload cannot have this shape, as a sentence, or None."""
    known = workload.shapes[0]
    for key, value in shape.items():
        if key in ("name", "model"):
            continue
        if key not in known:
            sizes = ", ".join(name for name in known if name not in ("name", "model"))
            return f"{workload.label} has no size {key}: it has {sizes}."
        if type(value) is not type(known[key]) or (type(value) is int and value < 1):
            wanted = "true or false" if type(known[key]) is bool else "a whole number from 1"
            return f"{key} of {workload.label} is {value!r}, and should be {wanted}."
    return workload.refuses(shape)


def facts_of(workload, shape):
    return {
        "id": f"{workload.id}/{shape['name']}",
        "workload": workload.id,
        "label": f"{workload.label} {shape['name']}",
    }


def add_directions(plan, source, workload, calls, what, order, device, method):
    shape, dtype = what
    rank, named = order
    # Sizes that the user names are all measured, and of a workload that the user names at least one.
    must = rank is not NEVER and (source.get("shapes") is not None or (named is not None and rank == 0))
    directions = [False]
    if source.get("backward"):
        if workload.backward and (not calls or any(call.differentiable for call in calls)):
            directions.append(True)
        else:
            plan.left.append(
                {
                    **facts_of(workload, shape),
                    "id": f"{workload.id}/{shape['name']}/{dtype}/backward",
                    "reason": "There is no backward of it here.",
                }
            )
    for backward in directions:
        task = task_of(workload, shape, dtype, device, method, backward, calls)
        task.rank, task.must = rank, must
        plan.tasks.append(task)


def task_of(workload, shape, dtype, device, method, backward, calls):
    torch = device.torch
    # Then every contender has a copy in each run, so that all pay alike.
    copies = backward and any(call.writes_gradient for call in calls)

    def make(seed, form):
        sizes = workload.odd if form == "odd" else shape
        maker = Maker(torch, device.name_in_torch, getattr(torch, dtype), seed, "random" if form == "odd" else form)
        return BuiltinSet(device, workload, sizes, maker, backward, copies)

    forms = forms_of(workload) if method["edgeInputs"] else ("random",)
    if backward:
        forms = tuple(form for form in forms if form in ("random", "odd"))
    suffix = " forward and backward" if backward else ""
    return Task(
        id=f"{workload.id}/{shape['name']}/{dtype}{'/backward' if backward else ''}",
        workload=workload.id,
        label=f"{workload.label} {shape['name']}{suffix}",
        dtype=dtype,
        shape={key: value for key, value in shape.items() if key != "name"},
        make=make,
        forms=forms,
        # Twice the forward's products go back, after the forward's own.
        flops=workload.flops(shape) * (3 if backward else 1),
        tolerance=workload.tolerance,
        flags=[flag("gradient-copied", "info", COPIED)] if copies else [],
        group=workload.id,
        functions=tuple(dict.fromkeys(call.function for call in calls)),
        builtin=True,
    )


def forms_of(workload):
    # An allowance in plain numbers is one for values of about 1.
    large = ("large",) if workload.tolerance is None else ()
    return ("random", "zeros", *large, *(("odd",) if workload.odd is not None else ()))
