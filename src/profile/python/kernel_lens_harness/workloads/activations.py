"""Activations, gated and plain, as of kernels-community/activation and relu."""

import torch
import torch.nn.functional as F

from .sizes import sweep
from .workload import KernelCall, Workload, layer_of

GATED = sweep("inner")
PLAIN = sweep("inner")
ODD = {"name": "odd 37×1000", "tokens": 37, "inner": 1000}


def halves(x):
    middle = x.shape[-1] // 2
    return x[..., :middle], x[..., middle:]


def silu_and_mul(x):
    gate, up = halves(x)
    return F.silu(gate) * up


def mul_and_silu(x):
    up, gate = halves(x)
    return up * F.silu(gate)


def gelu_and_mul(x):
    gate, up = halves(x)
    return F.gelu(gate) * up


def gelu_tanh_and_mul(x):
    gate, up = halves(x)
    return F.gelu(gate, approximate="tanh") * up


def fatrelu_and_mul(x):
    gate, up = halves(x)
    return F.threshold(gate, 0.0, 0.0) * up


def gelu_tanh(x):
    return F.gelu(x, approximate="tanh")


def gelu_quick(x):
    return x * torch.sigmoid(1.702 * x)


def silu(x):
    return F.silu(x)


def gelu(x):
    return F.gelu(x)


def relu(x):
    return F.relu(x)


def out_first(function, inputs, outs, attributes):
    x, out = inputs["x"], outs[0]

    def run():
        function(out, x)
        return out

    return run


def one_argument(function, inputs, outs, attributes):
    x = inputs["x"]
    return lambda: function(x)


def layer(cls, inputs, outs, attributes):
    forward, x = layer_of(torch, cls, {}), inputs["x"]
    return lambda: forward(x)


def activation(name, reference, layer_name, gated, flops_each):
    width = 2 if gated else 1
    calls = (
        KernelCall(name, ("out", "x"), out_first, takes_outs=True),
        KernelCall(name, ("out", "input"), out_first, takes_outs=True),
        KernelCall(name, ("x",), one_argument),
        KernelCall(f"layers.{layer_name}", (), layer),
    )
    return Workload(
        id=f"activation.{name}",
        label=name,
        shapes=GATED if gated else PLAIN,
        make=lambda maker, shape: {"x": maker.normal(shape["tokens"], width * shape["inner"])},
        reference=reference,
        outputs=("out",),
        calls=calls,
        flops=lambda shape: flops_each * shape["tokens"] * shape["inner"],
        odd=ODD,
    )


WORKLOADS = (
    activation("silu_and_mul", silu_and_mul, "SiluAndMul", True, 5),
    activation("mul_and_silu", mul_and_silu, "MulAndSilu", True, 5),
    activation("gelu_and_mul", gelu_and_mul, "GeluAndMul", True, 9),
    activation("gelu_tanh_and_mul", gelu_tanh_and_mul, "GeluTanhAndMul", True, 9),
    activation("fatrelu_and_mul", fatrelu_and_mul, "FatreluAndMul", True, 2),
    activation("gelu_fast", gelu_tanh, "FastGELU", False, 8),
    activation("gelu_new", gelu_tanh, "NewGELU", False, 8),
    activation("gelu_quick", gelu_quick, "QuickGELU", False, 5),
    activation("gelu_tanh", gelu_tanh, "GeluTanh", False, 8),
    activation("silu", silu, "Silu", False, 4),
    activation("gelu", gelu, "Gelu", False, 8),
    activation("relu", relu, "ReLU", False, 1),
)
