"""All built-in workloads, and those that a kernel can be asked."""

from . import activations, attention, attention_cache, convolution, mlp, norms, products, products_fp8, rotary
from .workload import call_of

GROUPS = (activations, norms, rotary, attention, attention_cache, products, products_fp8, convolution, mlp)


def all_workloads():
    return tuple(workload for group in GROUPS for workload in group.WORKLOADS)


def workloads_for(modules):
    """Those that at least one of the kernels has a function or a layer for."""
    return [
        workload for workload in all_workloads() if any(call_of(workload, module)[0] is not None for module in modules)
    ]
