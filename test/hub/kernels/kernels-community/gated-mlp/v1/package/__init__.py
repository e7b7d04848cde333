from kernels import get_kernel_dep

_activation = get_kernel_dep("kernels-community/activation")
_relu = get_kernel_dep("kernels-community/relu")


def gated_mlp(out, x):
    _activation.silu_and_mul(out, x)
    _relu.relu(out, out)


__all__ = ["gated_mlp"]
