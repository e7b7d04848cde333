// Registers the operators with PyTorch, in a library that Python can import by its name. Tensors of the CPU are for tests.
#include <Python.h>
#include <torch/library.h>

#include <ATen/core/Tensor.h>

#include <cmath>

#ifdef WITH_CUDA
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "launch.h"
#endif

namespace {

void check_silu_and_mul(const at::Tensor &out, const at::Tensor &x) {
  TORCH_CHECK(x.dim() > 0 && x.dim() == out.dim(), "x and out need the same number of dimensions");
  TORCH_CHECK(x.size(-1) == 2 * out.size(-1) && x.numel() == 2 * out.numel(), "x must be twice as wide as out");
  TORCH_CHECK(x.is_contiguous() && out.is_contiguous(), "x and out must be contiguous");
  TORCH_CHECK(x.scalar_type() == out.scalar_type(), "x and out must be of one dtype");
  TORCH_CHECK(x.device() == out.device(), "x and out must be on one device");
}

void check_relu(const at::Tensor &out, const at::Tensor &x) {
  TORCH_CHECK(x.sizes() == out.sizes(), "x and out must be of one shape");
  TORCH_CHECK(x.is_contiguous() && out.is_contiguous(), "x and out must be contiguous");
  TORCH_CHECK(x.scalar_type() == out.scalar_type(), "x and out must be of one dtype");
  TORCH_CHECK(x.device() == out.device(), "x and out must be on one device");
}

template <typename T> struct Wide { using type = float; };
template <> struct Wide<double> { using type = double; };

/// Calls `run` with a value of the tensor's element type.
template <typename Run> void with_dtype(const at::Tensor &x, Run run) {
  switch (x.scalar_type()) {
  case at::kDouble: return run(double{});
  case at::kFloat: return run(float{});
  case at::kHalf: return run(c10::Half{});
  case at::kBFloat16: return run(c10::BFloat16{});
  default: TORCH_CHECK(false, "unsupported dtype ", x.scalar_type());
  }
}

void silu_and_mul_cpu(at::Tensor out, at::Tensor x) {
  check_silu_and_mul(out, x);
  const int64_t inner = out.size(-1);
  with_dtype(x, [&](auto zero) {
    using T = decltype(zero);
    using A = typename Wide<T>::type;
    const T *from = static_cast<const T *>(x.const_data_ptr());
    T *to = static_cast<T *>(out.data_ptr());
    for (int64_t at = 0; at < out.numel(); at++) {
      const int64_t row = at / inner;
      const A gate = static_cast<A>(from[at + row * inner]);
      const A up = static_cast<A>(from[at + (row + 1) * inner]);
      to[at] = static_cast<T>(gate / (A(1) + std::exp(-gate)) * up);
    }
  });
}

void relu_cpu(at::Tensor out, at::Tensor x) {
  check_relu(out, x);
  with_dtype(x, [&](auto zero) {
    using T = decltype(zero);
    const T *from = static_cast<const T *>(x.const_data_ptr());
    T *to = static_cast<T *>(out.data_ptr());
    for (int64_t at = 0; at < x.numel(); at++) to[at] = static_cast<float>(from[at]) < 0 ? T(0.0f) : from[at];
  });
}

#ifdef WITH_CUDA
Dtype dtype_of(const at::Tensor &x) {
  switch (x.scalar_type()) {
  case at::kDouble: return Dtype::float64;
  case at::kFloat: return Dtype::float32;
  case at::kHalf: return Dtype::float16;
  case at::kBFloat16: return Dtype::bfloat16;
  default: TORCH_CHECK(false, "unsupported dtype ", x.scalar_type());
  }
}

void silu_and_mul_cuda(at::Tensor out, at::Tensor x) {
  check_silu_and_mul(out, x);
  if (out.numel() == 0) return;
  const c10::cuda::CUDAGuard guard(x.device());
  const int64_t inner = out.size(-1);
  C10_CUDA_CHECK(launch_silu_and_mul(out.data_ptr(), x.const_data_ptr(), out.numel() / inner, inner, dtype_of(x),
                                     c10::cuda::getCurrentCUDAStream()));
}

void relu_cuda(at::Tensor out, at::Tensor x) {
  check_relu(out, x);
  if (out.numel() == 0) return;
  const c10::cuda::CUDAGuard guard(x.device());
  C10_CUDA_CHECK(launch_relu(out.data_ptr(), x.const_data_ptr(), x.numel(), dtype_of(x), c10::cuda::getCurrentCUDAStream()));
}
#endif

} // namespace

// The name comes from the command line of the compiler, so macros have to be expanded once more.
#define LENS_JOIN_(a, b) a##b
#define LENS_JOIN(a, b) LENS_JOIN_(a, b)
#define LENS_TEXT_(a) #a
#define LENS_TEXT(a) LENS_TEXT_(a)
#define LENS_LIBRARY(name, library) TORCH_LIBRARY(name, library)

LENS_LIBRARY(EXTENSION_NAME, library) {
  library.def("silu_and_mul(Tensor! out, Tensor x) -> ()");
  library.def("relu(Tensor! out, Tensor x) -> ()");
  library.impl("silu_and_mul", at::kCPU, &silu_and_mul_cpu);
  library.impl("relu", at::kCPU, &relu_cpu);
#ifdef WITH_CUDA
  library.impl("silu_and_mul", at::kCUDA, &silu_and_mul_cuda);
  library.impl("relu", at::kCUDA, &relu_cuda);
#endif
}

// An import of the module runs the registration above, and nothing else.
PyMODINIT_FUNC LENS_JOIN(PyInit_, EXTENSION_NAME)() {
  static PyModuleDef module = {PyModuleDef_HEAD_INIT, LENS_TEXT(EXTENSION_NAME), nullptr, 0, nullptr, nullptr, nullptr, nullptr, nullptr};
  return PyModule_Create(&module);
}
