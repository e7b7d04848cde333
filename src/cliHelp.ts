export const HELP = `kernel-lens: find GPU kernels, measure them on this machine, and check that they are right

  kernel-lens list [options]                       list the kernels of the Kernel Hub, and whether they run here
  kernel-lens check org/name[@vN] [options]        say which build of a kernel runs here, and why the others do not
  kernel-lens scan PATH … [options]                find calls in code that will fail, and what could be better
  kernel-lens profile [kernel …] [options]         time kernels against what they replace and print a speed-up table
  kernel-lens profile file.py:function [options]   the same for a function of a Python file
  kernel-lens tune <kernel> [options]              try a WebGPU kernel's tunables and variants, and say which are best here
  kernel-lens verify <kernel …> [options]          run every case of a kernel's test.json on every eligible variant
  kernel-lens adapters                             list the GPU adapters that WebGPU finds here
  kernel-lens help | --version

profile takes kernels of the Hub (kernels-community/activation@v1, or @ a branch or commit; without @ the newest version),
folders in the Hub's layout (build/<variant>/…), and bundled WebGPU kernels (ai.onnx.Gelu, or just Gelu); without a kernel
it runs every bundled one. What the builds are for decides whether they are measured through WebGPU or in Python, where
one kernel is measured at a time, against PyTorch. verify takes WebGPU kernels.

Options of list
  --search WORDS                   only kernels whose name, summary, group or functions have all of these words
  --platform a,b                   only kernels for one of cuda, rocm, metal, xpu, npu, neuron, tpu, cpu, webgpu
  --publisher a,b                  only kernels of these organisations or users
  --works-here                     only kernels that run here, as far as the list tells
  --sort ORDER                     trending (default), downloads, likes, updated or name
  --json                           print JSON

Options of check
  --json                           print JSON

Options of scan
  --json                           print JSON
  --sarif F                        write the findings to a file, for code scanning
  --operations                     also list operations that a kernel could compute
  --strict                         warnings count as errors
  --python PATH                    judge for this Python's library and machine as well

Options of list and check
  --python PATH                    this Python interpreter, not the first one found

Options of profile
  --cases REGEX                    only cases whose id matches, whatever their size
  --dtype f32,bf16                 only these dtypes
  --quick                          fewer and smaller cases, wider intervals
  --aa                             every contender against itself: a test of the measurement
  --seed N                         seed of the random inputs (default: 1)
  --json F  --markdown F  --csv F  write the report to a file

Options of profile, through WebGPU
  --adapter auto|software|<name>   which adapter; a part of its name is enough (default: auto)
  --variants a,b                   compare these variants; the first is the baseline
  --peer onnxruntime               also ONNX Runtime's WebGPU provider, where a checkout of Kernel Lens has it

Options of profile, in Python
  --python PATH                    the interpreter that measures, not the first one found
  --device NAME                    as PyTorch names it: cpu, cuda, cuda:1, xpu, mps (default: the best there is)
  --full                           all sizes and dtypes
  --no-compile                     leave torch.compile out
  --against a/b@v1,a/c@v2          compare the kernel with these kernels, or other versions of it, as well
  --workload a,b                   only these workloads: classes of the kernel's benchmark scripts (Class, Class.name), or
                                   built-in ones (activation.silu_and_mul)
  --shapes "a=1,b=2; a=4,b=2"      sizes of built-in workloads, one shape between semicolons: "tokens=4096,inner=14336"
  --backward                       forward and backward, where the kernel has it
  --inputs "x=4096x4096; eps=1e-6" what a function is called with; tensors may have a dtype and values (x=64:int64[0..9]),
                                   and (written) where the function may change them; several calls between |
  --against NAME                   the function that a function is compared with: of its file, or torch.nn.functional.gelu
  --tolerance T                    the error that a function is allowed (default: by dtype)
  --plan                           list the cases, and run none

Options of tune: --cases, --dtype, --adapter, --quick, --seed
  --variants a,b                   only these variants; what selection takes of them is the default
  --try NAME=8,16,32               values for a tunable, instead of those in bench.json or powers of two around its default;
                                   once for each tunable
  --json F                         write everything that was tried to a file

Options of verify: --adapter, --seed

Options of everything that asks the Hub
  --endpoint URL                   the Hub, or a mirror of it (default: HF_ENDPOINT, else https://huggingface.co)
  --offline                        ask nobody, use what is built in and in the cache (as HF_HUB_OFFLINE=1)
  --trust                          run kernels of publishers whom the Hub does not trust (profile and verify)

Exit code: 0 all right, or it works here; 1 a kernel was wrong, did not finish or does not work here, code has an error, or
nothing could be run; 2 bad use; 3 no adapter, or no Python with what measuring needs; 4 the Hub gave no answer, or has no
such kernel; 5 not run, because the publisher is not trusted and nobody agreed to it; 130 cancelled.
`;
