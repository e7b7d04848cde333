// Every form that a program can take runs on a device: submits in between, scratch that begins as zero, tensors read and
// written, repeated passes, packed and widened dtypes, views, and every way to state a dispatch.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GpuWorker } from '../../src/profile/webgpu/workerClient';
import { DEFAULT_PROFILE_OPTIONS } from '../../src/profile/profileOptions';
import { WorkerRig, rowOf } from './workerRig';

interface Form {
  readonly manifest: Record<string, unknown>;
  /** Bodies by shader name; `i` is the invocation. */
  readonly shaders: Readonly<Record<string, string>>;
  readonly inputs: Record<string, object>;
  readonly outputs: Record<string, object>;
}

const values = (
  dtype: string,
  list: readonly (number | boolean)[],
  shape: readonly number[] = [list.length],
): object => ({
  dtype,
  shape,
  data: { kind: 'values', values: list },
});
const DISPATCH = { threads: 'numel(shapes.x)', workgroupSize: 64 };
const ONE_IN_ONE_OUT = {
  inputs: { x: { dtype: 'T' } },
  outputs: { y: { dtype: 'T', shape: 'shapes.x' } },
  typeConstraints: { T: ['float32', 'int8', 'int32', 'uint8', 'bool'] },
};
const ten = Array.from({ length: 10 }, (_, i) => i - 4);

function onePass(pass: Record<string, unknown>, change: Record<string, unknown> = {}): Record<string, unknown> {
  const passes = [{ id: 'main', shader: 'main.wgsl.jinja', bindings: ['x', 'y'], dispatch: DISPATCH, ...pass }];
  return { ...ONE_IN_ONE_OUT, variants: [{ id: 'only', passes }], ...change };
}

const doubled = {
  inputs: { x: values('float32', ten) },
  outputs: {
    y: values(
      'float32',
      ten.map((n) => 2 * n),
    ),
  },
};
const DOUBLE = { main: '  if (i < arrayLength(&x)) { y[i] = 2.0 * x[i]; }' };

const FORMS: Readonly<Record<string, Form>> = {
  'the queue submitted between passes': {
    manifest: {
      ...ONE_IN_ONE_OUT,
      bindings: { kept_in: { name: 'kept', scratch: 'kept', buffer: 'read-only-storage' } },
      variants: [
        {
          id: 'only',
          intermediates: [{ id: 'kept', dtype: 'float32', shape: 'shapes.x' }],
          passes: [
            { id: 'first', shader: 'first.wgsl.jinja', bindings: ['x', 'kept'], dispatch: DISPATCH, submitAfter: true },
            { id: 'second', shader: 'second.wgsl.jinja', bindings: ['kept_in', 'y'], dispatch: DISPATCH },
          ],
        },
      ],
    },
    shaders: {
      first: '  if (i < arrayLength(&x)) { kept[i] = x[i] + 1.0; }',
      second: '  if (i < arrayLength(&y)) { y[i] = 2.0 * kept[i] - 2.0; }',
    },
    ...doubled,
  },
  'scratch that begins as zero in every run': {
    manifest: {
      ...ONE_IN_ONE_OUT,
      variants: [
        {
          id: 'only',
          intermediates: [{ id: 'sum', dtype: 'float32', shape: 'shapes.x', zeroInit: true }],
          passes: [{ id: 'main', shader: 'main.wgsl.jinja', bindings: ['x', 'sum', 'y'], dispatch: DISPATCH }],
        },
      ],
    },
    shaders: { main: '  if (i < arrayLength(&x)) { sum[i] += 2.0 * x[i]; y[i] = sum[i]; }' },
    ...doubled,
  },
  'a tensor read and written': {
    manifest: {
      inputs: { x: { dtype: 'float32' } },
      outputs: { x: { dtype: 'float32', shape: 'shapes.x' } },
      variants: [
        { id: 'only', passes: [{ id: 'main', shader: 'main.wgsl.jinja', bindings: ['x'], dispatch: DISPATCH }] },
      ],
    },
    shaders: { main: '  if (i < arrayLength(&x)) { x[i] = 2.0 * x[i]; }' },
    inputs: doubled.inputs,
    outputs: { x: doubled.outputs.y },
  },
  'a pass repeated': {
    manifest: {
      ...ONE_IN_ONE_OUT,
      variants: [
        {
          id: 'only',
          intermediates: [{ id: 'kept', dtype: 'float32', shape: 'shapes.x' }],
          passes: [
            {
              id: 'rounds',
              repeat: { index: 'round', count: 3 },
              passes: [{ id: 'main', shader: 'main.wgsl.jinja', bindings: ['x', 'kept', 'y'], dispatch: DISPATCH }],
            },
          ],
        },
      ],
    },
    shaders: {
      main: `  if (i < arrayLength(&x)) {
{% if repeat.round == 0 %}    kept[i] = x[i];
{% else %}    kept[i] = kept[i] + 0.5 * x[i];
{% endif %}
    y[i] = kept[i];
  }`,
    },
    ...doubled,
  },
  'packed uint8': {
    manifest: onePass({}, { inputs: { x: { dtype: 'uint8', layout: 'packed' } } }),
    shaders: { main: '  if (i < arrayLength(&y)) { y[i] = extractBits(x[i / 4u], 8u * (i % 4u), 8u) + 1u; }' },
    inputs: { x: values('uint8', [0, 1, 2, 3, 250]) },
    outputs: { y: values('uint8', [1, 2, 3, 4, 251]) },
  },
  'int8 in 32 bits': {
    manifest: onePass({}),
    shaders: { main: '  if (i < arrayLength(&x)) { y[i] = -x[i]; }' },
    inputs: { x: values('int8', [-127, 0, 5]) },
    outputs: { y: values('int8', [127, 0, -5]) },
  },
  bool: {
    manifest: onePass({}),
    shaders: { main: '  if (i < arrayLength(&x)) { y[i] = 1u - x[i]; }' },
    inputs: { x: values('bool', [true, false, true]) },
    outputs: { y: values('bool', [false, true, false]) },
  },
  'a dispatch by axes': {
    manifest: onePass({ dispatch: { x: 'ceilDiv(numel(shapes.x), 64)', y: 1, z: 1 } }),
    shaders: DOUBLE,
    ...doubled,
  },
  'a dispatch by workgroups, folded': {
    manifest: onePass({ dispatch: { workgroups: 'ceilDiv(numel(shapes.x), 64)' } }),
    shaders: DOUBLE,
    ...doubled,
  },
  'no elements: every pass is left out': {
    manifest: onePass({}),
    shaders: DOUBLE,
    inputs: { x: values('float32', [], [0, 3]) },
    outputs: { y: values('float32', [], [0, 3]) },
  },
};

function wgsl(body: string): string {
  return `{{ env.wgsl.resourceDeclarations }}
@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let i = (group.y * 65535u + group.x) * 64u + thread;
${body}
}
`;
}

describe('forms of a program', () => {
  let rig: WorkerRig;
  let worker: GpuWorker;
  beforeAll(async () => {
    rig = await WorkerRig.create();
    worker = await rig.opened();
  });
  afterAll(async () => {
    await rig.dispose();
  });

  async function write(name: string, { manifest, shaders, inputs, outputs }: Form): Promise<string> {
    const folder = join(rig.folder, name.replaceAll(/\W/g, '-'));
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'manifest.json'),
      JSON.stringify({ domain: 'test', name: 'Form', sinceVersion: 1, ...manifest }),
    );
    await writeFile(join(folder, 'test.json'), JSON.stringify({ cases: [{ name: 'stored', inputs, outputs }] }));
    for (const [shader, body] of Object.entries(shaders)) {
      await writeFile(join(folder, `${shader}.wgsl.jinja`), wgsl(body));
    }
    return folder;
  }

  test.each(Object.entries(FORMS))('%s: right against stored outputs', async (name, form) => {
    const path = await write(name, form);
    const result = await worker.call('verify', { kernel: { kind: 'folder', path }, kernelsRoot: rig.folder, seed: 3 });
    expect(result.kernel.problem).toBeNull();
    expect(result.cases).toMatchObject([{ name: 'stored', variant: 'only', status: 'passed' }]);
  });

  test.each([
    'the queue submitted between passes',
    'scratch that begins as zero in every run',
    'a tensor read and written',
  ])('%s: timed', async (name) => {
    const form = FORMS[name];
    if (form === undefined) throw new Error(`no form ${name}`);
    const path = await write(`${name} timed`, form);
    const options = {
      ...DEFAULT_PROFILE_OPTIONS,
      adapter: 'software',
      quick: true,
      kernels: [{ kind: 'folder' as const, path }],
    };
    const plan = await worker.call('plan', { options, kernelsRoot: rig.folder });
    expect(plan.cases.map(({ name: planned }) => planned)).toEqual(['stored']);
    const result = await worker.call('case', { id: plan.cases[0]?.id ?? '' });
    const row = rowOf(result, 'only');
    expect(row.reason).toBeNull();
    expect(row.status).toBe('timed');
    expect(row.accuracy).toMatchObject({ passed: null, inputsUnchanged: true });
  });
});
