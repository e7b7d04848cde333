// What `kernel-lens scan` calls an error raises in the real library, and what it does not, does not.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { PYTHON_LOADERS } from '../../src/findings/loaders';
import { readSignature } from '../../src/insert/signatureText';
import { runCli } from '../hub/cliRun';
import { startHub } from '../hub/hub';
import type { TestHub } from '../hub/hubTypes';
import { askPython } from '../hub/pythonClient';
import { temporaryFolders } from '../hub/temporaryFolders';

const python = inject('python');
const folders = temporaryFolders();
let hub: TestHub;

beforeAll(async () => {
  hub = await startHub();
});
afterAll(async () => {
  await hub.close();
  await folders.remove();
});

const ACTIVATION = '"kernels-community/activation"';
const RELU = '"kernels-community/relu"';
const LAYER = 'layer_name="SiluAndMul"';

/** The last line is an expression; `code` null: nothing is wrong, and nothing raises. */
const CALLS: readonly (readonly [source: string, code: string | null, raised?: RegExp])[] = [
  [`get_kernel(${ACTIVATION}, version=2)`, null],
  [`get_kernel(${ACTIVATION}, version=True)`, null],
  [`get_kernel(${ACTIVATION}, revision="v1")`, null],
  [`get_kernel(${ACTIVATION})`, 'missing-version', /version or revision must be specified/],
  [`get_kernel(${ACTIVATION}, version=None)`, 'missing-version', /version or revision must be specified/],
  [`has_kernel(${ACTIVATION})`, 'missing-version', /version or revision must be specified/],
  [`get_kernel_variants(${ACTIVATION})`, 'missing-version', /version or revision must be specified/],
  [`install_kernel(${ACTIVATION})`, 'missing-version', /version or revision must be specified/],
  [`LayerRepository(${ACTIVATION}, ${LAYER})`, 'missing-version', /must be specified/],
  [`FuncRepository(${ACTIVATION}, func_name="silu")`, 'missing-version', /must be specified/],
  [`get_kernel(${ACTIVATION}, version=2, revision="main")`, 'version-and-revision', /Only one of/],
  [`LayerRepository(${ACTIVATION}, ${LAYER}, version=2, revision="v2")`, 'version-and-revision', /not both/],
  [`get_kernel(${ACTIVATION}, version=2, revision=None)`, null],
  [`get_kernel(${ACTIVATION}, version=7)`, 'unknown-version', /Version 7 not found/],
  [`has_kernel(${ACTIVATION}, version=7)`, 'unknown-version', /Version 7 not found/],
  [`LayerRepository(${ACTIVATION}, ${LAYER}, version=7)`, 'unknown-version', /Version 7 not found/],
  [`get_kernel(${ACTIVATION}, version="2")`, 'invalid-version', /TypeError/],
  [`get_kernel(${ACTIVATION}, version=2.0)`, 'invalid-version', /TypeError/],
  [`get_kernel(${ACTIVATION}, version=-1)`, 'invalid-version', /OverflowError/],
  [`get_kernel(${ACTIVATION}, revision=2)`, 'invalid-version', /TypeError/],
  [`get_kernel_variants(${ACTIVATION}, version="2")`, 'invalid-version', /not found/],
  [`get_kernel_variants(${ACTIVATION}, version=2.0)`, null],
  [`LayerRepository(${ACTIVATION}, ${LAYER}, version="2")`, 'invalid-version', /not found/],
  [`LayerRepository(${ACTIVATION}, ${LAYER}, version=2.0)`, null],
  [`LayerRepository(${ACTIVATION}, ${LAYER}, revision=2)`, 'invalid-version', /TypeError/],
  [`get_kernel(${ACTIVATION}, 2)`, 'invalid-version', /takes 1 positional argument/],
  [`get_kernel(${ACTIVATION}, "v2")`, 'invalid-version', /takes 1 positional argument/],
  [`LayerRepository(${ACTIVATION}, "SiluAndMul", version=2)`, 'unknown-argument', /positional argument/],
  [`LayerRepository(${ACTIVATION}, version=2)`, 'missing-argument', /missing 1 required/],
  [`get_kernel(version=2)`, 'missing-argument', /missing 1 required/],
  [`get_kernel(${ACTIVATION}, version=2, local_files_only=True)`, 'unknown-argument', /unexpected keyword/],
  [`get_kernel_variants(${ACTIVATION}, version=2, trust_remote_code=True)`, 'unknown-argument', /unexpected keyword/],
  [`get_locked_kernel(${RELU})`, 'missing-argument', /missing 1 required keyword-only argument: 'lockfile'/],
  [`load_kernel(${RELU})`, 'missing-argument', /missing 1 required keyword-only argument: 'lockfile'/],
  [`load_kernel(${ACTIVATION}, lockfile=None)`, 'not-locked', /kernels\.lock/],
  [`LockedLayerRepository(${ACTIVATION}, ${LAYER})`, 'not-locked', /kernels\.lock/],
  ['get_kernel("activation", version=1)', 'invalid-id', /trust/],
  ['get_kernel("activation", version=1, trust_remote_code=True)', 'invalid-id', /./],
  ['get_kernel("https://huggingface.co/kernels-community/relu", version=1)', 'invalid-id', /./],
  ['get_kernel_variants("a b/c", version=1)', 'invalid-id', /HFValidationError/],
  ['get_kernel("kernels-community/relu ", version=1, trust_remote_code=True)', 'invalid-id', /HFValidationError/],
  ['get_kernel("kernels-community/relu@v1", version=1)', 'invalid-id', /./],
  ['get_kernel("kernels-community/nothing", version=1)', 'unknown-kernel', /401/],
  ['has_kernel("kernels-community/nothing", version=1)', 'unknown-kernel', /401/],
  ['get_kernel("webgpu-kernels/ai.onnx.Add", version=1)', 'wrong-language', /Cannot find a build variant/],
  ['has_kernel("webgpu-kernels/ai.onnx.Add", version=1)', null],
  ['get_kernel("kernels-community/old-relu", version=1)', 'moved-kernel', /404/],
  ['get_kernel("kernels-community/triton-layer-norm", version=3)', 'no-build-here', /Cannot find a build variant/],
  ['has_kernel("kernels-community/triton-layer-norm", version=3)', null],
  ['get_kernel_variants("kernels-community/triton-layer-norm", version=3)', null],
  ['get_kernel("stranger/relu", version=1)', 'untrusted-publisher', /not from a trusted publisher/],
  ['has_kernel("stranger/relu", version=1, trust_remote_code=False)', 'untrusted-publisher', /not from a trusted/],
  ['LayerRepository("stranger/relu", layer_name="X", version=1)', 'untrusted-publisher', /not from a trusted/],
  ['get_kernel("stranger/relu", version=1, trust_remote_code=True)', null],
  ['get_kernel("stranger/relu", version=1, trust_remote_code=["stranger/relu"])', null],
  ['get_kernel_variants("stranger/relu", version=1)', null],
  [`LayerRepository(${ACTIVATION}, ${LAYER}, version=2)`, null],
  [`LayerRepository(${ACTIVATION}, layer_name="SiluMul", version=2)`, 'unknown-layer', /not found in kernel repo/],
  [`FuncRepository(${ACTIVATION}, func_name="softplus", version=2)`, 'unknown-function', /not found/],
  [`k = get_kernel(${ACTIVATION}, version=2)\nk.silu([0.0], [1.0])`, null],
  [`k = get_kernel(${ACTIVATION}, version=2)\nk.fatrelu_and_mul([0.0], [1.0, 2.0], threshold=1.0)`, null],
  [`k = get_kernel(${ACTIVATION}, version=2)\nk.math.sqrt(4)`, null],
  [`k = get_kernel(${ACTIVATION}, version=1)\nk.fatrelu_and_mul([0.0], [1.0])`, 'unknown-function', /AttributeError/],
  [`k = get_kernel(${ACTIVATION}, version=2)\nk.softplus([0.0], [1.0])`, 'unknown-function', /AttributeError/],
  [`k = get_kernel(${ACTIVATION}, version=2)\nk.layers.SiluMul()`, 'unknown-layer', /AttributeError/],
  [`k = get_kernel(${ACTIVATION}, version=2)\nk.silu([1.0])`, 'missing-argument', /missing 1 required/],
  [`k = get_kernel(${ACTIVATION}, version=2)\nk.silu([0.0], [1.0], 3)`, 'unknown-argument', /positional arguments/],
  [`k = get_kernel(${ACTIVATION}, version=2)\nk.silu([0.0], x=[1.0], dim=1)`, 'unknown-argument', /unexpected keyword/],
  [`k = get_kernel(${ACTIVATION}, version=2)\nk.silu(x=[1.0], out=[0.0])`, null],
  [`k = get_kernel(${RELU}, version=1)\nk.relu([1.0])`, null],
];

const Scanned = v.object({
  findings: v.array(v.object({ path: v.string(), severity: v.string(), code: v.string(), message: v.string() })),
});

describe('an error of the scan raises in the library, and nothing else does', () => {
  const findings = new Map<string, { code: string; severity: string }[]>();
  let outcomes: readonly (string | null)[] = [];
  const sourceOf = (body: string): string => `from kernels import ${IMPORTED.join(', ')}\n${body}\n`;

  beforeAll(async () => {
    const home = await folders.make();
    const code = path.join(home, 'code');
    await mkdir(code);
    const lock = { dependency: { 'repo-id': 'kernels-community/relu', version: 1 }, lock: { commit: 'a'.repeat(40) } };
    await writeFile(path.join(code, 'kernels.lock'), JSON.stringify([lock]));
    await Promise.all(CALLS.map(([body], at) => writeFile(path.join(code, `call${at}.py`), sourceOf(body))));
    const { stdout, stderr } = await runCli({ endpoint: hub.endpoint, home }, [
      'scan',
      code,
      '--json',
      '--python',
      python,
    ]);
    expect(stdout, stderr).not.toBe('');
    for (const { path: file, ...one } of v.parse(Scanned, JSON.parse(stdout)).findings) {
      findings.set(file, [...(findings.get(file) ?? []), one]);
    }
    outcomes = v.parse(
      v.array(v.nullable(v.string())),
      await askPython(
        { python, hub, home: await folders.make() },
        `
import ast
def run(source):
    body = ast.parse(source)
    last = ast.Expression(body.body.pop().value)
    names = {}
    exec(compile(body, "call", "exec"), names)
    value = eval(compile(last, "call", "eval"), names)
    # What is looked up late is looked up now.
    if hasattr(value, "load"):
        value.load()
result = []
for source in ${JSON.stringify(CALLS.map(([body]) => sourceOf(body)))}:
    try:
        run(source)
        result.append(None)
    except BaseException as error:
        result.append(f"{type(error).__name__}: {error}")
`,
      ),
    );
  });

  test.each(CALLS.map((call, at) => [at, ...call] as const))('%i: %s', (at, _body, code, raised) => {
    const outcome = outcomes[at];
    if (code === null) expect(outcome).toBeNull();
    else expect(outcome).toMatch(raised ?? /./);
    const errors = (findings.get(`code/call${at}.py`) ?? []).filter(({ severity }) => severity === 'error');
    expect(errors.map((one) => one.code)).toEqual(code === null ? [] : [code]);
  });
});

const IMPORTED = [
  'FuncRepository',
  'LayerRepository',
  'LockedLayerRepository',
  'get_kernel',
  'get_kernel_variants',
  'get_locked_kernel',
  'has_kernel',
  'install_kernel',
  'load_kernel',
];

test('a swapped output is written over, as the finding says', async () => {
  const result = await askPython(
    { python, hub, home: await folders.make() },
    `
from kernels import get_kernel
activation = get_kernel("kernels-community/activation", version=2)
out, x = [0.0], [1.0]
activation.silu(x, out)
result = [out, x]
`,
  );
  expect(result).toEqual([[0], [0]]);
});

test('the signatures of the library are those that calls are held to', async () => {
  const names = Object.keys(PYTHON_LOADERS);
  const real = v.parse(
    v.record(v.string(), v.string()),
    await askPython(
      { python, hub, home: await folders.make() },
      `
import inspect, kernels
result = {}
for name in ${JSON.stringify(names)}:
    call = getattr(kernels, name)
    parameters = list(inspect.signature(call).parameters.values())
    plain = [one.replace(annotation=inspect.Parameter.empty) for one in parameters]
    result[name] = str(inspect.Signature(plain))
`,
    ),
  );
  for (const [name, { signature }] of Object.entries(PYTHON_LOADERS)) {
    expect([name, readSignature(real[name] ?? '')]).toEqual([name, readSignature(signature)]);
  }
});
