"""RMSNorm and LayerNorm, alone and with the addition that comes before them in a model."""

import torch
import torch.nn.functional as F

from .sizes import sweep
from .workload import KernelCall, Workload, layer_of

SHAPES = sweep("hidden")
ODD = {"name": "odd 37×1000", "tokens": 37, "hidden": 1000}
EPSILON = 1e-6


def rms_norm(x, weight, eps):
    return F.rms_norm(x, (x.shape[-1],), weight, eps)


def layer_norm(x, weight, bias, eps):
    return F.layer_norm(x, (x.shape[-1],), weight, bias, eps)


def add_rms_norm(x, residual, weight, eps):
    total = x + residual
    return rms_norm(total, weight, eps), total


def add_layer_norm(x, residual, weight, bias, eps):
    total = x + residual
    return layer_norm(total, weight, bias, eps), total


def make_rms(maker, shape):
    return {
        "x": maker.normal(shape["tokens"], shape["hidden"]),
        "weight": maker.weight(shape["hidden"], scale=0.1, mean=1.0),
    }


def make_layer(maker, shape):
    return {**make_rms(maker, shape), "bias": maker.weight(shape["hidden"], scale=0.1)}


def with_residual(make):
    def made(maker, shape):
        inputs = make(maker, shape)
        return {"x": inputs.pop("x"), "residual": maker.normal(shape["tokens"], shape["hidden"]), **inputs}

    return made


def with_weight(function, inputs, outs, attributes):
    x, weight, eps = inputs["x"], inputs["weight"], attributes["eps"]
    return lambda: function(x, weight, eps)


def with_bias(function, inputs, outs, attributes):
    x, weight, bias, eps = inputs["x"], inputs["weight"], inputs.get("bias"), attributes["eps"]
    return lambda: function(x, weight, bias, eps=eps)


def prenorm(function, inputs, outs, attributes):
    """Of flash-attn: the norm of the sum, and the sum."""
    x, residual, weight, bias, eps = (
        inputs["x"],
        inputs["residual"],
        inputs["weight"],
        inputs.get("bias"),
        attributes["eps"],
    )
    return lambda: function(x, weight, bias, residual=residual, eps=eps, prenorm=True)


def positional_bias(function, inputs, outs, attributes):
    x, weight, bias = inputs["x"], inputs["weight"], inputs["bias"]
    return lambda: function(x, weight, bias)


def layer(cls, inputs, outs, attributes):
    forward = layer_of(torch, cls, {"weight": inputs["weight"], "variance_epsilon": attributes["eps"]})
    # kernelized layers see three dimensions.
    x = inputs["x"].unsqueeze(0)
    return lambda: forward(x)[0]


def fused(is_rms_norm):
    """`dropout_add_ln_fwd` of kernels-community/layer-norm, without dropout."""

    def prepare(function, inputs, outs, attributes):
        x, weight, bias, eps = inputs["x"], inputs["weight"], inputs.get("bias"), attributes["eps"]
        return lambda: function(
            x, weight, bias, None, None, None, None, 0.0, eps, 1.0, x.shape[0], None, False, is_rms_norm
        )

    return prepare


def many_of(eight):
    """The compiled kernels of flash-attn take rows of whole multiples of eight."""
    return lambda shape: (
        None if shape["hidden"] % eight == 0 else f"rows of {shape['hidden']} are no multiple of {eight}"
    )


FUSED_PARAMETERS = ("input", "gamma", "beta")
RMS_CALLS = (
    KernelCall("rms_norm", ("x", "weight", "eps"), with_weight),
    KernelCall("rms_norm", ("input", "weight", "eps"), with_weight),
    KernelCall("apply_rms_norm", ("input", "weight", "eps"), with_weight),
    KernelCall("rmsnorm_forward", ("x", "weight", "epsilon"), with_weight),
    KernelCall("rms_norm_fn", ("x", "weight", "bias"), with_bias, differentiable=True),
    KernelCall("dropout_add_ln_fwd", FUSED_PARAMETERS, fused(True), outputs=1, refuses=many_of(8)),
    KernelCall("layers.LlamaRMSNorm", (), layer),
    KernelCall("layers.LigerRMSNorm", (), layer, differentiable=True, writes_gradient=True),
    KernelCall("layers.RMSNorm", (), layer),
)
LAYER_CALLS = (
    KernelCall("layer_norm_fn", ("x", "weight", "bias"), with_bias, differentiable=True),
    KernelCall("layer_norm", ("x", "weight", "bias"), positional_bias),
    KernelCall("dropout_add_ln_fwd", FUSED_PARAMETERS, fused(False), outputs=1, refuses=many_of(8)),
)


RESIDUAL_PARAMETERS = ("x", "weight", "bias", "residual")


def attributes(shape):
    return {"eps": EPSILON}


def torch_attributes(shape):
    # Kernels that take no epsilon have PyTorch's.
    return {"eps": 1e-5}


WORKLOADS = (
    Workload(
        id="norm.rms_norm",
        label="RMSNorm",
        shapes=SHAPES,
        make=make_rms,
        reference=rms_norm,
        outputs=("out",),
        calls=RMS_CALLS,
        flops=lambda shape: 4 * shape["tokens"] * shape["hidden"],
        attributes=attributes,
        odd=ODD,
        backward=True,
    ),
    Workload(
        id="norm.layer_norm",
        label="LayerNorm",
        shapes=SHAPES,
        make=make_layer,
        reference=layer_norm,
        outputs=("out",),
        calls=LAYER_CALLS,
        flops=lambda shape: 8 * shape["tokens"] * shape["hidden"],
        attributes=torch_attributes,
        odd=ODD,
        backward=True,
    ),
    Workload(
        id="norm.add_rms_norm",
        label="addition and RMSNorm",
        shapes=SHAPES,
        make=with_residual(make_rms),
        reference=add_rms_norm,
        outputs=("out", "sum"),
        flops=lambda shape: 5 * shape["tokens"] * shape["hidden"],
        attributes=attributes,
        odd=ODD,
        backward=True,
        calls=(KernelCall("rms_norm_fn", RESIDUAL_PARAMETERS, prenorm, differentiable=True, outputs=2),),
    ),
    Workload(
        id="norm.add_layer_norm",
        label="addition and LayerNorm",
        shapes=SHAPES,
        make=with_residual(make_layer),
        reference=add_layer_norm,
        outputs=("out", "sum"),
        flops=lambda shape: 9 * shape["tokens"] * shape["hidden"],
        attributes=torch_attributes,
        odd=ODD,
        backward=True,
        calls=(KernelCall("layer_norm_fn", RESIDUAL_PARAMETERS, prenorm, differentiable=True, outputs=2),),
    ),
)
