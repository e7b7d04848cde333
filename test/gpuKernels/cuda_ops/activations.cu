// Each thread works on 16 bytes where sizes and addresses allow it, else on single elements.
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include "launch.h"

namespace {

constexpr int kThreads = 256;
constexpr int kWideBytes = 16;

template <typename T> struct Wide { using type = float; };
template <> struct Wide<double> { using type = double; };

template <typename T, int N> struct alignas(sizeof(T) * N) Pack { T values[N]; };

// Not the fast exponential: its error would show in float32.
template <typename A> __device__ A silu(A x) { return x / (A(1) + exp(-x)); }

template <typename T> __device__ typename Wide<T>::type widen(T x) {
  return static_cast<typename Wide<T>::type>(x);
}

// A row for each block in x, a stretch of its columns for each in y: nothing has to be divided.
template <typename T, int N>
__global__ void silu_and_mul_kernel(Pack<T, N> *out, const Pack<T, N> *x, int64_t inner) {
  const int64_t row = blockIdx.x;
  const int64_t column = static_cast<int64_t>(blockIdx.y) * blockDim.x + threadIdx.x;
  if (column >= inner) return;
  const Pack<T, N> gate = x[2 * row * inner + column];
  const Pack<T, N> up = x[(2 * row + 1) * inner + column];
  Pack<T, N> result;
#pragma unroll
  for (int i = 0; i < N; i++) result.values[i] = T(silu(widen(gate.values[i])) * widen(up.values[i]));
  out[row * inner + column] = result;
}

template <typename T, int N> __global__ void relu_kernel(Pack<T, N> *out, const Pack<T, N> *x, int64_t count) {
  const int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t at = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; at < count; at += step) {
    const Pack<T, N> value = x[at];
    Pack<T, N> result;
    // What is no number stays none, as in PyTorch.
#pragma unroll
    for (int i = 0; i < N; i++) result.values[i] = widen(value.values[i]) < 0 ? T(0.0f) : value.values[i];
    out[at] = result;
  }
}

unsigned blocks_for(int64_t count) {
  const int64_t blocks = (count + kThreads - 1) / kThreads;
  return static_cast<unsigned>(blocks < (int64_t(1) << 30) ? blocks : (int64_t(1) << 30));
}

bool aligned(const void *pointer) { return reinterpret_cast<uintptr_t>(pointer) % kWideBytes == 0; }

template <typename T, int N>
void silu_and_mul_of(void *out, const void *x, int64_t rows, int64_t inner, cudaStream_t stream) {
  const dim3 grid(static_cast<unsigned>(rows), static_cast<unsigned>((inner / N + kThreads - 1) / kThreads));
  silu_and_mul_kernel<T, N><<<grid, kThreads, 0, stream>>>(
      static_cast<Pack<T, N> *>(out), static_cast<const Pack<T, N> *>(x), inner / N);
}

template <typename T, int N> void relu_of(void *out, const void *x, int64_t count, cudaStream_t stream) {
  relu_kernel<T, N><<<blocks_for(count / N), kThreads, 0, stream>>>(
      static_cast<Pack<T, N> *>(out), static_cast<const Pack<T, N> *>(x), count / N);
}

template <typename T> cudaError_t silu_and_mul(void *out, const void *x, int64_t rows, int64_t inner, cudaStream_t stream) {
  constexpr int wide = kWideBytes / sizeof(T);
  if (inner % wide == 0 && aligned(out) && aligned(x)) silu_and_mul_of<T, wide>(out, x, rows, inner, stream);
  else silu_and_mul_of<T, 1>(out, x, rows, inner, stream);
  return cudaGetLastError();
}

template <typename T> cudaError_t relu(void *out, const void *x, int64_t count, cudaStream_t stream) {
  constexpr int wide = kWideBytes / sizeof(T);
  if (count % wide == 0 && aligned(out) && aligned(x)) relu_of<T, wide>(out, x, count, stream);
  else relu_of<T, 1>(out, x, count, stream);
  return cudaGetLastError();
}

} // namespace

cudaError_t launch_silu_and_mul(void *out, const void *x, int64_t rows, int64_t inner, Dtype dtype, cudaStream_t stream) {
  switch (dtype) {
  case Dtype::float64: return silu_and_mul<double>(out, x, rows, inner, stream);
  case Dtype::float32: return silu_and_mul<float>(out, x, rows, inner, stream);
  case Dtype::float16: return silu_and_mul<__half>(out, x, rows, inner, stream);
  case Dtype::bfloat16: return silu_and_mul<__nv_bfloat16>(out, x, rows, inner, stream);
  }
  return cudaErrorInvalidValue;
}

cudaError_t launch_relu(void *out, const void *x, int64_t count, Dtype dtype, cudaStream_t stream) {
  switch (dtype) {
  case Dtype::float64: return relu<double>(out, x, count, stream);
  case Dtype::float32: return relu<float>(out, x, count, stream);
  case Dtype::float16: return relu<__half>(out, x, count, stream);
  case Dtype::bfloat16: return relu<__nv_bfloat16>(out, x, count, stream);
  }
  return cudaErrorInvalidValue;
}
