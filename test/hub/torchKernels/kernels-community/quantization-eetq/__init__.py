"""Product of float16 with an int8 matrix that `preprocess_weights` has put into the order that the hardware wants."""
from typing import List

import torch

from ._calls import counted


@counted("quantization-eetq.w8_a16_gemm")
def w8_a16_gemm(input: torch.Tensor, weight: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    if input.dtype != torch.float16 or scale.dtype != torch.float16 or weight.dtype != torch.int8:
        raise RuntimeError("expected float16 activations and scales and int8 weights")
    with torch.no_grad():
        matrix = weight.flip(0).float() * scale.float()
        return (input.float() @ matrix).half()


def w8_a16_gemm_(
    input: torch.Tensor, weight: torch.Tensor, scale: torch.Tensor, output: torch.Tensor, m: int, n: int, k: int
) -> torch.Tensor:
    return output.copy_(w8_a16_gemm(input, weight, scale))


def preprocess_weights(origin_weight: torch.Tensor, is_int4: bool) -> torch.Tensor:
    """From (inputs, outputs). The order here is another than the real one, and no less an order of its own."""
    return origin_weight.flip(0).contiguous()


def quant_weights(
    origin_weight: torch.Tensor, quant_type: torch.dtype, return_unprocessed_quantized_tensor: bool
) -> List[torch.Tensor]:
    scale = origin_weight.float().abs().amax(0) / 127
    plain = (origin_weight.float() / scale).round().clamp(-128, 127).to(torch.int8)
    ready = [preprocess_weights(plain, False), scale.half()]
    return [plain, *ready] if return_unprocessed_quantized_tensor else ready


__all__ = ["w8_a16_gemm", "w8_a16_gemm_", "preprocess_weights", "quant_weights"]
