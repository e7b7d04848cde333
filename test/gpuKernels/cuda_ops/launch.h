// What the device code offers the binding. No PyTorch in here: nvcc is spared its headers.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

enum class Dtype { float64, float32, float16, bfloat16 };

/// x: rows of 2 × inner elements, out: rows of inner. @returns what the launch said
cudaError_t launch_silu_and_mul(void *out, const void *x, int64_t rows, int64_t inner, Dtype dtype, cudaStream_t stream);

/// @returns what the launch said
cudaError_t launch_relu(void *out, const void *x, int64_t count, Dtype dtype, cudaStream_t stream);
