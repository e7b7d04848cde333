"""Where workloads come from."""

from kernel_lens_harness.builtin_source import builtin_plan
from kernel_lens_harness.function_source import function_plan
from kernel_lens_harness.script_source import script_plan

SOURCES = {"builtin": builtin_plan, "function": function_plan, "scripts": script_plan}


def plan_of(source, device, contenders, method):
    return SOURCES[source["kind"]](source, device, contenders, method)
