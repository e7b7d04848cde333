// A small kernel written for the tests: Relu, right in two ways and wrong in every way that a harness has to see.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface TestVariant {
  readonly passes: readonly (readonly [shader: string, bindings: readonly string[], body: string])[];
  readonly intermediates?: readonly object[];
}

const KEPT = { id: 'kept', dtype: 'float32', shape: 'shapes.x' };
/** As much as SwiftShader lists for one buffer, which is more than it has. */
const HUGE = { id: 'huge', dtype: 'float32', shape: '[268435456]' };
const RELU = '  y[i] = max(x[i], T(0));';

/** Every variant by what it does; `fused`, `unfused` and `slow` are right. */
const VARIANTS: Readonly<Record<string, TestVariant>> = {
  fused: { passes: [['relu', ['x', 'y'], RELU]] },
  unfused: {
    intermediates: [KEPT],
    passes: [
      ['isAbove', ['x', 'kept'], '  kept[i] = select(0.0, 1.0, x[i] > T(0));'],
      ['choose', ['x', 'keptRead', 'y'], '  y[i] = x[i] * T(kept[i]);'],
    ],
  },
  half: { passes: [['half', ['x', 'y'], `  if (i * 2u < arrayLength(&x)) {\n  ${RELU}\n  }`]] },
  /** Computes when its scratch is fresh, and from then on leaves the old answer standing. */
  cached: {
    intermediates: [{ id: 'kept', dtype: 'uint32', shape: '[4]' }],
    passes: [
      ['answerOnce', ['x', 'kept', 'y'], `  if (kept[0] != 1u) {\n  ${RELU}\n  }`],
      ['remember', ['x', 'kept'], '  kept[0] = 1u;'],
    ],
  },
  changesInputs: { passes: [['change', ['xWritten', 'y'], `${RELU}\n  x[i] = y[i] + T(1);`]] },
  /** Right for values near 1 only. */
  ordinary: {
    passes: [
      [
        'ordinary',
        ['x', 'y'],
        `${RELU}\n  if (abs(x[i]) > T(1e5)) { y[i] = T(0); }\n  if (x[i] == T(0)) { y[i] = T(3); }`,
      ],
    ],
  },
  /** Reads the slices that the harness repeats and no others. */
  period: { passes: [['period', ['x', 'y'], '  y[i] = max(x[i % (499u * 600u)], T(0));']] },
  /** Leaves its input alone until its scratch tells that it has run before. */
  changesInputsLate: {
    intermediates: [{ id: 'kept', dtype: 'uint32', shape: '[4]' }],
    passes: [
      ['changeLate', ['xWritten', 'kept', 'y'], `${RELU}\n  if (kept[1] == 1u) { x[i] = T(-5); }`],
      [
        'countRuns',
        ['x', 'kept'],
        '  if (i == 0u) {\n    if (kept[0] == 1u) { kept[1] = 1u; }\n    kept[0] = 1u;\n  }',
      ],
    ],
  },
  /** Log; below zero, where that is not defined, it writes 7. */
  logarithm: { passes: [['logarithm', ['x', 'y'], '  y[i] = select(T(7), log(x[i]), x[i] >= T(0));']] },
  /** Asinh without the cancellation below zero that a plain formula has. */
  inverse: {
    passes: [
      ['inverse', ['x', 'y'], '  let size = abs(x[i]);\n  y[i] = sign(x[i]) * log(size + sqrt(size * size + T(1)));'],
    ],
  },
  plainInverse: { passes: [['plainInverse', ['x', 'y'], '  y[i] = log(x[i] + sqrt(x[i] * x[i] + T(1)));']] },
  slow: { passes: [['slow', ['x', 'y'], '  y[i] = slowly(x[i]);']] },
  /** Keeps the answers to two sets of inputs, known by their first element, and gives them again. */
  remembers: {
    intermediates: [
      { id: 'kept', dtype: 'uint32', shape: '[8]' },
      { id: 'answers', dtype: 'float32', shape: '[2, numel(shapes.x)]' },
    ],
    passes: [
      [
        'answerOrRecall',
        ['x', 'kept', 'answers', 'y'],
        `  let n = arrayLength(&x);
  let key = bitcast<u32>(x[0]);
  if (kept[0] == key) { y[i] = answers[i]; return; }
  if (kept[1] == key) { y[i] = answers[n + i]; return; }
  y[i] = slowly(x[i]);
  answers[select(0u, n, kept[2] == 1u) + i] = y[i];`,
      ],
      [
        'noteKey',
        ['x', 'kept'],
        `  if (i != 0u) { return; }
  let key = bitcast<u32>(x[0]);
  let place = select(0u, 1u, kept[2] == 1u);
  if (kept[0] != key && kept[1] != key) { kept[place] = key; kept[2] = 1u - place; }`,
      ],
    ],
  },
  endless: {
    passes: [
      [
        'endless',
        ['x', 'y'],
        '  var n = x[i];\n  loop { n = n * T(1.5) + x[i]; y[i] = n; if (n == T(0.12345)) { break; } }',
      ],
    ],
  },
  broken: { passes: [['broken', ['x', 'y'], `${RELU}\n  y[i] = nonsense;`]] },
  tooMuchMemory: {
    intermediates: [HUGE],
    passes: [['huge', ['x', 'huge', 'y'], `  huge[i] = 0.0;\n${RELU}`]],
  },
};

export interface ReluOptions {
  readonly variants: readonly string[];
  /** Shapes of x by case name. */
  readonly cases: Readonly<Record<string, readonly number[]>>;
  readonly independent?: boolean;
  readonly tests?: readonly object[];
  /** The operator that the manifest names, with the same passes; one that no oracle knows, Log or Asinh. */
  readonly operator?: 'Relu' | 'Mystery' | 'Log' | 'Asinh';
}

/** Writes the kernel into `folder`, in the Hub's layout, without metadata.json. */
export async function writeReluKernel(folder: string, options: ReluOptions): Promise<void> {
  const { operator = 'Relu' } = options;
  const build = join(folder, 'build', 'webgpu');
  await mkdir(build, { recursive: true });
  const chosen = options.variants.map((id) => {
    const variant = VARIANTS[id];
    if (variant === undefined) throw new Error(`no variant ${id}`);
    return { id, variant };
  });
  const manifest = {
    domain: operator === 'Mystery' ? 'test' : 'ai.onnx',
    name: operator,
    sinceVersion: { Relu: 14, Mystery: 14, Log: 13, Asinh: 9 }[operator],
    inputs: { x: { onnx: 'X', dtype: 'T' } },
    outputs: { y: { onnx: 'Y', dtype: 'T', shape: 'shapes.x' } },
    typeConstraints: { T: ['float32', 'float16'] },
    bindings: {
      keptRead: { name: 'kept', scratch: 'kept', buffer: 'read-only-storage', elementType: 'f32' },
      xWritten: { name: 'x', arg: 'x', buffer: 'storage' },
    },
    variants: chosen.map(({ id, variant }) => ({
      id,
      ...(variant.intermediates === undefined ? {} : { intermediates: variant.intermediates }),
      passes: variant.passes.map(([shader, bindings]) => ({
        id: shader,
        name: shader,
        shader: `${shader}.wgsl.jinja`,
        bindings,
        dispatch: { threads: 'numel(shapes.x)', workgroupSize: 64 },
      })),
    })),
  };
  const bench = {
    baseline: options.variants[0],
    contenders: options.variants.slice(1),
    cases: Object.entries(options.cases).map(([name, shape]) => ({
      name,
      inputs: { x: { shape } },
      dtypes: { T: ['float32'] },
      ...(options.independent === true ? { independent: { axis: 0 } } : {}),
    })),
  };
  await writeFile(join(build, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(build, 'bench.json'), JSON.stringify(bench));
  if (options.tests !== undefined) await writeFile(join(build, 'test.json'), JSON.stringify({ cases: options.tests }));
  for (const { variant } of chosen) {
    for (const [shader, , body] of variant.passes) await writeFile(join(build, `${shader}.wgsl.jinja`), template(body));
  }
}

function template(body: string): string {
  return `{{ env.wgsl.resourceDeclarations }}
alias T = {{ dtypes.T }};
fn slowly(v: T) -> T {
  var sum = v;
  for (var k = 0u; k < 400u; k++) { sum = sum + sin(sum + T(k)); }
  return max(v, T(0)) + select(T(0), T(1), abs(sum) > T(1e30));
}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let i = (group.y * 65535u + group.x) * 64u + thread;
  if (i >= arrayLength(&x)) { return; }
${body}
}
`;
}
