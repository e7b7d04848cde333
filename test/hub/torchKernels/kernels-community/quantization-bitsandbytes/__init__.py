"""Product with a matrix of 4-bit numbers, in bfloat16. The matrix is packed in blocks of 32 rows."""
import torch

from ._calls import counted

_NF4 = [
    -1.0, -0.6961928, -0.52507305, -0.39491749, -0.28444138, -0.18477343, -0.09105, 0.0,
    0.0795803, 0.1609302, 0.2461123, 0.33791524, 0.44070983, 0.562617, 0.72295684, 1.0,
]  # fmt: skip
_HALF_FP4 = [0.0, 0.0052, 0.6667, 1.0, 0.3333, 0.5, 0.1667, 0.25]
_FP4 = _HALF_FP4 + [-value for value in _HALF_FP4]
_BLOCK = 32


@counted("quantization-bitsandbytes.gemm_4bit_forward")
def gemm_4bit_forward(
    input: torch.Tensor, weight: torch.Tensor, absmax: torch.Tensor, blocksize: int, quant_type: int
) -> torch.Tensor:
    for name, tensor in (("input", input), ("weight", weight), ("absmax", absmax)):
        if not tensor.is_contiguous():
            raise RuntimeError(f"{name} must be contiguous")
    rows, half = weight.shape
    with torch.no_grad():
        blocks = weight.reshape(rows // _BLOCK, half, _BLOCK)
        codes = torch.stack((blocks & 15, blocks >> 4), -1).transpose(1, 2).reshape(rows, half * 2)
        table = torch.tensor(_FP4 if quant_type == 1 else _NF4)
        matrix = table[codes.long()] * absmax.float().T.repeat_interleave(blocksize, 1)
        product = input.to(torch.bfloat16) @ matrix.T.to(torch.bfloat16)
        return product.to(input.dtype)


__all__ = ["gemm_4bit_forward"]
