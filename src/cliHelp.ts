export const HELP = `kernel-lens: find GPU kernels, measure them on this machine, and check that they are right

  kernel-lens list [options]                       list the kernels of the Kernel Hub, and whether they run here
  kernel-lens check org/name[@vN] [options]        say which build of a kernel runs here, and why the others do not
  kernel-lens scan PATH … [options]                find calls in code that will fail, and what could be better
  kernel-lens profile [kernel …] [options]         time variants against each other and print a speed-up table
  kernel-lens verify <kernel …> [options]          run every case of a kernel's test.json on every eligible variant
  kernel-lens adapters                             list the GPU adapters that WebGPU finds here
  kernel-lens help | --version

profile and verify take bundled kernels (ai.onnx.Gelu, or just Gelu), folders with manifest.json or
build/webgpu/manifest.json, and WebGPU kernels of the Hub (webgpu-kernels/ai.onnx.Add@v1, or @ a branch or commit;
without @ the newest version). Without a kernel, profile runs every bundled one.

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
  --adapter auto|software|<name>   which adapter; a part of its name is enough (default: auto)
  --variants a,b                   compare these variants; the first is the baseline
  --cases REGEX                    only cases whose id matches, whatever their size
  --dtype f32,f16                  only these dtypes
  --quick                          fewer and smaller cases, wider intervals
  --aa                             every contender against itself: a test of the measurement
  --seed N                         seed of the random inputs (default: 1)
  --json F  --markdown F  --csv F  write the report to a file

Options of verify: --adapter, --seed

Options of everything that asks the Hub
  --endpoint URL                   the Hub, or a mirror of it (default: HF_ENDPOINT, else https://huggingface.co)
  --offline                        ask nobody, use what is built in and in the cache (as HF_HUB_OFFLINE=1)
  --trust                          run kernels of publishers whom the Hub does not trust (profile and verify)

Exit code: 0 all right, or it works here; 1 a kernel was wrong, did not finish or does not work here, code has an error, or
nothing could be run; 2 bad use; 3 no adapter; 4 the Hub gave no answer, or has no such kernel; 5 not run, because the publisher is
not trusted and nobody agreed to it; 130 cancelled.
`;
