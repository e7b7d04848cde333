// Code with what is found in it: which kernel it is, what is taken from it, and scripts.
import { A, type Case } from './findingCases';

export const TAKING: readonly Case[] = [
  // Ids
  {
    code: 'k = get_kernel("https://huggingface.co/kernels-community/activation/tree/v1", version=2)',
    is: [['invalid-id', 'error', 'https://huggingface.co/kernels-community/activation/tree/v1']],
    fixed: `k = get_kernel(${A}, version=2)`,
  },
  {
    code: 'k = get_kernel("https://huggingface.co/kernels/kernels-community/activation", version=2)',
    is: [['invalid-id', 'error', 'https://huggingface.co/kernels/kernels-community/activation']],
    fixed: `k = get_kernel(${A}, version=2)`,
  },
  {
    code: "k = get_kernel('kernels-community/activation@v1')",
    is: [
      ['invalid-id', 'error', 'kernels-community/activation@v1'],
      ['missing-version', 'error', 'kernels-community/activation@v1'],
    ],
    fixed: "k = get_kernel('kernels-community/activation', version=1)",
  },
  { code: 'k = get_kernel("activation", version=2)', is: [['invalid-id', 'error', 'activation']], fixed: null },
  {
    code: 'k = get_kernel("../../etc/passwd", version=2)',
    is: [['invalid-id', 'error', '../../etc/passwd']],
    fixed: null,
  },
  { code: 'k = get_kernel("a/b\\nc", version=2)', is: [['invalid-id', 'error', 'a/b\\nc']], fixed: null },
  { code: 'k = get_kernel("a/\\"b\\"", version=2)', is: [['invalid-id', 'error', 'a/\\"b\\"']], fixed: null },
  {
    code: 'k = get_kernel(" kernels-community/activation ", version=2)',
    is: [['invalid-id', 'error', ' kernels-community/activation ']],
    fixed: `k = get_kernel(${A}, version=2)`,
  },
  { code: 'k = get_kernel("kernels-commu', is: [] },
  { code: 'k = get_kernel(f"kernels-community/{name}", version=2)', is: [] },
  { code: 'k = use_kernel_forward_from_hub("RMSNorm")', is: [] },
  {
    code: 'k = get_kernel("kernels-community/activations", version=7)',
    is: [['unknown-kernel', 'error', 'kernels-community/activations']],
    fixed: `k = get_kernel(${A}, version=2)`,
  },
  {
    code: 'k = get_kernel("kernels-community/quite-another", version=7)',
    is: [['unknown-kernel', 'error', 'kernels-community/quite-another']],
    fixed: null,
  },
  {
    code: 'k = get_kernel("webgpu-kernels/ai.onnx.Add", version=2)',
    is: [['wrong-language', 'error', 'webgpu-kernels/ai.onnx.Add']],
  },
  {
    code: 'k = has_kernel("webgpu-kernels/ai.onnx.Add", version=2)',
    is: [['wrong-language', 'warning', 'webgpu-kernels/ai.onnx.Add']],
  },
  {
    code: 'k = get_kernel("kernels-community/old-relu", version=1)',
    is: [['moved-kernel', 'error', 'kernels-community/old-relu']],
    fixed: 'k = get_kernel("kernels-community/relu", version=1)',
  },
  // Here
  {
    code: 'k = get_kernel("kernels-community/flash-attn3", version=1)',
    is: [
      ['no-build-here', 'error', 'kernels-community/flash-attn3'],
      ['newer-version', 'information', '1'],
    ],
    fixed: 'k = get_kernel("kernels-community/flash-attn3", version=2)',
  },
  {
    code: 'k = get_kernel("kernels-community/flash-attn3", version=1, backend="cpu")',
    is: [['newer-version', 'information', '1']],
  },
  { code: 'k = has_kernel("kernels-community/flash-attn3", version=2)', is: [] },
  {
    code: 'k = get_kernel("stranger/relu", version=1)',
    is: [['untrusted-publisher', 'error', 'stranger/relu']],
    fixed: null,
  },
  {
    code: 'k = get_kernel("stranger/relu", version=1, trust_remote_code=False)',
    is: [['untrusted-publisher', 'error', 'stranger/relu']],
  },
  { code: 'k = get_kernel("stranger/relu", version=1, trust_remote_code=True)', is: [] },
  { code: 'k = get_kernel("stranger/relu", version=1, trust_remote_code=["stranger/relu"])', is: [] },
  { code: 'k = get_kernel_variants("stranger/relu", version=1)', is: [] },
  {
    code: `k = get_kernel(${A}, revision='main')`,
    is: [['unpinned-revision', 'warning', 'main']],
    fixed: `k = get_kernel(${A}, version=2)`,
  },
  { code: `k = get_kernel(${A}, version=1)`, is: [['newer-version', 'information', '1']], fixed: null },
  // Locked
  { code: 'k = load_kernel("kernels-community/relu", lockfile=None)', is: [] },
  { code: `k = load_kernel(${A}, lockfile=None)`, is: [['not-locked', 'error', 'kernels-community/activation']] },
  { code: `k = load_kernel(${A}, lockfile=Path("other.lock"))`, is: [] },
  {
    code: `r = LockedLayerRepository(${A}, layer_name="X")`,
    is: [['not-locked', 'error', 'kernels-community/activation']],
  },
  // Deprecated
  {
    code: 'r = FuncRepository("kernels-community/relu", func_name="relu", version=1)',
    is: [['deprecated-name', 'warning', 'FuncRepository']],
    fixed: null,
  },
  // Members
  {
    code: `k = get_kernel(${A}, version=2)\nk.silu_adn_mul(out, x)`,
    is: [['unknown-function', 'error', 'silu_adn_mul']],
    fixed: `k = get_kernel(${A}, version=2)\nk.silu_and_mul(out, x)`,
  },
  {
    code: `k = get_kernel(${A}, version=2)\nk.softplus(out, x)`,
    is: [['unknown-function', 'error', 'softplus']],
    fixed: null,
  },
  { code: `k = get_kernel(${A}, version=2)\nk.math\nk._ops.silu(out, x)\nk.__name__`, is: [] },
  {
    code: `k = get_kernel("kernels-community/relu", version=1)\nk.rellu(x)`,
    is: [['unknown-function', 'warning', 'rellu']],
  },
  { code: `k = get_kernel("kernels-community/relu", version=1)\nk.softmax(x)`, is: [] },
  { code: `k = get_kernel(${A}, version=2)\nk.layers.SiluAndMull()`, is: [['unknown-layer', 'error', 'SiluAndMull']] },
  {
    code: `r = LayerRepository(${A}, layer_name='SiluAndMul_', version=2)`,
    is: [['unknown-layer', 'error', 'SiluAndMul_']],
    fixed: `r = LayerRepository(${A}, layer_name='SiluAndMul', version=2)`,
  },
  // Calls of members
  { code: `k = get_kernel(${A}, version=2)\nk.silu(out, x)\nk.fatrelu_and_mul(out, x, threshold=1.0)`, is: [] },
  { code: `k = get_kernel(${A}, version=2)\ny = k.silu(x)`, is: [['missing-argument', 'error', 'silu']] },
  { code: `k = get_kernel(${A}, version=2)\nk.silu(*both)`, is: [] },
  { code: `k = get_kernel(${A}, version=2)\nk.silu(`, is: [] },
  { code: `k = get_kernel(${A}, version=2)\nk.silu(out, x, 3)`, is: [['unknown-argument', 'error', '3']] },
  { code: `k = get_kernel(${A}, version=2)\nk.silu(out, x, dim=3)`, is: [['unknown-argument', 'error', 'dim']] },
  {
    code: `k = get_kernel(${A}, version=2)\nk.silu(x, out)`,
    is: [['argument-order', 'error', 'x, out']],
    fixed: `k = get_kernel(${A}, version=2)\nk.silu(out, x)`,
  },
  { code: `k = get_kernel(${A}, version=2)\nk.silu(y, x)\nk.silu(x, y)\nk.silu(x, x)`, is: [] },
  {
    code: `k = get_kernel("kernels-community/relu", version=1)\nk.relu(out, x)`,
    is: [['argument-order', 'error', 'out, x']],
    fixed: `k = get_kernel("kernels-community/relu", version=1)\nk.relu(x, out)`,
  },
];

export const SCRIPTS: readonly Case[] = [
  { code: 'const add = await getKernel("webgpu-kernels/ai.onnx.Add", { version: 2 });', is: [] },
  {
    code: "const add = await getKernel('webgpu-kernels/ai.onnx.Add');",
    is: [['missing-version', 'warning', 'webgpu-kernels/ai.onnx.Add']],
    fixed: "const add = await getKernel('webgpu-kernels/ai.onnx.Add', { version: 2 });",
  },
  {
    code: 'const add = await getKernel("webgpu-kernels/ai.onnx.Add", { output: "gpu" });',
    is: [['missing-version', 'warning', 'webgpu-kernels/ai.onnx.Add']],
    fixed: 'const add = await getKernel("webgpu-kernels/ai.onnx.Add", { version: 2, output: "gpu" });',
  },
  {
    code: 'const add = await getKernel("webgpu-kernels/ai.onnx.Add", {});',
    is: [['missing-version', 'warning', 'webgpu-kernels/ai.onnx.Add']],
    fixed: 'const add = await getKernel("webgpu-kernels/ai.onnx.Add", { version: 2 });',
  },
  { code: 'const add = await getKernel("webgpu-kernels/ai.onnx.Add", options);', is: [] },
  { code: 'const add = await getKernel(`webgpu-kernels/${op}`, { version: 9 });', is: [] },
  {
    code: 'const add = await getKernel("webgpu-kernels/ai.onnx.Add", { version: 9 });',
    is: [['unknown-version', 'error', '9']],
    fixed: 'const add = await getKernel("webgpu-kernels/ai.onnx.Add", { version: 2 });',
  },
  {
    code: 'const add = await getKernel("webgpu-kernels/ai.onnx.Add", { revision: "main" });',
    is: [['unpinned-revision', 'warning', 'main']],
    fixed: 'const add = await getKernel("webgpu-kernels/ai.onnx.Add", { version: 2 });',
  },
  {
    code: `const silu = await getKernel(${A}, { version: 2 });`,
    is: [['wrong-language', 'error', 'kernels-community/activation']],
  },
  { code: 'const add = await getKernel("http://localhost/kernels/add", { version: 1 });', is: [] },
  { code: 'const add = await getKernel("Add", { version: 1 });', is: [['invalid-id', 'error', 'Add']] },
];
