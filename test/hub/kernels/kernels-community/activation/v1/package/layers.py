from . import gelu_tanh, silu_and_mul


class SiluAndMul:
    """Gates one half of its input by the other."""

    def forward(self, x):
        out = [0.0] * (len(x) // 2)
        silu_and_mul(out, x)
        return out


class GeluTanh:
    """GELU by its tanh approximation."""

    def forward(self, x):
        out = [0.0] * len(x)
        gelu_tanh(out, x)
        return out
